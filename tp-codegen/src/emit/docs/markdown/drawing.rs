//! Drawings in characters.

use crate::emit::docs::drawing::{Cell, Drawing, HEADER, Part, Shape};

/// Characters for one byte, its left border included.
const BYTE: usize = 18;
/// The narrowest byte: boxes within boxes get smaller.
const NARROWEST: usize = 7;
/// Characters for the offset.
const GUTTER: usize = 6;

/// A drawing as lines of text.
pub(super) fn text(drawing: &Drawing) -> String {
    let mut lines = Vec::new();
    if let Some(values) = &drawing.header {
        let cells = HEADER.iter().zip(values);
        let cells = cells.map(|(name, value)| format!("{name} {value}").trim().to_owned());
        let cells: Vec<String> = cells.collect();
        let widths = vec![BYTE.saturating_add(3); cells.len()];
        lines.push(border("", &widths, '┌', '┬', '┐', '─'));
        lines.push(boxes("header", "", &cells, &widths, false));
        lines.push(border("", &widths, '└', '┴', '┘', '─'));
    }
    if drawing.parts.is_empty() {
        lines.push("no body".to_owned());
    }
    draw(&drawing.parts, "", BYTE, &mut lines);
    let mut text = String::new();
    for line in lines {
        // A line break in a name would end the drawing.
        text.push_str(line.trim_end().replace(char::is_control, " ").as_str());
        text.push('\n');
    }
    text
}

fn draw(parts: &[Part], indent: &str, byte: usize, lines: &mut Vec<String>) {
    for part in parts {
        match part {
            Part::Row { at, cells } => row(&at.words(), cells, indent, byte, lines),
            Part::Nest {
                name,
                repeated,
                cell,
                parts,
                ..
            } => {
                let often = ", any number of times";
                let what = if *repeated { often } else { "" };
                let gutter = " ".repeat(GUTTER);
                lines.push(format!("{gutter}{indent}╓ {name}{what}{}", remarks(cell)));
                let inner = format!("{indent}║ ");
                let byte = byte.saturating_sub(1).max(NARROWEST);
                draw(parts, &inner, byte, lines);
                lines.push(format!("{gutter}{indent}╙"));
            }
        }
    }
}

/// Base and marks of a box.
fn remarks(cell: &Cell) -> String {
    let remarks = cell.remarks();
    if remarks.is_empty() {
        String::new()
    } else {
        format!(" ({})", remarks.join(", "))
    }
}

fn row(at: &str, cells: &[Cell], indent: &str, byte: usize, lines: &mut Vec<String>) {
    let width = |cell: &Cell| {
        let bytes = usize::try_from(cell.width).unwrap_or(1);
        bytes.saturating_mul(byte).saturating_sub(1)
    };
    let widths: Vec<usize> = cells.iter().map(width).collect();
    let torn = cells.iter().any(|cell| cell.shape == Shape::Variable);
    let optional = cells.iter().any(|cell| cell.optional);
    let line = if optional { '┄' } else { '─' };
    // Two rows as wide as each other share the border between them.
    if lines.last() == Some(&border(indent, &widths, '└', '┴', '┘', '─')) {
        lines.pop();
        lines.push(border(indent, &widths, '├', '┼', '┤', line));
    } else {
        lines.push(border(indent, &widths, '┌', '┬', '┐', line));
    }
    let words: Vec<String> = cells.iter().map(said).collect();
    let nothing = vec![String::new(); cells.len()];
    let height = cells.iter().map(|cell| cell.height).max().unwrap_or(1);
    lines.push(boxes(at, indent, &words, &widths, torn));
    for _ in 1..height {
        lines.push(boxes("", indent, &nothing, &widths, torn));
    }
    let line = if torn { '~' } else { line };
    lines.push(border(indent, &widths, '└', '┴', '┘', line));
}

/// What stands in a box.
fn said(cell: &Cell) -> String {
    let colon = if cell.kind.is_empty() { "" } else { ": " };
    format!("{}{colon}{}{}", cell.name, cell.kind, remarks(cell))
}

fn border(
    indent: &str,
    widths: &[usize],
    left: char,
    cross: char,
    right: char,
    line: char,
) -> String {
    let lines = widths.iter().map(|width| line.to_string().repeat(*width));
    let lines = lines.collect::<Vec<_>>().join(&cross.to_string());
    format!("{}{indent}{left}{lines}{right}", " ".repeat(GUTTER))
}

fn boxes(at: &str, indent: &str, words: &[String], widths: &[usize], torn: bool) -> String {
    let side = if torn { "┆" } else { "│" };
    let mut text = format!(
        "{at:>width$} {indent}{side}",
        width = GUTTER.saturating_sub(1)
    );
    for (words, width) in words.iter().zip(widths) {
        let room = width.saturating_sub(1);
        let mut shown: String = words.chars().take(room).collect();
        if words.chars().count() > room {
            shown.pop();
            shown.push('…');
        }
        text.push(' ');
        text.push_str(&shown);
        let blanks = room.saturating_sub(shown.chars().count());
        text.push_str(&" ".repeat(blanks));
        text.push_str(side);
    }
    text
}
