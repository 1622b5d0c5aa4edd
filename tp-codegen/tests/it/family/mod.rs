//! Versions merged into one: what a reviewer reads about it, and what becomes Rust.

mod changes;
mod fields;
mod page;
mod programs;
mod random_edits;
mod refused;
mod several;

use tp_codegen::emit::{self, RustOptions};
use tp_codegen::family::Family;
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

/// The page without its first line and what is the same in every version.
fn told(family: &Family) -> String {
    let page = family.page();
    let (_, rest) = page.split_once('\n').unwrap();
    let (rest, _) = rest.split_once("\nthe same in every").unwrap_or((rest, ""));
    rest.trim().to_owned()
}

/// A base with these fields.
fn base(fields: &str) -> String {
    format!("<packet name='Base'><structure>{fields}</structure></packet>")
}

/// A packet to the client with these fields behind those of the base.
fn on_base(name: &str, id: u32, fields: &str) -> String {
    packet(name, id, fields).replacen("<packet ", "<packet base='Base' ", 1)
}

/// A request without fields, answered by this.
fn get(reply: &str) -> String {
    format!(
        "<packet name='Get' id='1'><direction>server</direction>\
         <reply packet='{reply}' sequence='never'/></packet>"
    )
}

/// A set of these parameters: the name, number and fields of each.
fn parameters(list: &[(&str, u32, &str)]) -> String {
    let list = list.iter().map(|(name, number, fields)| {
        format!(
            "<parameter name='{name}' type='{number}'>\
             <usestruct><structure>{fields}</structure></usestruct></parameter>"
        )
    });
    let list: String = list.collect();
    format!("<parameterset name='OrderParams'>{list}</parameterset>")
}

/// An order with parameters behind `fields`, of which `otype` or another tells their types, or their
/// description.
fn order(fields: &str, typefield: &str, typeframe: &str) -> String {
    let inner = format!("<typefield>{typefield}</typefield>{typeframe}");
    let rest = field("useparameters", "ref='OrderParams'", "parameters", &inner);
    packet("Order", 11, &format!("{fields}{rest}"))
}

/// That [`order_desc`] describes an order.
const DESCRIBED: &str = "<typeframe name='OrderDesc' idfield='id'>\
                         <getlist name='types'><getfield name='type'/></getlist></typeframe>";

/// What describes an order, with the fields in the list of its types.
fn order_desc(types: &str) -> String {
    let types = list("types", types);
    packet("OrderDesc", 12, &format!("{}{types}", integer("id")))
}

/// The generated text of a file.
fn code(family: &Family, path: &str) -> String {
    let files = emit::rust(family, &RustOptions::default()).unwrap();
    let file = files.into_iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("no {path}")).text
}

/// Panics unless the text of `about` has all these parts, one behind the other.
#[track_caller]
fn has(about: &str, text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let found = rest.split_once(part);
        let (_, behind) = found.unwrap_or_else(|| panic!("{about}: no {part} in\n{text}"));
        rest = behind;
    }
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

/// An unsigned integer that says what it was.
fn was(name: &str, was: &str) -> String {
    field("integer", &format!("type='unsigned' was='{was}'"), name, "")
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
    let entries = format!("<structure>{fields}</structure>");
    field("list", "", name, &entries)
}
