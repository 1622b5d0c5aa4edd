//! What carries frames: other ports and tunnels through HTTP; and what is no frame.

use serde_json::json;
use tp_frames::printable;
use tp_tests::Protocol;

use super::pcap::Connection;
use super::traffic::{Random, Said, frame};
use super::tshark::{Item, Tshark, in_stream};

const POST: &[u8] = b"POST /Ab3dEf6hIj9l HTTP/1.0\r\nContent-Length: 0\r\nHost: here\r\n\r\n";
/// Servers of old mix line ends.
const GRANTED: &[u8] = b"HTTP/1.0 200 OK\r\nCache-Control: no-cache, private\nPragma: no-cache\n\n";

/// A request and its answer.
pub(crate) fn talk(protocol: &str) -> [Said; 2] {
    let done = json!({ "status": 0, "output": "done" });
    let (ask, answer, fields) = match protocol {
        "admin" => ("GetCommandDesc", "CommandResult", done),
        _ => ("GetObjectsByID", "Okay", json!({ "result": "fine" })),
    };
    [
        Said::to_server(&frame(protocol, ask, json!({ "ids": [1, 2] }), 7)),
        Said::to_client(&frame(protocol, answer, fields, 7)),
    ]
}

/// The request and the answer of [`talk`], and nothing else of ours.
pub(crate) fn check_talk(items: &[&Item], protocol: &str) {
    let titles: Vec<_> = items.iter().map(|item| &*item.title).collect();
    let [ask, answer] = items else {
        panic!("{titles:?}");
    };
    let (name, text) = match protocol {
        "admin" => ("GetCommandDesc", "tp.commandresult.output"),
        _ => ("GetObjectsByID", "tp.okay.result"),
    };
    assert_eq!(ask.title, format!("Thousand Parsec, #7 {name} 2 ids"));
    assert_eq!(ask.get("tp.getwithid.ids"), Some("2"));
    assert!(answer.get(text).is_some(), "{titles:?}");
    assert_eq!(answer.get("tp.request_in"), Some(&*ask.packet.to_string()));
    assert!(items.iter().all(|item| item.marks.is_empty()), "{titles:?}");
}

fn tunnel() -> Vec<Said> {
    let mut said = vec![Said::to_server(POST), Said::to_client(GRANTED)];
    said.extend(talk("tp04"));
    said
}

/// Each script in a connection of its own, on the port of the game.
fn connections<const N: usize>(scripts: [Vec<Said>; N]) -> Vec<Connection> {
    let scripts = scripts.iter();
    scripts
        .map(|script| Connection::carrying(6923, script))
        .collect()
}

#[test]
fn frames_are_found_behind_http() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let mut random = Random(5);
    let mut connections = Vec::new();
    for port in [80, 6923] {
        let tunnel = Connection::carrying(port, &tunnel());
        let cut = tunnel.cut(&mut random);
        connections.extend([tunnel, cut]);
    }
    let plain_on_80 = connections.len();
    connections.push(Connection::carrying(80, &talk("tp03")));
    let page = [
        Said::to_server(b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n"),
        Said::to_client(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage"),
        Said::to_server(b"POST /form HTTP/1.1\r\nContent-Length: 4\r\n\r\nform"),
    ];
    // A server of frames shows a browser a page as well.
    connections.extend([80, 6923].map(|port| Connection::carrying(port, &page)));
    let items = tshark.read(&connections);
    for stream in 0..plain_on_80 {
        let (http, frames): (Vec<_>, Vec<_>) = in_stream(&items, stream)
            .into_iter()
            .partition(|item| item.get("tp.http").is_some());
        check_talk(&frames, "tp04");
        let heads: Vec<_> = http.iter().filter_map(|item| item.get("tp.http")).collect();
        assert_eq!(heads, ["POST /Ab3dEf6hIj9l HTTP/1.0", "HTTP/1.0 200 OK"]);
    }
    check_talk(&in_stream(&items, plain_on_80), "tp03");
    for stream in [plain_on_80 + 1, plain_on_80 + 2] {
        assert!(in_stream(&items, stream).is_empty(), "that is the web's");
    }
    // Wireshark would know these pages by their looks as well.
    let pages =
        "--disable-heuristic http_tcp -Y http -T fields -e http.request.uri -e http.file_data";
    let web = tshark.run(&pages.split(' ').collect::<Vec<_>>());
    for path in ["/page", "/form"] {
        assert_eq!(web.matches(path).count(), 2, "{web}");
    }
}

#[test]
fn other_ports_are_guessed_or_set() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    // The administration is known to take headers of TP03.
    let mut old = talk("admin");
    for said in &mut old {
        said.bytes[..4].copy_from_slice(b"TP03");
    }
    let no_frame = Said::to_server(b"TP is not always a frame of ours");
    let connections = [
        Connection::carrying(12345, &talk("tp04")),
        Connection::carrying(12346, &talk("tp03")),
        Connection::carrying(12347, &talk("admin")),
        Connection::carrying(6925, &talk("admin")),
        Connection::carrying(6925, &old),
        Connection::carrying(7777, &tunnel()),
        Connection::carrying(9999, &[no_frame]),
    ];
    let items = tshark.read(&connections);
    let protocols = ["tp04", "tp03", "admin", "admin", "admin"];
    for (stream, protocol) in protocols.iter().enumerate() {
        check_talk(&in_stream(&items, stream), protocol);
    }
    let wrong: Vec<_> = items.iter().filter(|item| item.stream > 4).collect();
    // Neither begins with a frame.
    assert!(
        wrong.iter().all(|item| item.get("tp.http").is_none()),
        "{wrong:?}"
    );
    assert!(in_stream(&items, 6).is_empty());

    let items = tshark.read_with(&connections, &["-o", "tp.ports:7777"]);
    let tunnelled = in_stream(&items, 5);
    assert_eq!(
        tunnelled[0].get("tp.http"),
        Some("POST /Ab3dEf6hIj9l HTTP/1.0")
    );
    check_talk(&tunnelled[2..], "tp04");
}

