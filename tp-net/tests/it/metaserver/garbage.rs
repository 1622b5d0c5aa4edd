//! Whatever comes over the network, nothing panics and nothing grows.

use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use tp_net::discovery::metaserver::{Directory, Limits, Metaserver, Method, Request};

use super::other::{Other, closed};

/// Fields of updates, most of them nearly right.
fn fields() -> impl Strategy<Value = String> {
    let names = "(action|key|ln|name|sn|tp|turn|next|type0|port0|dns0|ip0|type1|port1|type16|%)";
    let values =
        "(update|get|k|tp|tps|tp\\+http|6923|0|99999999999|::1|a\\.b|%00|%ff|%|\\PC{0,20})";
    let field = (names, values).prop_map(|(name, value)| format!("{name}={value}"));
    vec(field, 0..12).prop_map(|fields| fields.join("&"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_directory_bears_any_request(queries in vec(fields(), 1..20), body: Vec<u8>) {
        let now = Instant::now();
        let mut limits = Limits::default();
        limits.games = 3;
        let mut directory = Directory::new(limits);
        for query in &queries {
            let request = Request {
                method: Method::Post,
                query,
                body: &body,
                user_agent: None,
                from: [192, 0, 2, 7].into(),
                by_web_page: false,
            };
            let answer = directory.answer(&request, now);
            prop_assert!(answer.body.starts_with(b"TP03"), "{query}");
            prop_assert!(directory.games(now).count() <= 3);
            // Everything that is listed can be encoded, and shown.
            for query in ["action=get", ""] {
                let asked = Request { method: Method::Get, query, body: b"", ..request };
                prop_assert!(!directory.answer(&asked, now).body.is_empty());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_client_bears_any_answer(start in "(TP03|TP\\x04\\x00|\n)?", body: Vec<u8>) {
        let answer = closed(&[start.as_bytes(), &body].concat());
        let other = Other::start(vec![answer]);
        // What it makes of it is told elsewhere.
        let _ = Metaserver::new(&other.url).unwrap().games();
    }
}
