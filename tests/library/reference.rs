//! The frames that the reference of the protocol shows are frames that the library reads.

use serde_json::Value;
use tp_codegen::GeneratedFile;
use tp_codegen::emit::{self, ReferenceFormat, ReferenceOptions};
use tp_frames::DecodeOptions;
use tp_tests::golden::only_frame;
use tp_tests::{PROTOCOLS, Protocol, from_hex, values};

/// The reference of one protocol, which is the easiest to read as Markdown.
fn reference(protocol: &Protocol) -> Vec<GeneratedFile> {
    let documented = emit::Protocol {
        name: protocol.name.to_owned(),
        module: protocol.name.to_owned(),
        model: values::schema(protocol),
    };
    let options = ReferenceOptions {
        format: ReferenceFormat::Markdown,
        ..ReferenceOptions::default()
    };
    emit::reference(&[documented], &options).unwrap()
}

/// The frame on a page, if there is one.
fn example(page: &str) -> Option<Vec<u8>> {
    let (_, example) = page.split_once("\n## Example\n")?;
    let (_, hex) = example.split_once("```text\n")?;
    let (hex, _) = hex.split_once("\n```")?;
    Some(from_hex(&hex.replace(' ', "")))
}

/// Every list has one entry, as the page says.
fn check_lists(value: &Value, page: &str) {
    match value {
        Value::Array(entries) => {
            assert_eq!(entries.len(), 1, "{page}");
            check_lists(&entries[0], page);
        }
        Value::Object(members) => members
            .values()
            .for_each(|member| check_lists(member, page)),
        _ => {}
    }
}

#[test]
fn examples_are_whole_frames_of_their_packets() {
    for protocol in &PROTOCOLS {
        let pages = reference(protocol);
        let mut examples = 0;
        for packet in protocol.packets() {
            let path = format!("{}/packet.{}.md", protocol.name, packet.name);
            let page = pages.iter().find(|page| page.path == path);
            let page = page.unwrap_or_else(|| panic!("no page {path}"));
            let bytes = example(&page.text).unwrap_or_else(|| panic!("no example in {path}"));
            let strict = DecodeOptions::default().strict(true);
            let raw = only_frame(&bytes);
            assert_eq!(raw.header.version, protocol.version, "{path}");
            assert_eq!(raw.header.r#type, packet.r#type, "{path}");
            let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &strict)
                .unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(decoded.frame["name"], packet.name, "{path}");
            check_lists(&decoded.frame["fields"], &path);
            examples += 1;
        }
        assert_eq!(examples, protocol.packets().count());
    }
}
