//! Drawings as boxes in a grid of four columns.

use super::writer::Writer;
use crate::emit::docs::drawing::{Cell, Drawing, HeaderCell, Part, Shape};
use crate::emit::docs::layout::At;

/// A whole drawing.
pub(super) fn figure(out: &mut Writer<'_>, drawing: &Drawing) {
    out.element("figure", &[("class", "drawing")], |out| {
        out.line();
        out.leaf("figcaption", &[], &drawing.caption);
        out.line();
        if !drawing.header.is_empty() {
            header(out, &drawing.header);
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
fn header(out: &mut Writer<'_>, cells: &[HeaderCell]) {
    out.element("div", &[("class", "header")], |out| {
        for cell in cells {
            out.element("div", &[("class", "cell")], |out| {
                out.leaf("span", &[("class", "at")], &cell.at.to_string());
                out.leaf("span", &[("class", "name")], cell.name);
                out.leaf("span", &[("class", "kind")], &cell.value);
            });
        }
    });
    out.line();
}

fn part(out: &mut Writer<'_>, part: &Part) {
    match part {
        Part::Row { at, cells } => {
            out.element("div", &[("class", "row")], |out| {
                place(out, *at);
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
                    let mut remarks = cell.tags.clone();
                    if *repeated {
                        remarks.insert(0, "any number of times".to_owned());
                    }
                    if let Some(base) = &cell.inherited {
                        remarks.push(format!("from {base}"));
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

fn place(out: &mut Writer<'_>, at: At) {
    out.leaf("span", &[("class", "at")], &at.words());
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
        let mut remarks = Vec::new();
        if !cell.kind.is_empty() {
            remarks.push(cell.kind.clone());
        }
        remarks.extend(cell.tags.iter().cloned());
        if let Some(base) = &cell.inherited {
            remarks.push(format!("from {base}"));
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
    let mut marks = Vec::new();
    if any(|cell| cell.inherited.is_some()) {
        marks.push(("inherited", "inherited"));
    }
    if any(|cell| cell.shape == Shape::Variable) {
        marks.push(("variable", "variable length"));
    }
    if any(|cell| cell.optional) {
        marks.push(("optional", "optional"));
    }
    if marks.is_empty() {
        return;
    }
    out.element("p", &[("class", "legend")], |out| {
        for (class, words) in marks {
            out.element("span", &[], |out| {
                out.empty("span", &[("class", &format!("swatch {class}"))]);
                out.text(words);
            });
        }
    });
    out.line();
}
