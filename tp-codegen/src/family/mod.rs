//! The versions of a protocol as one: every packet once, whatever the number of versions.
//!
//! [`Family::merge`] takes the models of all versions and pairs what they have in common, by name
//! or by what a schema says of its past (`was`). The result is a [`Model`] of the newest version
//! that also holds what only older ones have, each thing with the versions in which it is there.
//! Emitters of Rust read nothing else; a single schema is a family of one.

mod fields;
mod packets;
mod page;
mod pairing;
mod rename;
mod stages;
mod types;
mod values;

use crate::model::{HeaderForm, History, Model, Packet, Size};
use crate::source::visible;

pub use rename::Rename;

/// One protocol in all its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// What it is called, such as `game`. A folder may have given the name, so merging makes it
    /// [`visible`].
    pub name: String,
    /// Its versions, oldest first; never empty.
    pub versions: Vec<Version>,
    /// The newest version, with what only older ones have.
    pub model: Model,
}

/// One version of a protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `version` of the `protocol` element, such as `TP04`.
    pub name: String,
    /// The digits of its name as a number; 0 if there are none.
    pub number: u8,
    /// How its frames' headers are written.
    pub header: HeaderForm,
}

impl Version {
    /// What ends the name of a thing of this version that is kept apart from a newer one of that
    /// name: `tp03`.
    fn suffix(&self) -> String {
        self.name.to_ascii_lowercase()
    }
}

/// Why schemas are no versions of one protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// There is no schema.
    #[error("family `{0}` has no schema")]
    Empty(String),
    /// The versions do not rise.
    #[error(
        "family `{family}` lists version `{second}` behind `{first}`; the oldest stands first, \
         and each version has a greater number"
    )]
    Order {
        /// The family.
        family: String,
        /// The version in front.
        first: String,
        /// The version that is not newer.
        second: String,
    },
    /// A packet changes its frame type.
    #[error(
        "packet `{packet}` has frame type {older} in {version} and {newer} later; a packet keeps \
         its frame type: give the newer one another name"
    )]
    FrameType {
        /// The packet.
        packet: String,
        /// The older version.
        version: String,
        /// Its type there.
        older: String,
        /// Its type in newer versions.
        newer: String,
    },
    /// A parameter changes its type.
    #[error(
        "parameter `{parameter}` is of type {older} in {version} and {newer} later; a parameter \
         keeps its type: give the newer one another name"
    )]
    ParameterType {
        /// The parameter.
        parameter: String,
        /// The older version.
        version: String,
        /// Its type there.
        older: u32,
        /// Its type in newer versions.
        newer: u32,
    },
    /// A packet or parameter is there, then not, then again.
    #[error(
        "`{name}` is in {version} and in a later version, but not in those between: give the \
         newer one another name"
    )]
    ComesBack {
        /// Its name.
        name: String,
        /// The older version.
        version: String,
    },
    /// A schema says that something had a name that no older version knows.
    #[error("`{place}` says that it was `{was}`, but no older version has that")]
    Was {
        /// What says so.
        place: String,
        /// The name.
        was: String,
    },
    /// The plan renames what no schema has.
    #[error("no version of family `{family}` has `{place}`, which the plan says was `{was}`")]
    Place {
        /// The family.
        family: String,
        /// What the plan names.
        place: String,
        /// Its older name.
        was: String,
    },
    /// The plan and a schema name two older names.
    #[error(
        "`{place}` was `{plan}` by the plan of family `{family}`, and `{schema}` by its schema"
    )]
    TwoNames {
        /// The family.
        family: String,
        /// What was renamed.
        place: String,
        /// Its older name by the plan.
        plan: String,
        /// Its older name by the schema.
        schema: String,
    },
    /// The field that selects parameters is not in every version of its packet.
    #[error(
        "field `{field}` of `{packet}` selects parameters, so it must be there in every version"
    )]
    TypeField {
        /// The packet.
        packet: String,
        /// The field.
        field: String,
    },
    /// What leads from a description to parameter types is not in every version of it.
    #[error(
        "`{field}` of `{packet}` leads to the types of parameters, so it must be there in every \
         version"
    )]
    TypePath {
        /// The description.
        packet: String,
        /// The field.
        field: String,
    },
    /// A packet had something else than what it has from its base since.
    #[error(
        "field `{field}` of `{packet}` comes from `{base}`, but in versions without that it was \
         something else: give the newer one another name"
    )]
    Inherited {
        /// The packet.
        packet: String,
        /// Its base.
        base: String,
        /// The field.
        field: String,
    },
    /// Two types or modules of the bindings would have one name.
    #[error("two types or modules would be called `{0}`: rename what declares one of them")]
    TypeName(String),
}

