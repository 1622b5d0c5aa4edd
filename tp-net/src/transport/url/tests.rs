//! URLs, read and written.

use std::net::SocketAddr;

use proptest::prelude::*;

use super::{Scheme, Url, UrlError};

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[test]
fn every_scheme_reads_and_is_written_in_one_way() {
    for (written, scheme, port, admin_port, canonical) in [
        ("h", Scheme::Tp, 6923, 6925, "tp://h"),
        ("tp://h", Scheme::Tp, 6923, 6925, "tp://h"),
        ("tps://h", Scheme::Tps, 6924, 6926, "tps://h"),
        ("tp+http://h", Scheme::TpHttp, 80, 80, "tp+http://h"),
        ("tphttp://h", Scheme::TpHttp, 80, 80, "tp+http://h"),
        ("http://h", Scheme::TpHttp, 80, 80, "tp+http://h"),
        ("tp+https://h", Scheme::TpHttps, 443, 443, "tp+https://h"),
        ("tphttps://h", Scheme::TpHttps, 443, 443, "tp+https://h"),
        ("https://h", Scheme::TpHttps, 443, 443, "tp+https://h"),
        ("TPS://h", Scheme::Tps, 6924, 6926, "tps://h"),
    ] {
        let url = url(written);
        assert_eq!(url.scheme(), scheme, "{written}");
        assert_eq!(url.port_or_default(), port, "{written}");
        assert_eq!(url.scheme().admin_port(), admin_port, "{written}");
        assert_eq!(url.to_string(), canonical);
    }
}

/// Host, port, user, password and game; what is not there is a dash.
fn parts(url: &Url) -> String {
    let port = url.port().map(|port| port.to_string());
    let optional = [port.as_deref(), url.user(), url.password(), url.game()];
    let optional = optional.map(|part| part.unwrap_or("-"));
    format!("{}|{}", url.host(), optional.join("|"))
}

#[test]
fn every_part_is_told_apart() {
    for (text, wanted) in [
        ("localhost:99", "localhost|99|-|-|-"),
        ("tp://h/", "h|-|-|-|-"),
        ("tp://h:6999/", "h|6999|-|-|-"),
        ("tps://u:p@h:99/game", "h|99|u|p|game"),
        ("tp://u@h/game%20one/", "h|-|u|-|game one"),
        ("tp://u:@h", "h|-|u||-"),
        ("u:p@h", "h|-|u|p|-"),
        ("tp://a%40b:c%3Ad%2f@h/x%2Fy", "h|-|a@b|c:d/|x/y"),
        ("tp://a%0a@h/%00%7f", "h|-|a\n|-|\0\u{7f}"),
        // Whoever forgets to encode these two in a name is understood.
        ("tp://a@b:c:d@h/x/y", "h|-|a@b|c:d|x/y"),
        ("127.0.0.1:1", "127.0.0.1|1|-|-|-"),
        ("::1", "::1|-|-|-|-"),
        ("[::1]", "::1|-|-|-|-"),
        ("tp://[fe80::1]:70/g", "fe80::1|70|-|-|g"),
        ("[fe80::1%25eth0]:7", "fe80::1%eth0|7|-|-|-"),
        ("  h:7\n", "h|7|-|-|-"),
        ("tp://Game.Example", "game.example|-|-|-|-"),
        ("tp://[FE80:0::0:1%25Eth0]", "fe80::1%Eth0|-|-|-|-"),
        ("[::ffff:127.0.0.1]:7", "127.0.0.1|7|-|-|-"),
    ] {
        let url = url(text);
        assert_eq!(parts(&url), wanted, "{text}");
        let written = url.revealed().to_string();
        assert_eq!(written.parse(), Ok(url), "{text}");
    }
}

#[test]
fn every_fault_is_told_apart() {
    let error = |text: &str| text.parse::<Url>().unwrap_err();
    assert_eq!(error("gopher://h"), UrlError::Scheme("gopher".into()));
    assert_eq!(error("://h"), UrlError::Scheme(String::new()));
    for text in ["", "tp://", "tp:///game", "tp://u@", ":7", "tps://u:p@:7"] {
        assert_eq!(error(text), UrlError::NoHost, "{text}");
    }
    for text in [
        "a b",
        "a\r\nX",
        "a%20b",
        "a<b>",
        "a\\b",
        // No label, or an empty one.
        "tps://.",
        "tps://..:6924",
        "tps://a..b",
        "tps://.a",
    ] {
        assert_eq!(error(text), UrlError::Host, "{text}");
    }
    for text in [
        "bücher.example",
        "tp://\u{43e}rg",
        "tps://h\u{3002}example:7/g",
    ] {
        assert_eq!(error(text), UrlError::International, "{text}");
    }
    for text in "[::1 [h] [::1]x a:b:c []".split(' ') {
        assert_eq!(error(text), UrlError::Ipv6, "{text}");
    }
    for text in "[fe80::1%25] [fe80::1%25a%0d] [fe80::1%25a/b] fe80::1% [::1%25lo] fd00::1%1"
        .replace('/', "%2f")
        .split(' ')
    {
        assert_eq!(error(text), UrlError::Zone, "{text}");
    }
    for port in ["70000", "", "0", "-1", "+1", "x", "1 "] {
        let text = format!("tp://h:{port}/");
        assert_eq!(error(&text), UrlError::Port, "{text}");
    }
    for text in ["tp://@h", "tp://:p@h", ":@h"] {
        assert_eq!(error(text), UrlError::NoUser, "{text}");
    }
    for text in ["tp://u%@h", "tp://u:p%2@h", "tp://h/%g0", "tp://h/%+1"] {
        assert_eq!(error(text), UrlError::Escape, "{text}");
    }
    for (text, part) in [
        ("tp://h/%ff", "game"),
        ("tp://u:%ff@h", "password"),
        ("tp://%ff@h", "user's name"),
        ("[fe80::1%25%ff]", "zone"),
    ] {
        assert_eq!(error(text), UrlError::NotUtf8(part), "{text}");
    }
    for text in [
        "tp://u:p/x@h",
        "tp://u:12/34@h",
        "u/p@h",
        "tp:/u@h",
        "tp://h/a@b",
    ] {
        assert_eq!(error(text), UrlError::Slash, "{text}");
    }
    for text in ["tp://h/g?a=b", "tp://h#top"] {
        assert_eq!(error(text), UrlError::Query, "{text}");
    }
}

