//! Drawings as boxes in a grid of four columns.

use super::writer::Writer;
use crate::emit::docs::drawing::{Cell, Drawing, HEADER, Part, Shape};

/// A whole drawing.
pub(super) fn figure(out: &mut Writer<'_>, drawing: &Drawing) {
    out.element("figure", &[("class", "drawing")], |out| {
        out.line();
        out.leaf("figcaption", &[], &drawing.caption);
        out.line();
        if let Some(values) = &drawing.header {
            header(out, values);
        }
        if drawing.parts.is_empty() {
            out.leaf("p", &[("class", "no-body")], "no body");
        }
        for part in &drawing.parts {
            self::part(out, part);
        }
        legend(out, drawing);
    });
}

/// The header, sixteen bytes in a row.
fn header(out: &mut Writer<'_>, values: &[String]) {
    out.element("div", &[("class", "header")], |out| {
        for ((at, name), value) in ["0", "4", "8", "12"].iter().zip(HEADER).zip(values) {
            out.element("div", &[("class", "cell")], |out| {
                out.leaf("span", &[("class", "at")], at);
                out.leaf("span", &[("class", "name")], name);
                out.leaf("span", &[("class", "kind")], value);
            });
        }
    });
    out.line();
}

fn part(out: &mut Writer<'_>, part: &Part) {
    match part {
        Part::Row { at, cells } => {
            out.element("div", &[("class", "row")], |out| {
                out.leaf("span", &[("class", "at")], &at.words());
                for cell in cells {
                    self::cell(out, cell);
                }
            });
        }
        Part::Nest {
            name,
            repeated,
            cell,
            parts,
            ..
        } => {
            let class = if *repeated { "nest list" } else { "nest group" };
            out.element("div", &[("class", &with_marks(class, cell))], |out| {
                let link = format!("#{}", cell.anchor);
                out.element("p", &[("class", "name")], |out| {
                    out.leaf("a", &[("href", &link)], name);
                    let mut remarks = cell.remarks();
                    if *repeated {
                        remarks.insert(0, "any number of times".to_owned());
                    }
                    if !remarks.is_empty() {
                        let remarks = format!(" {}", remarks.join(", "));
                        out.leaf("span", &[("class", "kind")], &remarks);
                    }
                });
                out.line();
                for part in parts {
                    self::part(out, part);
                }
            });
        }
    }
    out.line();
}

fn cell(out: &mut Writer<'_>, cell: &Cell) {
    let shape = match cell.shape {
        Shape::Fixed => "fixed",
        Shape::Count => "count",
        Shape::Variable => "variable",
        Shape::Nothing => "nothing",
    };
    let class = format!("cell {shape} w{} h{}", cell.width, cell.height);
    let link = format!("#{}", cell.anchor);
    let attributes = [("class", &*with_marks(&class, cell)), ("href", &link)];
    out.element("a", &attributes, |out| {
        out.leaf("span", &[("class", "name")], &cell.name);
        let mut remarks = cell.remarks();
        if !cell.kind.is_empty() {
            remarks.insert(0, cell.kind.clone());
        }
        if !remarks.is_empty() {
            out.text(" ");
            out.leaf("span", &[("class", "kind")], &remarks.join(", "));
        }
    });
}

fn with_marks(class: &str, cell: &Cell) -> String {
    let mut class = class.to_owned();
    if cell.inherited.is_some() {
        class.push_str(" inherited");
    }
    if cell.optional {
        class.push_str(" optional");
    }
    class
}

/// What the looks of the boxes in this drawing mean.
fn legend(out: &mut Writer<'_>, drawing: &Drawing) {
    let cells: Vec<&Cell> = drawing.parts.iter().flat_map(Part::cells).collect();
    let any = |is_so: fn(&Cell) -> bool| cells.iter().any(|cell| is_so(cell));
    let variable = any(|cell| cell.shape == Shape::Variable);
    let mut marks = vec![
        (
            "inherited",
            "inherited",
            any(|cell| cell.inherited.is_some()),
        ),
        ("variable", "variable length", variable),
        ("optional", "optional", any(|cell| cell.optional)),
    ];
    marks.retain(|(.., is_there)| *is_there);
    if marks.is_empty() {
        return;
    }
    out.element("p", &[("class", "legend")], |out| {
        for (class, words, _) in marks {
            out.element("span", &[], |out| {
                out.empty("span", &[("class", &format!("swatch {class}"))]);
                out.text(words);
            });
        }
    });
    out.line();
}
