//! Passwords and keys: in nothing that is shown, unless that is asked for.

use std::collections::BTreeSet;

use tp_codegen::model::Field;
use tp_frames::{AnyFrame, Direction, RawFrame, admin, game};
use tp_frames::{DecodeError, DecodeOptions};
use tp_tests::PROTOCOLS;
use tp_tests::frame::Version;
use tp_tests::report::{Case, Format, Group, Journal, Outcome, Report, Verdict, Way};
use tp_tests::values::{frames, model};

use crate::secret_frames::{MARKER, SecretFrame, assert_hidden, secret_frames, shown};
use crate::wireshark::expected::raw;
use crate::wireshark::pcap::{Connection, port};
use crate::wireshark::traffic::{Said, Way as Direct};
use crate::wireshark::tshark::Tshark;

#[test]
fn the_tables_have_every_field_that_the_schemas_call_secret() {
    for protocol in &PROTOCOLS {
        let model = model(protocol);
        let holds = |fields: &[Field]| fields.iter().any(Field::holds_secret);
        let mut wanted = BTreeSet::new();
        for packet in frames(&model) {
            let secret = packet.fields.iter().filter(|field| field.holds_secret());
            wanted.extend(secret.map(|field| format!("{}.{}", packet.name, field.name)));
        }
        let fields = protocol.packets().flat_map(|packet| packet.fields);
        let fields = fields.filter(|field| field.is_in(protocol.version) && field.is_secret());
        let found: BTreeSet<_> = fields.map(ToString::to_string).collect();
        assert!(found.contains("Login.password"), "{found:?}");
        assert_eq!(found, wanted, "{}", protocol.name);
        // No table says of parameters what is secret, so programs show them.
        let mut parameters = model.parameter_sets.iter().flat_map(|set| &set.parameters);
        assert!(!parameters.any(|it| holds(&it.use_fields) || holds(&it.desc_fields)));
    }
}

/// What a program may show of a frame that it has received.
fn words<F: AnyFrame + std::fmt::Debug>(raw: &RawFrame) -> Result<String, DecodeError> {
    let (frame, _) = F::decode(raw, &DecodeOptions::default())?;
    Ok(format!("{frame:?} {frame:#?} {raw:?}"))
}

#[test]
fn debug_shows_none() {
    for frame in secret_frames() {
        let about = frame.about();
        let read = |bytes: &[u8]| match frame.is_admin {
            true => words::<admin::Frame>(&raw(bytes)),
            false => words::<game::Frame>(&raw(bytes)),
        };
        let text = read(&frame.whole(1)).unwrap();
        assert!(text.contains("[secret]"), "{about}: {text}");
        assert_hidden(&text, &about);
        let error = read(&frame.cut(1)).unwrap_err();
        assert_hidden(&format!("{error} {error:?}"), &about);
    }
}

/// Everything that the programs that test write down of a frame.
fn journal(frame: &SecretFrame, version: Version, show_secrets: bool) -> Report {
    let journal = Journal::new(show_secrets);
    for bytes in [frame.whole(1), frame.trailed(2), frame.cut(3)] {
        let came = version.read(raw(&bytes));
        journal.request(1, version, raw(&bytes));
        journal.request(1, version.other(), raw(&bytes));
        journal.received(1, &came);
        journal.sent(1, version, false, &bytes);
    }
    // Not whole, and behind what is none.
    for part in [&b""[..], b"HTTP/1.0 200 OK\r\n\r\n"] {
        let part = [part, &frame.unended(1)].concat();
        journal.sent(1, version, false, &part);
        journal.no_frame(1, Way::ToServer, &part);
        journal.received_text(1, &part);
    }
    let mut outcome = Outcome::new(version.name(), Verdict::Fail, Some("it was tried".into()));
    outcome.exchange = journal.steps();
    Report {
        program: "test-program".into(),
        subject: "tp://example".into(),
        subject_says: None,
        began: 1,
        took: 1,
        remarks: Vec::new(),
        incomplete: None,
        columns: vec![version.name().into()],
        groups: vec![Group {
            number: 1,
            name: "All".into(),
            cases: vec![Case {
                id: "1.1".into(),
                rule: "A rule.".into(),
                source: "a schema".into(),
                outcomes: vec![outcome],
            }],
        }],
    }
}

