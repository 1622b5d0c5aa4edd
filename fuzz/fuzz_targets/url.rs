//! A URL is read, or refused in one line; written, it is the same again, without its password where
//! it is shown. Whatever stands in it and in the variables that name proxies, what is asked of a
//! server or of a proxy is one HTTP request.
//!
//! Input: lines. The first is the URL, the next five are `http_proxy`, `https_proxy`, `all_proxy`,
//! `no_proxy` and `REQUEST_METHOD`; an empty line is a variable that is not set.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tp_net::transport::{Proxies, Proxy, Scheme, Url, fuzzing};

const VARIABLES: [&str; 5] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "REQUEST_METHOD",
];

fuzz_target!(|input: &[u8]| {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let mut lines = text.split('\n');
    let text = lines.next().unwrap_or_default();
    let url = match text.parse::<Url>() {
        Ok(url) => url,
        Err(error) => return is_one_line(&error),
    };
    written(&url);
    let values: Vec<_> = lines.chain(std::iter::repeat("")).take(5).collect();
    let variables = |name: &str| {
        let place = VARIABLES.iter().position(|it| *it == name)?;
        Some(values[place].to_owned()).filter(|it| !it.is_empty())
    };
    let proxy = match fuzzing::proxy_to(&url, variables) {
        Ok(proxy) => proxy,
        Err(error) => return is_one_line(&error),
    };
    let is_of_the_web = matches!(url.scheme(), Scheme::TpHttp | Scheme::TpHttps);
    assert!(is_of_the_web || proxy.is_none());
    assert!(values[3] != "*" || proxy.is_none());
    let proxies = match proxy {
        Some(proxy) => {
            shown(&proxy);
            asked(&url, &Proxies::Always(proxy.clone()));
            asked(&url.clone().with_port(6923), &Proxies::Always(proxy))
        }
        None => asked(&url, &Proxies::Never),
    };
    assert!(proxies <= 1);
});

fn is_one_line(error: &dyn std::error::Error) {
    let shown = error.to_string();
    assert!(
        !shown.is_empty() && !shown.contains(char::is_control),
        "{shown:?}"
    );
}

/// What is written is the same again, and what is shown has no password.
fn written(url: &Url) {
    let text = url.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    let mut again: Url = text.parse().expect("what is written can be read");
    if let (Some(user), Some(password)) = (url.user(), url.password()) {
        let other = url.clone().with_login(user, "other");
        assert_eq!(format!("{url:?}"), format!("{other:?}"));
        again = again.with_login(user, password);
    }
    assert_eq!(again, *url, "{text:?}");
    let place = url.place();
    assert_eq!(
        (place.user(), place.password(), place.game()),
        (None, None, None)
    );
    let again = Url::new(url.scheme(), url.host()).map(|it| it.host().to_owned());
    assert_eq!(again.as_deref(), Ok(url.host()));
}

/// A proxy is shown without a name and a password, and read again is the same place.
fn shown(proxy: &Proxy) {
    let text = proxy.to_string();
    let again: Proxy = text.parse().expect("what is shown can be read");
    assert_eq!((again.host(), again.port()), (proxy.host(), proxy.port()));
}

/// What is asked is one request whose headers are ours; returns how many tunnels there are.
fn asked(url: &Url, proxies: &Proxies) -> usize {
    let layers = fuzzing::tunnels(url, proxies).expect("the proxy is given");
    for layer in &layers {
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let mut request = httparse::Request::new(&mut headers);
        let parsed = request.parse(layer.output()).expect("it is HTTP");
        assert_eq!(parsed, httparse::Status::Complete(layer.output().len()));
        assert!(matches!(request.method, Some("POST" | "CONNECT")));
        let ours = [
            "Content-Type",
            "Content-Length",
            "Host",
            "User-Agent",
            "Accept",
            "Proxy-Authorization",
        ];
        for header in request.headers.iter() {
            assert!(ours.contains(&header.name), "{}", header.name);
        }
    }
    layers.len()
}
