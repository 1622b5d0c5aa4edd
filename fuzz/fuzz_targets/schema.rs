//! No text makes the generator panic, and a schema that passes its checks becomes Rust, alone and as two
//! versions of one protocol that are alike. Laid out once, well-formed text stays as it is, and means
//! what it did.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tp_codegen::emit::{self, RustOptions};
use tp_codegen::family::Family;
use tp_codegen::lint::{AllowList, Linter};
use tp_codegen::{Source, compile, format};

fuzz_target!(|text: &[u8]| {
    let source = match Source::new("fuzz.xml", text) {
        Ok(source) => source,
        Err(problems) => return assert!(!problems.to_string().is_empty()),
    };
    let compiled = compile(&source);
    if let Ok(once) = format(&source) {
        let again = Source::new("fuzz.xml", once.as_str()).expect("formatted text is UTF-8");
        assert_eq!(format(&again).expect("formatted text is well-formed"), once);
        assert_eq!(compile(&again).ok(), compiled.as_ref().ok().cloned());
    }
    match compiled {
        Ok(model) => {
            let allow = AllowList::default();
            let mut linter = Linter::new(&allow);
            linter.schema(&source);
            let _ = linter.finish().text(false);
            let options = RustOptions {
                serde_feature: Some("serde".into()),
                ..Default::default()
            };
            let versions = ["TP03", "TP04"].map(|version| {
                let mut model = model.clone();
                version.clone_into(&mut model.version);
                model
            });
            let alone = Family::of_one("fuzz", model);
            emit::rust(&alone, &options).expect("what passes the checks can be emitted");
            // Names that say what they were are of no use here.
            if let Ok(family) = Family::merge("fuzz", versions.into(), &[]) {
                emit::rust(&family, &options).expect("what can be merged can be emitted");
            }
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
