//! Versions merged into one: what a reviewer reads about it, and what becomes Rust.

mod changes;
mod fields;
mod page;
mod programs;
mod random_edits;
mod refused;
mod several;

use tp_codegen::emit::{self, RustOptions};
use tp_codegen::family::{Family, FamilyError};
use tp_codegen::model::Model;
use tp_codegen::{Source, compile};

/// The model of a version with these parameter sets and packets.
fn model(number: u8, declarations: &str) -> Model {
    let text = format!("<protocol version='TP{number:02}'>{declarations}</protocol>");
    match compile(&Source::new("test.xml", text).unwrap()) {
        Ok(model) => model,
        Err(diagnostics) => panic!("{diagnostics}"),
    }
}

/// The models of versions 3, 4 and so on.
fn models(versions: &[&str]) -> Vec<Model> {
    (3..)
        .zip(versions)
        .map(|(number, text)| model(number, text))
        .collect()
}

/// The family of versions 3, 4 and so on, whose bindings have to be Rust.
fn merge(versions: &[&str]) -> Family {
    let family = Family::merge("test", models(versions), &[]).unwrap();
    emit::rust(&family, &RustOptions::default()).unwrap();
    family
}

/// What merging is refused with.
fn refusal(versions: &[&str]) -> FamilyError {
    Family::merge("test", models(versions), &[]).unwrap_err()
}

/// The page without its first line and what is the same in every version.
fn told(family: &Family) -> String {
    let page = family.page();
    let (_, rest) = page.split_once('\n').unwrap();
    let (rest, _) = rest.split_once("\nthe same in every").unwrap_or((rest, ""));
    rest.trim().to_owned()
}

/// The generated text of a file.
fn code(family: &Family, path: &str) -> String {
    let files = emit::rust(family, &RustOptions::default()).unwrap();
    let file = files.into_iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("no {path}")).text
}

/// A packet to the client with these fields.
fn packet(name: &str, id: u32, fields: &str) -> String {
    format!(
        "<packet name='{name}' id='{id}'><direction>client</direction>\
         <structure>{fields}</structure></packet>"
    )
}

/// `Thing`, with these fields.
fn thing(fields: &str) -> String {
    packet("Thing", 9, fields)
}

/// An unsigned integer.
fn integer(name: &str) -> String {
    format!("<integer type='unsigned'><name>{name}</name></integer>")
}

/// A string.
fn string(name: &str) -> String {
    format!("<string><name>{name}</name></string>")
}

/// A field of other kind or with other attributes.
fn field(tag: &str, attributes: &str, name: &str, inner: &str) -> String {
    format!("<{tag} {attributes}><name>{name}</name>{inner}</{tag}>")
}

/// An enumeration of 32 bits with these values.
fn enumeration(name: &str, values: &[(&str, i64)]) -> String {
    let values = values
        .iter()
        .map(|(name, id)| format!("<value id='{id}' name='{name}'/>"));
    let values: String = values.collect();
    let inner = format!("<values>{values}</values>");
    field("enumeration", "type='unsigned' style='list'", name, &inner)
}

/// A list whose entries have these fields.
fn list(name: &str, fields: &str) -> String {
    field(
        "list",
        "",
        name,
        &format!("<structure>{fields}</structure>"),
    )
}
