//! Where the fields of a structure are, and what each is.

use crate::model::{Field, FieldKind, Value};
use crate::words;

/// Where something begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// So many bytes from the start.
    Start(u64),
    /// So many bytes from the start of the entry, or from the end of the last part of variable
    /// length.
    Plus(u64),
}

impl At {
    /// Where something begins that stands behind `bytes` bytes.
    pub(super) fn after(self, bytes: u64) -> Self {
        match self {
            Self::Start(at) => Self::Start(at.saturating_add(bytes)),
            Self::Plus(at) => Self::Plus(at.saturating_add(bytes)),
        }
    }

    /// Where something begins that stands behind `field`; optional fields count as present.
    pub(super) fn behind(self, field: &Field) -> Self {
        if field.size.fixed {
            self.after(field.size.min)
        } else if let FieldKind::Group(record) = &field.kind {
            record.fields.iter().fold(self, Self::behind)
        } else {
            Self::Plus(0)
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Start(at) => at.to_string(),
            Self::Plus(at) => format!("+{at}"),
        }
    }
}

/// A field with its place, members of lists and groups included.
pub(super) struct Row<'a> {
    /// `list[].member`, `group.member`.
    pub(super) path: String,
    pub(super) at: At,
    pub(super) field: &'a Field,
}

/// Every field, those within lists and groups behind the one they are in.
pub(super) fn rows(fields: &[Field]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    add(fields, "", At::Start(0), &mut rows);
    rows
}

fn add<'a>(fields: &'a [Field], prefix: &str, mut at: At, rows: &mut Vec<Row<'a>>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        let (inner, start) = match &field.kind {
            FieldKind::List { .. } => (format!("{path}[]."), At::Plus(0)),
            _ => (format!("{path}."), at),
        };
        rows.push(Row { path, at, field });
        add(field.kind.members(), &inner, start, rows);
        at = at.behind(field);
    }
}

/// The marks of a field.
pub(super) fn tags(field: &Field) -> Vec<String> {
    let since = field.prose.since.as_ref();
    let since = since.map(|since| format!("since {since}"));
    marks(field).map(str::to_owned).chain(since).collect()
}

/// What the schema says of its presence.
pub(super) fn marks(field: &Field) -> impl Iterator<Item = &'static str> {
    let readonly = field.readonly.then_some("read-only");
    readonly
        .into_iter()
        .chain(field.optional.then_some("optional"))
        .chain(field.secret.then_some("secret"))
}

/// What a field is, in a few words.
pub(super) fn kind(field: &Field) -> String {
    match &field.kind {
        FieldKind::Character { count: 1 } => "1 raw byte".to_owned(),
        FieldKind::Character { count } => format!("{count} raw bytes"),
        FieldKind::String {
            formatted: true, ..
        } => format!("formatted {}", words::kind(&field.kind)),
        FieldKind::Parameters(parameters) => format!("parameters, {}", parameters.set),
        FieldKind::Description { set, .. } => format!("parameter description, {set}"),
        kind => words::kind(kind),
    }
}

/// The number of a value, in hexadecimal where the schema has it so.
pub(super) fn number(value: &Value) -> String {
    if value.hex {
        format!("0x{:X}", value.id)
    } else {
        value.id.to_string()
    }
}
