//! Under which names this server may be asked, and by which pages.
//!
//! A page of another site can make a browser send requests here, and under DNS rebinding even
//! read the answers under a name of its own. So a request must name one of our hosts, and must
//! not come from a page of another origin.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::header;

use crate::problem::{Kind, Problem};

/// The names of this server, each with its port.
#[derive(Clone, Debug)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    /// Returns the names under which a loopback address is reached.
    #[must_use]
    pub(crate) fn of(address: SocketAddr) -> Self {
        let own = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let mut names = vec![
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "[::1]".to_owned(),
        ];
        if !names.contains(&own) {
            names.push(own);
        }
        let port = address.port();
        let mut hosts: Vec<String> = names.iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            hosts.extend(names);
        }
        Self(hosts)
    }

    fn has(&self, host: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Checks that a request names one of our hosts, and comes from no page of another site.
    ///
    /// # Errors
    /// [`Kind::WrongHost`], [`Kind::ForeignOrigin`].
    pub(crate) fn check(&self, request: &Request) -> Result<(), Problem> {
        let text = |name: header::HeaderName| {
            let value = request.headers().get(name);
            value.map(|value| value.to_str().unwrap_or("?"))
        };
        let named = text(header::HOST);
        let authority = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        let is_ours =
            named.is_some_and(|host| self.has(host)) && authority.is_none_or(|host| self.has(host));
        if !is_ours {
            return Err(Problem::new(
                Kind::WrongHost,
                "this server answers to localhost alone; open the address that it printed",
            ));
        }
        let foreign = Problem::new(
            Kind::ForeignOrigin,
            "a page of another site may not ask; open the dashboard itself",
        );
        let origin = text(header::ORIGIN);
        let is_own_origin = origin.is_none_or(|origin| {
            origin
                .strip_prefix("http://")
                .is_some_and(|host| self.has(host))
        });
        if !is_own_origin {
            return Err(foreign);
        }
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        let mode = text(header::HeaderName::from_static("sec-fetch-mode"));
        // A link to a page of the dashboard may stand anywhere; data is for the dashboard.
        let is_link = mode == Some("navigate") && !is_data(request.uri().path());
        match site {
            None | Some("same-origin" | "none") => Ok(()),
            Some(_) if is_link => Ok(()),
            Some(_) => Err(foreign),
        }
    }
}

fn is_data(path: &str) -> bool {
    path.starts_with("/api/") || path == "/metrics" || path.starts_with("/health/")
}
