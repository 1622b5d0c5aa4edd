//! No text makes the generator panic, and a schema that passes its checks becomes Rust.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tp_codegen::emit::{self, RustOptions};
use tp_codegen::{Source, compile};

fuzz_target!(|text: &[u8]| {
    let source = match Source::new("fuzz.xml", text) {
        Ok(source) => source,
        Err(problems) => return assert!(!problems.to_string().is_empty()),
    };
    match compile(&source) {
        Ok(model) => {
            let options = RustOptions {
                serde_feature: Some("serde".into()),
                ..Default::default()
            };
            emit::rust(&model, &options).expect("what passes the checks can be emitted");
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
