//! `docs/protocol-changes.md` is what `diff` says. To bring it up to date, run in the top folder:
//! `cargo run -q -p tp-codegen -- diff protocol3.xml protocol.xml --format markdown > docs/protocol-changes.md`

use std::fs;
use std::path::Path;

use tp_codegen::{Source, compile, diff};

#[test]
fn the_page_about_the_protocol_is_up_to_date() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let model = |name: &str| {
        let bytes = fs::read(top.join(name)).unwrap();
        compile(&Source::new(name, bytes).unwrap()).unwrap()
    };
    let page = fs::read_to_string(top.join("docs/protocol-changes.md")).unwrap();
    let wanted = diff::diff(&model("protocol3.xml"), &model("protocol.xml")).to_markdown();
    assert!(
        page.replace("\r\n", "\n") == wanted,
        "docs/protocol-changes.md is out of date; how to renew it stands at the top of this test\n{}",
        similar::TextDiff::from_lines(&page, &wanted).unified_diff()
    );
}
