//! What an order needs: from what a person writes to a value, and back.

use tp_frames::{TpString, printable};
use tp_net::model::{OrderParams, OrderValue, Vector};

use crate::failure::Failure;

/// Why what was written is no value of its kind.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArgumentError {
    /// It is written otherwise.
    #[error("{given} is not {form}")]
    Form { given: String, form: &'static str },
    /// None of the options is called so.
    #[error("there is no {given} to choose; there are {options}")]
    Option { given: String, options: String },
    /// Nobody knows how it is written.
    #[error("it is of type {0}, which this program does not know")]
    Type(u32),
}

/// What is written as NAME=VALUE.
pub(super) struct Given<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Given<'a> {
    /// For what needs these names: `whose` stands in front of what goes wrong.
    pub(super) fn of(
        arguments: &'a [String],
        whose: &str,
        names: &[&TpString],
    ) -> Result<Self, Failure> {
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let (name, value) = argument.split_once('=').ok_or_else(|| {
                Failure::misuse(format_args!("{} is not NAME=VALUE", printable(argument)))
            })?;
            if !names.iter().any(|it| is_called(it, name)) {
                return Err(Failure::misuse(format_args!(
                    "{whose} needs no {}; it needs {}",
                    printable(name),
                    super::listed(names.iter().map(|it| it.printable()))
                )));
            }
            given.push((name, value));
        }
        Ok(Self(given))
    }

    /// The value of that name, if it is there. Where two have one name, each is given in its turn.
    pub(super) fn take(&mut self, name: &TpString) -> Option<String> {
        let found = self
            .0
            .iter()
            .position(|(given, _)| is_called(name, given))?;
        Some(self.0.remove(found).1.to_owned())
    }

    /// Nothing is left.
    pub(super) fn end(self) -> Result<(), Failure> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Failure::misuse(format_args!(
                "{} is given twice",
                printable(name)
            ))),
        }
    }
}

/// Whether a person means this name.
pub(super) fn is_called(name: &TpString, given: &str) -> bool {
    name.to_string().eq_ignore_ascii_case(given)
}

/// An option, if a server offers some: its number, its name, and how many of it may be chosen.
pub(super) struct Choice {
    id: u32,
    name: String,
    most: Option<u32>,
}