#[test]
fn what_is_no_frame_is_marked() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let [ask, answer] = talk("tp04");
    let refusal = b"You are not running the right version of TP, please upgrade\n";
    let mut long = frame("tp04", "Okay", json!({ "result": "" }), 1);
    long[12..16].copy_from_slice(&0x0010_0001_u32.to_be_bytes());
    let mut future = answer.bytes.clone();
    future[2] = 5;
    let old = Said::to_server(b"TP01\0\0\0\0\0\0\0\x0c");
    let noise = Said::to_server(b"\0\x01\x02\x03\x04");
    let items = tshark.read(&connections([
        vec![old, Said::to_client(refusal)],
        vec![noise, ask.clone(), answer.clone()],
        vec![Said::to_client(&long), ask.clone(), answer.clone()],
        vec![Said::to_client(&future), ask, answer],
    ]));
    let plain = in_stream(&items, 0);
    let said = "You are not running the right version of TP, please upgrade";
    let refused: Vec<_> = plain
        .iter()
        .filter(|item| item.is_marked("refusal"))
        .collect();
    assert_eq!(refused.len(), 1, "{plain:?}");
    assert_eq!(refused[0].get("tp.plain"), Some(said));
    for (stream, mark) in [(1, "not_tp"), (2, "too_long"), (3, "unknown_version")] {
        let items = in_stream(&items, stream);
        assert!(items[0].is_marked(mark), "{mark}: {items:?}");
        check_talk(&items[1..], "tp04");
    }
}

/// The Info column of each packet with something of ours, as a terminal gets it.
fn info(tshark: &Tshark, connections: &[Connection]) -> Vec<String> {
    tshark.read(connections);
    let column = ["-Y", "tp", "-o", "gui.column.format:\"Info\",\"%i\""];
    let shown = tshark.run(&column);
    shown.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn only_text_reaches_the_info_column() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let hostile = "\u{1b}[31m\nb\u{202e}\u{2028}\u{200b}\u{9b}";
    let shown = r"\u{1b}[31m\nb\u{202e}\u{2028}\u{200b}\u{9b}";
    let okay = |text: &str| frame("tp04", "Okay", json!({ "result": text }), 7);
    let fail = json!({ "code": "Frame", "result": hostile });
    let two = [okay("one"), frame("tp04", "Fail", fail, 7)].concat();
    let latin = [&okay("")[..12], b"\0\0\0\x08\0\0\0\x04\xe9\x9bx\0"].concat();
    let head = "HTTP/1.0 200 \u{1b}[31m\u{202e}\r\nServer: \u{1b}\r\n\r\n";
    let goodbye = "Please go\u{202e}away\u{9b}\nnow";
    let connect = frame("tp04", "Connect", json!({ "string": hostile }), 7);
    let ours = connections([
        vec![Said::to_server(&connect)],
        vec![Said::to_client(&two), Said::to_client(&latin)],
        vec![Said::to_server(POST), Said::to_client(head.as_bytes())],
        vec![Said::to_client(goodbye.as_bytes())],
    ]);
    let wanted = [
        format!("#7 Connect string=\"{shown}\""),
        format!("#7 Okay result=\"one\", #7 Fail code=Frame result=\"{shown}\""),
        "#7 Okay result=\"\u{fffd}\u{fffd}x\"".to_owned(),
        "POST /Ab3dEf6hIj9l HTTP/1.0".to_owned(),
        r"HTTP/1.0 200 \u{1b}[31m\u{202e}".to_owned(),
        r"plain text: Please go\u{202e}away\u{9b}".to_owned(),
    ];
    assert_eq!(info(&tshark, &ours), wanted);
    let titles: Vec<_> = tshark.read(&ours).into_iter().map(|it| it.title).collect();
    assert_eq!(titles[0], format!("Thousand Parsec, {}", wanted[0]));
    let odd = |text: &String| text.contains(|it: char| it.is_control() || it == '\u{202e}');
    assert!(!titles.iter().any(odd), "{titles:?}");
}

