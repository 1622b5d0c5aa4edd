//! The plan file.
//!
//! ```toml
//! out = "src/generated"
//! serde = "serde"
//!
//! [[family]]
//! name = "game"
//! versions = ["../protocol3.xml", "../protocol.xml"]
//! views = ["Object"]
//!
//! [[family.rename]]
//! place = "Resource.singularunit"
//! was = "singularunitname"
//!
//! [[lint.allow]]
//! rule = "unbounded"
//! schema = "../protocol.xml"
//! place = "Object.contains"
//! reason = "servers send as many as there are"
//! ```
//!
//! Paths are relative to the plan file, and versions stand oldest first. `serde` names the cargo
//! feature under which the types derive serde's traits and may be left out. `views` lists the
//! packets that get a borrowed form, all of them where it is left out. `rename` gives older names
//! that a schema does not tell itself, because it is kept as it was published. The `schema` and
//! `place` of what [`lint`](crate::lint) allows may be left out.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use annotate_snippets::Level;
use serde::Deserialize;
use toml::Spanned;

use super::{Plan, Planned, is_module_name};
use crate::diagnostic::label;
use crate::diagnostic::render::{Shown, render};
use crate::emit::Views;
use crate::family::Rename;
use crate::lint::Allow;
use crate::source::{Source, Span, visible};

/// A plan as it is written, each value where it may be wrong with its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    out: String,
    serde: Option<String>,
    family: Vec<WrittenFamily>,
    #[serde(default)]
    lint: WrittenLint,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLint {
    #[serde(default)]
    allow: Vec<WrittenAllow>,
}

/// The rule is looked up, and the reason asked for, by `lint`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAllow {
    rule: Spanned<String>,
    schema: Option<String>,
    place: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFamily {
    name: Spanned<String>,
    versions: Spanned<Vec<String>>,
    views: Option<Vec<String>>,
    #[serde(default)]
    rename: Vec<WrittenRename>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRename {
    place: String,
    was: String,
}

impl Plan {
    /// Reads the plan in `text`; `name` is the file it comes from.
    ///
    /// # Errors
    ///
    /// The first thing wrong in it, and where.
    pub fn parse(name: &str, text: &str) -> Result<Self, PlanError> {
        let error = |message: &str, span| PlanError {
            name: name.to_owned(),
            text: text.to_owned(),
            message: message.to_owned(),
            span,
        };
        let written: Written = toml::from_str(text)
            .map_err(|wrong| error(wrong.message(), wrong.span().unwrap_or_default()))?;

        let mut names = BTreeSet::new();
        for family in &written.family {
            let module_name = family.name.get_ref();
            if !is_module_name(module_name) {
                let message = format!("`{module_name}` cannot name a Rust module and its folder");
                return Err(error(&message, family.name.span()));
            }
            if !names.insert(module_name) {
                let message = format!("there is a family `{module_name}` already");
                return Err(error(&message, family.name.span()));
            }
            if family.versions.get_ref().is_empty() {
                let message = format!("family `{module_name}` has no version");
                return Err(error(&message, family.versions.span()));
            }
        }

        let families = written.family.into_iter().map(|family| Planned {
            name: family.name.into_inner(),
            schemas: family.versions.into_inner(),
            renames: family
                .rename
                .into_iter()
                .map(|rename| Rename {
                    place: rename.place,
                    was: rename.was,
                })
                .collect(),
            views: family.views.map_or(Views::All, Views::Of),
        });
        let allow = written.lint.allow.into_iter().map(|entry| Allow {
            span: entry.rule.span(),
            rule: entry.rule.into_inner(),
            schema: entry.schema,
            place: entry.place,
            reason: entry.reason,
        });
        Ok(Self {
            name: name.to_owned(),
            out: written.out,
            serde: written.serde,
            families: families.collect(),
            allow: allow.collect(),
        })
    }
}

/// Something is wrong in a plan.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub struct PlanError {
    /// Where the plan was read.
    pub name: String,
    /// What it says.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// Where in the text.
    pub span: Range<usize>,
}

impl PlanError {
    /// The error with the place it is at.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let source = Source::from_text(&self.name, self.text.clone());
        let span = Span::new(self.span.start, self.span.end);
        let shown = Shown {
            level: Level::ERROR,
            id: None,
            message: &visible(&self.message),
            primary: &label(&source, span, String::new()),
            related: &[],
            help: None,
        };
        render(&source, std::iter::once(shown), color)
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
out = "src/generated"
serde = "serde"

[[family]]
name = "game"
versions = ["../protocol3.xml", "../protocol.xml"]
views = ["Object"]

[[family.rename]]
place = "Resource.singularunit"
was = "singularunitname"

[[family]]
name = "admin"
versions = ["../admin.xml"]
"#;

    fn rejected(text: &str) -> String {
        Plan::parse("tp-frames/codegen.toml", text)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_plan_says_what_is_made_of_what() {
        let plan = Plan::parse("tp-frames/codegen.toml", GOOD).unwrap();
        assert_eq!(plan.out, "src/generated");
        assert_eq!(plan.serde.as_deref(), Some("serde"));
        let read: Vec<_> = plan
            .families
            .iter()
            .map(|family| (&*family.name, family.schemas.join(" ")))
            .collect();
        assert_eq!(
            read,
            [
                ("game", "../protocol3.xml ../protocol.xml".to_owned()),
                ("admin", "../admin.xml".to_owned())
            ]
        );
        let (game, admin) = (&plan.families[0], &plan.families[1]);
        assert_eq!(game.views, Views::Of(vec!["Object".to_owned()]));
        assert_eq!(admin.views, Views::All);
        assert_eq!(game.renames[0].place, "Resource.singularunit");
        assert_eq!(game.renames[0].was, "singularunitname");
    }

    #[test]
    fn what_is_wrong_is_said_where_it_stands() {
        let admin = "versions = [\"../admin.xml\"]";
        for (from, to, said, place) in [
            ("versions", "version", "unknown field `version`", "7:1"),
            ("serde =", "serd =", "unknown field `serd`", "3:1"),
            (admin, "", "missing field `versions`", "14:1"),
            (GOOD, "out = \"x\"", "missing field `family`", "1:1"),
            (GOOD, "", "missing field `out`", "1:1"),
            (
                "\"admin\"",
                "\"game\"",
                "there is a family `game` already",
                "15:8",
            ),
            (
                admin,
                "versions = []",
                "family `admin` has no version",
                "16:12",
            ),
        ] {
            let text = rejected(&GOOD.replace(from, to));
            assert!(text.contains(said), "{said}: {text}");
            let place = format!("codegen.toml:{place}");
            assert!(text.contains(&place), "{place}: {text}");
        }
    }

    #[test]
    fn a_module_name_must_be_one() {
        for bad in [
            "", "mod", "tp-04", "Tp04", "../up", "4tp", "_", "self", "r#mod", "aux", "com1",
        ] {
            let text = rejected(&GOOD.replace("\"game\"", &format!("\"{bad}\"")));
            assert!(text.contains("cannot name a Rust module"), "{bad}: {text}");
            assert!(text.contains("codegen.toml:6:8"), "{bad}: {text}");
        }
    }

    #[test]
    fn broken_toml_is_shown_at_any_byte() {
        for end in 0..GOOD.len() {
            let Err(error) = Plan::parse("plan", &GOOD[..end]) else {
                continue;
            };
            assert!(error.to_string().contains("plan"), "{error}");
            assert!(!error.render(true).is_empty());
        }
    }
}