/// What may be chosen for a parameter, as far as the server says.
pub(super) fn choices(said: Option<&OrderParams>) -> Vec<Choice> {
    match said {
        Some(OrderParams::List(list)) => {
            let options = list.possibleselections.iter();
            options
                .map(|it| Choice {
                    id: it.id,
                    name: it.name.to_string(),
                    most: Some(it.maxnum),
                })
                .collect()
        }
        Some(OrderParams::ResourceList(list)) => {
            let options = list.allowed.iter();
            options
                .map(|it| Choice {
                    id: it.resourcetype,
                    name: format!("resource {}", it.resourcetype),
                    most: Some(it.max),
                })
                .collect()
        }
        Some(OrderParams::GenericReferenceQuantityList(list)) => {
            let options = list.possibles.iter();
            options
                .map(|it| Choice {
                    id: it.optionid,
                    name: it.name.to_string(),
                    most: it.max.get(),
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// How a value of this type is written, and what may be chosen as far as the server says.
pub(super) fn form(r#type: u32, said: Option<&OrderParams>) -> String {
    let words = words(r#type);
    match said {
        Some(OrderParams::Time(it)) if it.maxtime != 0 => format!("turns, 0 to {}", it.maxtime),
        Some(OrderParams::Range(it)) if (it.minvalue, it.maxvalue) != (0, 0) => {
            format!("a number, {} to {}", it.minvalue, it.maxvalue)
        }
        Some(OrderParams::String(it)) if it.maxlength != 0 => {
            format!("a text of at most {} bytes", it.maxlength)
        }
        Some(said) => {
            let choices = choices(Some(said));
            let each = choices.iter().map(|it| match it.most {
                Some(most) => format!("{} ({}, {most} at most)", printable(&it.name), it.id),
                None => format!("{} ({})", printable(&it.name), it.id),
            });
            match choices.is_empty() {
                true => words.to_owned(),
                false => format!("{words}, of {}", super::listed(each)),
            }
        }
        None => words.to_owned(),
    }
}

/// What a value of this type is, and how it is written.
fn words(r#type: u32) -> &'static str {
    match r#type {
        OrderParams::ABS_SPACE_COORDS => "a position, X,Y,Z",
        OrderParams::REL_SPACE_COORDS => "a place beside an object, ID or ID+X,Y,Z",
        OrderParams::TIME => "turns, a number",
        OrderParams::OBJECT => "an object's id",
        OrderParams::PLAYER => "a player's id",
        OrderParams::RANGE => "a number",
        OrderParams::REFERENCE => "a thing's id",
        OrderParams::STRING => "a text",
        OrderParams::REFERENCE_LIST => "ids, ID,ID,…",
        OrderParams::LIST
        | OrderParams::RESOURCE_LIST
        | OrderParams::GENERIC_REFERENCE_QUANTITY_LIST => "a choice, NAME:NUMBER,…",
        _ => "a value of an unknown type",
    }
}

/// The value that was written for a parameter of this type.
pub(super) fn parse(
    text: &str,
    r#type: u32,
    said: Option<&OrderParams>,
) -> Result<OrderValue, ArgumentError> {
    let wrong = || ArgumentError::Form {
        given: text.to_owned(),
        form: words(r#type),
    };
    Ok(match r#type {
        OrderParams::ABS_SPACE_COORDS => position(text).ok_or_else(wrong)?.into(),
        OrderParams::REL_SPACE_COORDS => {
            let (id, offset) = text.split_once('+').unwrap_or((text, "0,0,0"));
            let id: u32 = id.trim().parse().map_err(|_| wrong())?;
            (id, position(offset).ok_or_else(wrong)?).into()
        }
        OrderParams::TIME
        | OrderParams::OBJECT
        | OrderParams::PLAYER
        | OrderParams::RANGE
        | OrderParams::REFERENCE => {
            let number: i64 = text.trim().parse().map_err(|_| wrong())?;
            number.into()
        }
        OrderParams::STRING => text.into(),
        OrderParams::REFERENCE_LIST => {
            let ids = text.split(',').map(|id| id.trim().parse::<u32>());
            ids.collect::<Result<Vec<_>, _>>()
                .map_err(|_| wrong())?
                .into()
        }
        OrderParams::LIST
        | OrderParams::RESOURCE_LIST
        | OrderParams::GENERIC_REFERENCE_QUANTITY_LIST => {
            let choices = choices(said);
            let chosen = text.split(',').filter(|it| !it.trim().is_empty());
            let chosen = chosen.map(|it| choose(it.trim(), &choices).ok_or_else(wrong)?);
            chosen.collect::<Result<Vec<_>, _>>()?.into()
        }
        unknown => return Err(ArgumentError::Type(unknown)),
    })
}

fn position(text: &str) -> Option<Vector> {
    let mut numbers = text.split(',').map(|it| it.trim().parse().ok());
    let (x, y) = (numbers.next()??, numbers.next()??);
    let z = match numbers.next() {
        Some(z) => z?,
        None => 0,
    };
    numbers.next().is_none().then(|| Vector::new(x, y, z))
}

/// An option by its name or number, and how many of it, one if nothing is said; `None` if it is
/// written otherwise.
fn choose(text: &str, choices: &[Choice]) -> Option<Result<(u32, u32), ArgumentError>> {
    let (option, number) = match text.rsplit_once(':') {
        Some((option, number)) => (option.trim(), number.trim().parse().ok()?),
        None => (text, 1),
    };
    let named = choices
        .iter()
        .find(|it| it.name.eq_ignore_ascii_case(option));
    Some(match (named, option.parse()) {
        (Some(choice), _) => Ok((choice.id, number)),
        (None, Ok(id)) => Ok((id, number)),
        (None, Err(_)) => Err(ArgumentError::Option {
            given: option.to_owned(),
            options: super::listed(choices.iter().map(|it| printable(&it.name))),
        }),
    })
}

/// A value as it would be written, with the names of options.
pub(super) fn written(value: &OrderParams) -> String {
    let choices = choices(Some(value));
    let chosen = |id: u32, number: u32| -> String {
        let named = choices.iter().find(|it| it.id == id);
        let name = named.map_or_else(|| id.to_string(), |it| it.name.clone());
        format!("{name}:{number}")
    };
    let joined = |each: &mut dyn Iterator<Item = String>| each.collect::<Vec<_>>().join(",");
    match value {
        OrderParams::AbsSpaceCoords(it) => format!("{},{},{}", it.pos.x, it.pos.y, it.pos.z),
        OrderParams::RelSpaceCoords(it) => {
            let at = &it.relpos;
            format!("{}+{},{},{}", it.objectid, at.x, at.y, at.z)
        }
        OrderParams::Time(it) => it.turns.to_string(),
        OrderParams::Object(it) => it.objectid.to_string(),
        OrderParams::Player(it) => it.playerid.to_string(),
        OrderParams::Range(it) => it.value.to_string(),
        OrderParams::String(it) => it.string.to_string(),
        OrderParams::Reference(it) => it.reference.to_string(),
        OrderParams::ReferenceList(it) => joined(&mut it.references.iter().map(u32::to_string)),
        OrderParams::List(it) => {
            joined(&mut it.selection.iter().map(|it| chosen(it.id, it.number)))
        }
        OrderParams::ResourceList(it) => joined(
            &mut it
                .selected
                .iter()
                .map(|it| chosen(it.resourcetype, it.quantity)),
        ),
        OrderParams::GenericReferenceQuantityList(it) => {
            joined(&mut it.selection.iter().map(|it| chosen(it.id, it.number)))
        }
        _ => String::new(),
    }
}