impl Family {
    /// A protocol of one version.
    #[must_use]
    pub fn of_one(name: impl Into<String>, model: Model) -> Self {
        Self {
            name: visible(&name.into()).into_owned(),
            versions: vec![Version::of(&model)],
            model,
        }
    }

    /// One protocol of several versions, oldest first. `renames` say what had another name where
    /// the schemas do not.
    ///
    /// # Errors
    ///
    /// See [`FamilyError`].
    pub fn merge(
        name: impl Into<String>,
        mut models: Vec<Model>,
        renames: &[Rename],
    ) -> Result<Self, FamilyError> {
        let name = visible(&name.into()).into_owned();
        if models.is_empty() {
            return Err(FamilyError::Empty(name));
        }
        let versions: Vec<Version> = models.iter().map(Version::of).collect();
        for pair in versions.windows(2) {
            if let [first, second] = pair
                && first.number >= second.number
            {
                return Err(FamilyError::Order {
                    family: name,
                    first: first.name.clone(),
                    second: second.name.clone(),
                });
            }
        }
        for rename in renames {
            rename.apply(&name, &mut models)?;
        }
        let Some(newest) = models.pop() else {
            return Err(FamilyError::Empty(name));
        };
        let model = match &*models {
            [] => newest,
            _ => packets::merge(newest, models, &versions)?,
        };
        Ok(Self {
            name,
            versions,
            model,
        })
    }

    /// Whether there is more than one version.
    #[must_use]
    pub fn is_versioned(&self) -> bool {
        self.versions.len() > 1
    }

    /// The name of the version with that number.
    #[must_use]
    pub fn version(&self, number: u8) -> &str {
        let mut versions = self.versions.iter();
        let version = versions.find(|version| version.number == number);
        version.map_or("", |version| &version.name)
    }

    /// The versions that have a packet, oldest first.
    #[must_use]
    pub fn versions_of(&self, packet: &Packet) -> impl DoubleEndedIterator<Item = &Version> {
        self.versions_in(&packet.history)
    }

    /// The versions within the bounds of a history, oldest first.
    fn versions_in(&self, history: &History) -> impl DoubleEndedIterator<Item = &Version> {
        let (since, until) = (history.since, history.until);
        self.versions.iter().filter(move |version| {
            since.is_none_or(|since| version.number >= since)
                && until.is_none_or(|until| version.number <= until)
        })
    }

    /// The size of a packet's body from one version on, newest first; the last goes back to the
    /// packet's first version.
    #[must_use]
    pub fn sizes(&self, packet: &Packet) -> Vec<(u8, Size)> {
        let mut sizes: Vec<(u8, Size)> = Vec::new();
        for version in self.versions_of(packet).rev() {
            let size = stages::size_in(&packet.fields, version.number);
            match sizes.last_mut() {
                Some((since, last)) if *last == size => *since = version.number,
                _ => sizes.push((version.number, size)),
            }
        }
        sizes
    }
}

impl Version {
    /// The version of a model.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let digits = model.version.bytes().filter(u8::is_ascii_digit);
        let number = digits.fold(0_u8, |number, digit| {
            number
                .wrapping_mul(10)
                .wrapping_add(digit.wrapping_sub(b'0'))
        });
        Self {
            name: model.version.clone(),
            number,
            header: model.header,
        }
    }
}
