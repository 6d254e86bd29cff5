//! Over a real port: a page, news of a snapshot as it comes, and a stop that lets go.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use veriscope_server::{ServeError, Server, listen};

use crate::lake::Fixture;
use crate::support::settings;

async fn open(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Reads until a text has come, or the other side ended.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    let reading = async {
        loop {
            let n = stream.read(&mut buffer).await.unwrap();
            read.extend_from_slice(&buffer[..n]);
            let text = String::from_utf8_lossy(&read);
            if n == 0 || text.contains(wanted) {
                return text.into_owned();
            }
        }
    };
    let read = tokio::time::timeout(Duration::from_secs(30), reading).await;
    read.unwrap_or_else(|_| panic!("waited half a minute for {wanted}"))
}

#[tokio::test]
async fn news_of_a_snapshot_comes_by_itself_and_a_stop_ends_all() {
    let fixture = Fixture::with(150).await;
    let listening = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listening.local_addr().unwrap();
    let server = Server::start(settings(&fixture, Vec::new(), address, Arc::default()))
        .await
        .unwrap();
    server.settled().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let mut serving = JoinSet::new();
    serving.spawn(server.serve(listening, async move {
        let _ = stopped.await;
    }));

    let mut page = open(address, "/").await;
    assert!(
        read_until(&mut page, "</html>")
            .await
            .starts_with("HTTP/1.1 200")
    );
    let mut events = open(address, "/api/v1/events").await;
    let first = read_until(&mut events, "data: {\"version\":1}").await;
    assert!(first.contains("content-type: text/event-stream"), "{first}");
    assert!(first.contains("event: snapshot"), "{first}");
    fixture.publish("run-2", 60, 2).await;
    read_until(&mut events, "data: {\"version\":2}").await;

    // The stream is open, and ends with the server.
    stop.send(()).unwrap();
    read_until(&mut events, "there is no such text").await;
    let ended = tokio::time::timeout(Duration::from_secs(30), serving.join_next()).await;
    ended.unwrap().unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn only_loopback_is_listened_on_and_a_port_in_use_is_named() {
    for address in [
        "0.0.0.0:0",
        "192.0.2.1:4747",
        "[::]:0",
        "[2001:db8::1]:4747",
    ] {
        let refused = listen(address.parse().unwrap()).await.err().unwrap();
        assert!(
            matches!(refused, ServeError::NotLoopback { .. }),
            "{address}"
        );
        assert_eq!(refused.class().exit_code(), 2);
        assert!(refused.to_string().contains("sign-in"), "{refused}");
    }
    let first = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = first.local_addr().unwrap();
    let refused = listen(address).await.err().unwrap();
    assert!(matches!(refused, ServeError::InUse { .. }));
    assert_eq!(refused.class().exit_code(), 5);
    assert!(
        refused.to_string().contains(&address.to_string()),
        "{refused}"
    );
}
