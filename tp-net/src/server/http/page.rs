//! The page for people who came with a browser.

use std::net::SocketAddr;

use super::request::Request;
use crate::proto::Versions;
use crate::server::transports::Transports;

const PAGE: &str = include_str!("page.html");

/// What the page tells.
#[derive(Debug, Clone, Copy)]
pub(in crate::server) struct About<'a> {
    /// What the server is called.
    pub(in crate::server) name: &'a str,
    /// What it is for.
    pub(in crate::server) what: &'a str,
    /// What it speaks.
    pub(in crate::server) versions: Versions,
    /// How clients can come in.
    pub(in crate::server) transports: Transports,
    /// Where the browser has come to.
    pub(in crate::server) local: SocketAddr,
    /// Whether it came through TLS.
    pub(in crate::server) encrypted: bool,
}

impl About<'_> {
    /// The page in answer to `request`.
    pub(super) fn html(&self, request: &Request) -> String {
        let place = self.place(request.host.as_deref());
        let Transports { tcp, http, tls } = self.transports;
        let ways = [
            (tls, "encrypted", "tps"),
            (tcp, "plain", "tp"),
            (http, "through web proxies", "tp+http"),
        ];
        let rows: String = ways
            .into_iter()
            .filter(|(taken, ..)| *taken)
            .map(|(_, what, scheme)| {
                format!("<tr><th>{what}</th><td><code>{scheme}://{place}</code></td></tr>\n")
            })
            .collect();
        let name = escaped(self.name);
        // The name last: whatever it holds stays as it is.
        PAGE.replace("{rows}", &rows)
            .replace("{what}", self.what)
            .replace("{versions}", &self.versions.to_string())
            .replace("{name}", &name)
    }

    /// Host and port by which clients reach this port too: as the browser did, if it says so.
    fn place(&self, host: Option<&str>) -> String {
        let host = host.filter(|host| is_place(host));
        let Some(host) = host else {
            return self.local.to_string();
        };
        let after_v6 = host.rsplit(']').next().unwrap_or(host);
        if after_v6.contains(':') {
            return host.to_owned();
        }
        let port = if self.encrypted { 443 } else { 80 };
        format!("{host}:{port}")
    }
}

/// Returns `true` if this is the name or address of a host, perhaps with a port, and nothing that
/// means something in HTML.
fn is_place(host: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:[]".contains(&byte);
    !host.is_empty() && host.len() <= 262 && host.bytes().all(is_part)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use tp_frames::game;

    use super::super::request::Method;
    use super::*;

    fn html(host: Option<&str>, encrypted: bool) -> String {
        let about = About {
            name: "Stars & <b>bold</b> {rows}",
            what: "For everybody.",
            versions: Versions::only(game::TP04),
            transports: Transports {
                tcp: true,
                http: true,
                tls: false,
            },
            local: ([127, 0, 0, 1], 6923).into(),
            encrypted,
        };
        about.html(&Request {
            method: Method::Get,
            host: host.map(str::to_owned),
        })
    }

    #[test]
    fn it_names_the_server_and_the_ways_in() {
        let page = html(Some("tp.example:7000"), false);
        assert!(
            page.contains("<h1>Stars &amp; &lt;b&gt;bold&lt;/b&gt; {rows}</h1>"),
            "{page}"
        );
        assert!(page.contains("Spoken here: TP04."), "{page}");
        assert!(page.contains(">tp://tp.example:7000<"), "{page}");
        assert!(page.contains(">tp+http://tp.example:7000<"), "{page}");
        assert!(!page.contains(">tps://"), "{page}");
    }

    #[test]
    fn the_place_is_the_one_the_browser_went_to() {
        for (host, encrypted, place) in [
            (Some("h"), false, "tp://h:80<"),
            (Some("h"), true, "tp://h:443<"),
            (Some("[::1]:7"), false, "tp://[::1]:7<"),
            (Some("[::1]"), false, "tp://[::1]:80<"),
            (Some("<script>"), false, "tp://127.0.0.1:6923<"),
            (Some(""), false, "tp://127.0.0.1:6923<"),
            (None, false, "tp://127.0.0.1:6923<"),
        ] {
            let page = html(host, encrypted);
            assert!(page.contains(place), "{host:?}: {page}");
        }
    }
}
