//! The bytes of a structure as boxes, four bytes to a row.

use super::anchor::field_anchor;
use super::layout::{At, kind, tags};
use crate::model::{Field, FieldKind, Item};

/// Bytes in a row.
const ROW: u64 = 4;
/// The most rows that one box is tall; a taller one says how much it stands for.
const TALLEST: u64 = 4;

/// A drawing.
pub(super) struct Drawing {
    /// What it shows, for those who do not see it.
    pub(super) caption: String,
    /// What stands in the boxes of the header in front, where there is one to show.
    pub(super) header: Option<[String; 4]>,
    pub(super) parts: Vec<Part>,
}

/// The boxes of a header, four bytes each.
pub(super) const HEADER: [&str; 4] = ["version", "sequence", "type", "length"];

/// What stands below one another.
pub(super) enum Part {
    /// Boxes side by side.
    Row { at: At, cells: Vec<Cell> },
    /// Fields within a field.
    Nest {
        name: String,
        /// Once for each entry of a list; once and for all in a group.
        repeated: bool,
        cell: Cell,
        parts: Vec<Part>,
    },
}

/// One box.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) name: String,
    /// What it holds.
    pub(super) kind: String,
    /// In bytes, 1 to 4.
    pub(super) width: u64,
    /// In rows.
    pub(super) height: u64,
    pub(super) shape: Shape,
    /// "read-only" and the like.
    pub(super) tags: Vec<String>,
    pub(super) optional: bool,
    /// The packet that declares it, where that is a base.
    pub(super) inherited: Option<String>,
    /// Where it is explained.
    pub(super) anchor: String,
}

/// How a box looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Always so many bytes.
    Fixed,
    /// How much follows: the four bytes in front of a string or list.
    Count,
    /// As many bytes as it takes.
    Variable,
    /// No bytes at all.
    Nothing,
}

/// The boxes of a structure. `prefix` and `owner` are those of its table of fields.
pub(super) fn parts(fields: &[Field], prefix: &str, owner: &str) -> Vec<Part> {
    let drawer = Drawer { prefix, owner };
    drawer.parts(fields, "", At::Start(0))
}

struct Drawer<'a> {
    prefix: &'a str,
    owner: &'a str,
}

impl Drawer<'_> {
    fn parts(&self, fields: &[Field], path: &str, mut at: At) -> Vec<Part> {
        let mut parts = Vec::new();
        for field in fields {
            self.add(field, path, at, &mut parts);
            at = at.behind(field);
        }
        parts
    }

    fn add(&self, field: &Field, path: &str, at: At, parts: &mut Vec<Part>) {
        let path = format!("{path}{}", field.name);
        match &field.kind {
            FieldKind::String { .. } => {
                parts.push(row(at, self.count(field, &path, "length")));
                parts.push(row(at.after(ROW), self.cell(field, &path, Shape::Variable)));
            }
            FieldKind::List { item, .. } => {
                parts.push(row(at, self.count(field, &path, "number")));
                let entry = match item {
                    Item::Field(entry) => entry.name.clone(),
                    Item::Record(_) => "entry".to_owned(),
                };
                parts.push(Part::Nest {
                    name: format!("{} — each {entry}", field.name),
                    repeated: true,
                    cell: self.cell(field, &path, Shape::Variable),
                    parts: self.parts(field.kind.members(), &format!("{path}[]."), At::Plus(0)),
                });
            }
            FieldKind::Group(record) => parts.push(Part::Nest {
                name: field.name.clone(),
                repeated: false,
                cell: self.cell(field, &path, Shape::Fixed),
                parts: self.parts(&record.fields, &format!("{path}."), at),
            }),
            FieldKind::Description {
                rust_name: None, ..
            } => parts.push(row(at, self.cell(field, &path, Shape::Nothing))),
            FieldKind::Description { .. } | FieldKind::Parameters(_) => {
                parts.push(row(at, self.cell(field, &path, Shape::Variable)));
            }
            FieldKind::Character { .. } | FieldKind::Integer { .. } | FieldKind::Enumeration(_) => {
                self.add_fixed(self.cell(field, &path, Shape::Fixed), at, parts);
            }
        }
    }

    /// Adds a box of fixed size, beside the one before where both are narrow enough.
    fn add_fixed(&self, cell: Cell, at: At, parts: &mut Vec<Part>) {
        if let Some(Part::Row { cells, .. }) = parts.last_mut()
            && cells.iter().all(|one| one.shape == Shape::Fixed)
        {
            let taken = cells.iter().map(|one| one.width).sum::<u64>();
            if taken.saturating_add(cell.width) <= ROW {
                cells.push(cell);
                return;
            }
        }
        parts.push(row(at, cell));
    }

    fn cell(&self, field: &Field, path: &str, shape: Shape) -> Cell {
        let bytes = match shape {
            Shape::Fixed => field.size.min,
            _ => ROW,
        };
        let kind = match &field.kind {
            FieldKind::Parameters(parameters) => {
                format!("parameters of {}, to the end", parameters.set)
            }
            FieldKind::Description { set, .. } if shape == Shape::Nothing => {
                format!("nothing: no parameter of {set} has a description")
            }
            _ => kind(field),
        };
        Cell {
            name: field.name.clone(),
            kind,
            width: bytes.clamp(1, ROW),
            height: bytes.div_ceil(ROW).clamp(1, TALLEST),
            shape,
            tags: tags(field),
            optional: field.optional,
            inherited: (field.declared_in != self.owner).then(|| field.declared_in.clone()),
            anchor: field_anchor(self.prefix, path),
        }
    }

    /// The four bytes in front of a string or list.
    fn count(&self, field: &Field, path: &str, what: &str) -> Cell {
        Cell {
            name: format!("{what} of {}", field.name),
            kind: String::new(),
            tags: Vec::new(),
            ..self.cell(field, path, Shape::Count)
        }
    }
}

impl Cell {
    /// Its marks and its base, in words.
    pub(super) fn remarks(&self) -> Vec<String> {
        let base = self.inherited.as_ref().map(|base| format!("from {base}"));
        self.tags.iter().cloned().chain(base).collect()
    }
}

pub(super) fn row(at: At, cell: Cell) -> Part {
    Part::Row {
        at,
        cells: vec![cell],
    }
}

impl Part {
    /// Every box, those within others too.
    pub(super) fn cells(&self) -> Vec<&Cell> {
        match self {
            Self::Row { cells, .. } => cells.iter().collect(),
            Self::Nest { cell, parts, .. } => {
                let mut cells = vec![cell];
                cells.extend(parts.iter().flat_map(Self::cells));
                cells
            }
        }
    }
}