fn form(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    report.write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn reports_show_none_unless_that_is_asked_for() {
    let frames = secret_frames();
    for frame in frames.iter().filter(|frame| !frame.is_admin) {
        let about = frame.about();
        let mut versions = Version::ALL.into_iter();
        let version = versions.find(|it| it.header() == frame.version).unwrap();
        let hidden = journal(frame, version, false);
        let all = journal(frame, version, true);
        for format in [Format::Text, Format::Json, Format::Junit, Format::Html] {
            assert_hidden(&form(&hidden, format), &about);
            assert!(shown(&form(&all, format)) > 0, "{about} {format:?}");
        }
        let steps = |report: &Report| -> Vec<_> {
            let outcomes = report
                .outcomes()
                .flat_map(|(_, outcome)| outcome.exchange.clone());
            outcomes.collect()
        };
        let (hidden, all) = (steps(&hidden), steps(&all));
        assert_eq!(hidden.len(), all.len());
        for step in &hidden {
            assert_eq!(step.bytes, "", "{about}: {step:?}");
        }
        assert!(hidden[0].text.contains(r#"{"secret":true}"#), "{hidden:?}");
        for step in all
            .iter()
            .filter(|step| !step.text.starts_with("a frame of"))
        {
            assert!(
                shown(&format!("{} {}", step.text, step.bytes)) > 0,
                "{about}: {step:?}"
            );
        }
    }
}

#[test]
fn what_stands_in_a_report_in_their_place_is_no_value() {
    let hidden = journal(&secret_frames()[0], Version::Tp03, false);
    let (_, outcome) = hidden.outcomes().next().unwrap();
    let (_, fields) = outcome.exchange[0].text.split_once(" sequence 1 ").unwrap();
    let fields: serde_json::Value = serde_json::from_str(fields).unwrap();
    let name = secret_frames()[0].packet.name;
    let frame = serde_json::json!({ "name": name, "fields": fields });
    serde_json::from_value::<game::Frame>(frame).unwrap_err();
}

/// A connection for each form of each frame. Of the last the end is missing.
fn connections(frames: &[SecretFrame]) -> Vec<Connection> {
    let mut connections = Vec::new();
    for frame in frames {
        let way = match frame.packet.direction {
            Direction::ToClient => Direct::ToClient,
            _ => Direct::ToServer,
        };
        let port = port(if frame.is_admin { "admin" } else { "" });
        let mut of_version_9 = frame.whole(1);
        of_version_9[2..4].copy_from_slice(&[9, 0]);
        let whole = frame.whole(1);
        let unended = [&whole[..], &frame.unended(2)].concat();
        let mut too_long = frame.whole(1);
        too_long[12] = 0x10;
        for bytes in [
            whole,
            frame.trailed(1),
            frame.cut(1),
            of_version_9,
            too_long,
            unended,
        ] {
            connections.push(Connection::carrying(port, &[Said::new(way, &bytes)]));
        }
    }
    connections
}

#[test]
fn the_dissector_shows_none_unless_that_is_asked_for() {
    let Some(tshark) = Tshark::new() else {
        return;
    };
    let frames = secret_frames();
    let connections = connections(&frames);
    let hidden = ["-o", "tp.show_secrets:FALSE"];
    let items = tshark.read_with(&connections, &[]);
    assert!(items.len() >= connections.len(), "{}", items.len());
    for form in [
        &["-2"][..],
        &["-V"],
        // A frame in several segments is none then.
        &[
            "-T",
            "pdml",
            "-J",
            "tp",
            "-o",
            "tcp.desegment_tcp_streams:FALSE",
        ],
        &["-T", "pdml", "-J", "tp"],
        &["-T", "json", "-J", "tp"],
        &[
            "-T",
            "fields",
            "-e",
            "tp.login.password",
            "-e",
            "_ws.col.Info",
        ],
    ] {
        let about = form.join(" ");
        let all = tshark.run(form);
        assert!(shown(&all) >= frames.len(), "{about}: {all}");
        let text = tshark.run(&[&hidden[..], form].concat());
        assert!(text.contains("[secret]"), "{about}: {text}");
        assert_hidden(&text, &about);
    }
    // Unless it is said, none is.
    let text = tshark.run_as_it_is(&["-V"]);
    assert!(text.contains("Password: [secret] (shown if"), "{text}");
    assert_hidden(&text, "-V");
    // A filter does not find them out.
    let filter = format!("tp.login.password == \"{MARKER}\"");
    assert_eq!(tshark.run_as_it_is(&["-Y", &filter]), "");
    assert_ne!(tshark.run(&["-Y", &filter]), "");
}
