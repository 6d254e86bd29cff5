//! `serve` of the real binary: it starts, answers, and stops when asked; and where it refuses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use crate::support::Sandbox;

/// A server that was started, and what it still says.
struct Serving {
    child: Child,
    said: BufReader<ChildStderr>,
    address: String,
}

impl Serving {
    fn start(sandbox: &Sandbox, words: &[&str]) -> Self {
        let mut child = sandbox
            .process(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(
                said.read_line(&mut line).unwrap() > 0,
                "it ended: {words:?}"
            );
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(';').next().unwrap().trim().to_owned();
            }
        };
        Self {
            child,
            said,
            address,
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Waits until there is a snapshot, for a minute at most.
    fn ready(&self) {
        for _ in 0..3_000 {
            if self.get("/health/ready").starts_with("HTTP/1.1 200") {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("waited a minute for the snapshot");
    }

    /// Asks it to stop by a signal; returns the exit code and the rest of what it said.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

fn demo(sandbox: &Sandbox) {
    let said = sandbox.run_ok(&["demo", "--transactions", "150"]);
    assert!(
        said.err
            .contains("veriscope serve --lake veriscope-demo/lake"),
        "{said:?}"
    );
}

#[test]
fn it_answers_until_it_is_asked_to_stop_and_that_is_no_failure() {
    let sandbox = Sandbox::new();
    demo(&sandbox);
    let words = [
        "serve",
        "--lake",
        "veriscope-demo/lake",
        "--addr",
        "127.0.0.1:0",
    ];
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(&sandbox, &words);
        assert!(
            serving.address.starts_with("127.0.0.1:"),
            "{}",
            serving.address
        );
        serving.ready();
        let meta = serving.get("/api/v1/meta");
        assert!(meta.contains("\"transactions\":150"), "{meta}");
        assert!(serving.get("/").contains("<title>veriscope</title>"));
        let (code, said) = serving.stop(signal);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("snapshot 1 is shown: 150 transactions"),
            "{said}"
        );
    }
}

#[test]
fn a_demonstration_can_be_looked_at_at_once() {
    let sandbox = Sandbox::new();
    let words = [
        "demo",
        "--transactions",
        "120",
        "--serve",
        "--addr",
        "[::1]:0",
    ];
    if TcpListener::bind("[::1]:0").is_err() {
        return; // A machine without IPv6 has no such address.
    }
    let serving = Serving::start(&sandbox, &words);
    serving.ready();
    let (code, said) = serving.stop("-TERM");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let sandbox = Sandbox::new();
    demo(&sandbox);
    for address in ["0.0.0.0:4747", "[::]:0", "192.0.2.7:80"] {
        let said = sandbox.run(&["serve", "--lake", "veriscope-demo/lake", "--addr", address]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("there is no sign-in yet"), "{said:?}");
        assert!(
            said.err.contains("127.0.0.1:4747"),
            "it says what to give: {said:?}"
        );
    }
    for unreadable in ["4747", "localhost", "127.0.0.1"] {
        let said = sandbox.run(&["serve", "--addr", unreadable]);
        assert_eq!(said.code, Some(2), "{said:?}");
    }
}

#[test]
fn without_a_lake_or_a_free_port_there_is_no_server() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["serve", "--addr", "127.0.0.1:0"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.err.contains("there is no lake at"), "{said:?}");
    demo(&sandbox);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = sandbox.run(&["serve", "--lake", "veriscope-demo/lake", "--addr", &address]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("is in use"), "{said:?}");
    sandbox.write("config.yaml", "exclude: [{reason: nothing}]\n");
    let said = sandbox.run(&[
        "serve",
        "--lake",
        "veriscope-demo/lake",
        "--addr",
        "127.0.0.1:0",
    ]);
    assert_eq!(said.code, Some(3), "{said:?}");
}