#[test]
fn the_login_name_names_the_game() {
    let name = |text: &str| url(text).login_name();
    assert_eq!(name("tp://h/risk"), None);
    assert_eq!(name("tp://ada@h").as_deref(), Some("ada"));
    assert_eq!(name("tp://ada@h/risk").as_deref(), Some("ada@risk"));
}

#[test]
fn a_password_is_never_shown_by_accident() {
    let url = url("tps://ada:s3cret@h:7/risk");
    assert_eq!(format!("{url:?}"), "Url(\"tps://ada:***@h:7/risk\")");
    assert_eq!(url.to_string(), "tps://ada:***@h:7/risk");
    assert_eq!(url.place().to_string(), "tps://h:7");
    for scheme in ["tps://", "", "tp:/", "http://"] {
        for rest in [
            "s3cret@h:x",
            "s3cret@h i",
            "s3%cret@h",
            // What has a meaning in URLs and was to be encoded.
            "s3cret/x@h",
            "x/s3cret@h",
            "12/s3cret@h",
            "s3cret/12@h",
            "s3?cret@h",
            "s3#cret@h",
            "s3://cret@h",
            "s3%ff@h/",
            "s3[cret]/x@h",
            // The host was forgotten, or is behind what is no @.
            "s3cret",
            "s3:cret",
            "s3cret%40h",
        ] {
            let text = format!("{scheme}ada:{rest}");
            let Err(error) = text.parse::<Url>() else {
                panic!("{text}")
            };
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("s3") && !shown.contains("cret"), "{shown}");
            assert!(!shown.contains("ada") && !shown.contains("12"), "{shown}");
        }
    }
    let error = "tp://ada:12/34@h".parse::<Url>().unwrap_err();
    assert!(error.to_string().contains("%2F"), "{error}");
}

#[test]
fn sockets_have_urls() {
    for (address, written) in [
        ("127.0.0.1:7", "tp://127.0.0.1:7"),
        ("[::1]:7", "tp://[::1]:7"),
        ("[fe80::1%3]:7", "tp://[fe80::1%253]:7"),
        ("[2001:db8::1%3]:7", "tp://[2001:db8::1]:7"),
        ("[::ffff:10.0.0.1]:7", "tp://10.0.0.1:7"),
    ] {
        let url = Url::from(address.parse::<SocketAddr>().unwrap());
        assert_eq!(url.to_string(), written);
        assert_eq!(written.parse(), Ok(url));
    }
}

#[test]
fn a_builder_makes_no_url_that_cannot_be_read() {
    let bare = Url::new(Scheme::Tp, "h").unwrap();
    assert_eq!(bare.clone().with_user("").with_game(""), bare);
    assert_eq!(bare.clone().with_login("", "secret"), bare);
    assert_eq!(Url::new(Scheme::Tp, "[::1]"), Url::new(Scheme::Tp, "::1"));
    let port = Url::new(Scheme::Tp, "h:7");
    assert_eq!(port, Err(UrlError::Ipv6));
}

fn hosts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9_-]{1,8}([.][a-z0-9_-]{1,8}){0,3}[.]?",
        any::<std::net::Ipv4Addr>().prop_map(|it| it.to_string()),
        any::<std::net::Ipv6Addr>().prop_map(|it| it.to_string()),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same(
        scheme in prop_oneof![
            Just(Scheme::Tp), Just(Scheme::Tps), Just(Scheme::TpHttp), Just(Scheme::TpHttps),
        ],
        host in hosts(),
        port in proptest::option::of(1_u16..),
        user: String,
        password: Option<String>,
        game: String,
    ) {
        let mut url = Url::new(scheme, &host).unwrap().with_game(game);
        if let Some(port) = port {
            url = url.with_port(port);
        }
        url = match password {
            Some(password) => url.with_login(user, password),
            None => url.with_user(user),
        };
        let written = url.revealed().to_string();
        prop_assert_eq!(written.parse(), Ok(url));
    }

    #[test]
    fn no_text_is_too_odd_to_be_refused(text in prop_oneof![
        any::<String>(),
        "(tps?|tp\\+http|http)://[a-c%:@/?#.\\[\\]0-9 ]{0,24}",
    ]) {
        if let Ok(url) = text.parse::<Url>() {
            let written = url.revealed().to_string();
            prop_assert_eq!(written.parse(), Ok(url));
        }
    }
}