#[test]
fn what_is_text_is_what_the_bindings_take_for_text() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let is_text = |it: char| {
        printable(it.encode_utf8(&mut [0; 4]))
            .to_string()
            .starts_with(it)
    };
    let all: Vec<char> = ('\u{1}'..=char::MAX).collect();
    let edges = all
        .windows(2)
        .filter(|two| is_text(two[0]) != is_text(two[1]));
    let mut texts: Vec<String> = edges.flatten().map(|it| format!("x{it}y")).collect();
    assert!(texts.len() > 80);
    let bases = ['a', '\u{5ff}', '\u{600}', 'ह', '❤', '\u{2028}'];
    let changing = [
        "\u{180b}",
        "\u{180e}",
        "\u{180f}",
        "\u{200b}",
        "\u{200c}",
        "\u{200d}",
        "\u{200e}",
        "\u{fe00}",
        "\u{fe0f}",
        "\u{fe0f}\u{200d}",
        "\u{200d}\u{fe0f}",
        "\u{fe0f}\u{fe0f}",
    ];
    for between in changing {
        for (before, behind) in bases.into_iter().zip(bases.into_iter().skip(1)) {
            texts.push(format!("{between}{before}{between}{behind}{between}"));
            texts.push(format!("{behind}{between}{before}"));
        }
    }
    let okays = texts.iter().map(|text| {
        let text = json!({ "result": text });
        Said::to_client(&frame("tp04", "Okay", text, 7))
    });
    let shown = info(&tshark, &connections([okays.collect()]));
    let wanted = texts
        .iter()
        .map(|it| format!("#7 Okay result=\"{}\"", printable(it)));
    assert_eq!(shown, wanted.collect::<Vec<_>>());
}

#[test]
fn requests_sent_on_the_chance_of_padding_are_read() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let tp04 = Protocol::named("tp04");
    let login = json!({ "name": "Login", "fields": { "username": "ab", "password": "c" } });
    let padded = (tp04.encode_padded)(&login, 3).unwrap();
    let plain = (tp04.encode)(&login, 3).unwrap();
    let filters = json!({ "filters": ["FilterPadding"] });
    let ask = Said::to_server(&frame("tp04", "SetFilters", filters, 2));
    let okay = json!({ "name": "Okay", "fields": { "result": "abcde" } });
    let refuse = json!({ "code": "UnavailablePermanently", "result": "no" });
    let items = tshark.read(&connections([
        vec![
            ask.clone(),
            Said::to_server(&padded),
            Said::to_client(&(tp04.encode)(&okay, 2).unwrap()),
            Said::to_client(&(tp04.encode_padded)(&okay, 3).unwrap()),
        ],
        vec![
            ask,
            Said::to_server(&plain),
            Said::to_client(&frame("tp04", "Fail", refuse, 2)),
            Said::to_client(&(tp04.encode)(&okay, 3).unwrap()),
        ],
    ]));
    for stream in 0..2 {
        let items = in_stream(&items, stream);
        let [_, login, _, okay] = items[..] else {
            panic!("{items:?}");
        };
        assert_eq!(login.get("tp.login.username"), Some("ab"));
        assert_eq!(login.get("tp.login.password"), Some("c"));
        assert_eq!(okay.get("tp.okay.result"), Some("abcde"));
        assert_eq!(login.get("tp.pads").is_some(), stream == 0);
        assert_eq!(okay.get("tp.pads").is_some(), stream == 0);
        assert!(items.iter().all(|item| item.marks.is_empty()), "{items:?}");
    }
}

#[test]
fn what_the_numbers_do_not_say_is_not_linked() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let sequence = frame("tp04", "Sequence", json!({ "number": 1 }), 7);
    let [ask, answer] = talk("tp04");
    let unasked = |said: &Said| {
        let mut said = said.clone();
        said.bytes[4..8].fill(0);
        said
    };
    let items = tshark.read(&connections([
        // One frame more than announced.
        vec![
            ask.clone(),
            Said::to_client(&sequence),
            answer.clone(),
            answer.clone(),
        ],
        // Nobody asks with the number 0: that is what was not asked for.
        vec![unasked(&ask), unasked(&answer)],
        vec![answer.clone(), ask.clone()],
    ]));
    let surplus: Vec<_> = items.iter().map(|item| item.is_marked("surplus")).collect();
    assert_eq!(
        surplus,
        [false, false, false, true, false, false, false, false]
    );
    for item in items.iter().filter(|item| item.stream > 0) {
        assert_eq!(item.get("tp.request_in"), None, "{item:?}");
        assert_eq!(item.get("tp.response_in"), None, "{item:?}");
    }
    // A user may not want segments put together.
    let (first, rest) = ask.bytes.split_at(20);
    let halves = vec![Said::to_server(first), Said::to_server(rest)];
    let by_segment = ["-o", "tcp.desegment_tcp_streams:FALSE"];
    let apart = tshark.read_with(&connections([halves]), &by_segment);
    assert!(apart[0].is_marked("cut"), "{apart:?}");
}
