//! Commands: what they are called and take, and what came with one.

use tp_frames::admin::{
    self, CommandDesc, CommandDescParameter, CommandParamInteger, CommandParamString, CommandParams,
};
use tp_frames::{ParameterError, ParameterSet, TpString};

use crate::model::Refusal;

/// A command that administrators can run.
///
/// ```
/// use tp_net::server::admin::Command;
///
/// let add = Command::new("account-add", "Makes an account.")
///     .string("name", "The name of the player.")
///     .string("password", "The player's password.");
/// assert_eq!(add.name(), "account-add");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Command {
    name: String,
    help: TpString,
    parameters: Vec<CommandDescParameter>,
}

impl Command {
    /// A command without parameters; `help` is for people.
    pub fn new(name: impl Into<String>, help: impl Into<TpString>) -> Self {
        Self {
            name: name.into(),
            help: help.into(),
            parameters: Vec::new(),
        }
    }

    /// The same command with one more parameter, a text.
    pub fn string(self, name: impl Into<TpString>, description: impl Into<TpString>) -> Self {
        let any = CommandParams::String(CommandParamString::default());
        self.parameter(&any, name.into(), description.into())
    }

    /// The same command with one more parameter, a number from 0 to `u32::MAX`.
    pub fn integer(self, name: impl Into<TpString>, description: impl Into<TpString>) -> Self {
        let any = CommandParams::Integer(CommandParamInteger::default());
        self.parameter(&any, name.into(), description.into())
    }

    fn parameter(mut self, any: &CommandParams, name: TpString, description: TpString) -> Self {
        self.parameters.push(CommandDescParameter {
            name,
            r#type: any.parameter_type(),
            description,
        });
        self
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What administrators are told of it.
    pub(super) fn desc(&self, id: u32, modtime: u64) -> CommandDesc {
        CommandDesc {
            id,
            name: self.name.as_str().into(),
            help: self.help.clone(),
            parameters: self.parameters.clone(),
            // Old clients read it whether it is there or not.
            modtime: Some(modtime),
        }
    }
}

/// What a parameter of a command was given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A text, without the one trailing NUL that old clients count.
    String(TpString),
    /// A number.
    Integer(u32),
}

/// The values for all parameters of the command that `desc` describes, or why they are none.
pub(super) fn values(command: &admin::Command, desc: &CommandDesc) -> Result<Vec<Value>, Refusal> {
    let decoded = command.decode_parameters(desc);
    let wrong = match &decoded.stopped {
        None if decoded.leftover.is_empty() => None,
        None => Some(format!("{} bytes are behind them", decoded.leftover.len())),
        Some(ParameterError::Malformed { index, source, .. }) => {
            let name = desc.parameters.get(*index).map(|it| it.name.printable());
            name.map(|name| format!("{name}: {source}"))
        }
        Some(other) => Some(other.to_string()),
    };
    if let Some(wrong) = wrong {
        let takes = takes(desc);
        let name = desc.name.printable();
        return Err(Refusal::frame(format!("{name} takes {takes}; {wrong}")));
    }
    let values = decoded.values.into_iter();
    Ok(values.filter_map(value).collect())
}

fn value(param: CommandParams) -> Option<Value> {
    match param {
        CommandParams::String(it) => {
            let mut bytes = it.string.into_bytes();
            if bytes.last() == Some(&0) {
                bytes.pop();
            }
            Some(Value::String(TpString::from_bytes(bytes)))
        }
        CommandParams::Integer(it) => Some(Value::Integer(it.intvalue)),
        // No command can be made that has another.
        _ => None,
    }
}

/// The parameters of a command, for people.
fn takes(desc: &CommandDesc) -> String {
    let integer = CommandParams::Integer(CommandParamInteger::default()).parameter_type();
    let parameters = desc.parameters.iter().map(|it| {
        let kind = match it.r#type == integer {
            true => "number",
            false => "text",
        };
        format!("{} ({kind})", it.name.printable())
    });
    match parameters.collect::<Vec<_>>() {
        none if none.is_empty() => "no parameters".to_owned(),
        some => some.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use tp_frames::Parameters;
    use tp_frames::admin::VERSION;

    use super::*;

    /// A command that takes a number wherever it says so, and a text elsewhere.
    fn desc(numbers: &[bool]) -> CommandDesc {
        let command = Command::new("c", "");
        let command = numbers
            .iter()
            .fold(command, |command, number| match number {
                true => command.integer("n", ""),
                false => command.string("s", ""),
            });
        command.desc(7, 1)
    }

    fn command(parameters: Parameters<CommandParams>) -> admin::Command {
        admin::Command {
            ctype: 7,
            parameters,
        }
    }

    fn param() -> impl Strategy<Value = CommandParams> {
        prop_oneof![
            any::<u32>().prop_map(CommandParams::from),
            "[a-z]{0,9}".prop_map(CommandParams::from),
        ]
    }

    proptest! {
        #[test]
        fn what_a_client_gives_is_what_a_command_is_run_with(params in vec(param(), 0..5)) {
            let numbers = params.iter().map(|it| matches!(it, CommandParams::Integer(_)));
            let desc = desc(&numbers.collect::<Vec<_>>());
            let bytes = Parameters::encode(VERSION, &params).unwrap();
            let sent = command(Parameters::from_bytes(VERSION, bytes));
            // No text of letters reads as the lengths that were published in front.
            let given: Vec<_> = params.into_iter().filter_map(value).collect();
            prop_assert_eq!(values(&sent, &desc).unwrap(), given);
        }

        #[test]
        fn whatever_comes_a_command_gets_its_parameters_or_is_not_run(
            bytes in vec(prop_oneof![Just(0_u8), 0..9_u8, any::<u8>()], 0..60),
            numbers in vec(any::<bool>(), 0..5),
        ) {
            let desc = desc(&numbers);
            let sent = command(Parameters::from_bytes(VERSION, bytes));
            match values(&sent, &desc) {
                Ok(values) => {
                    let kinds = values.iter().map(|it| matches!(it, Value::Integer(_)));
                    prop_assert!(kinds.eq(numbers));
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal.code.0, 1);
                    let text = refusal.result.to_string();
                    prop_assert!(text.starts_with("c takes "), "{}", text);
                }
            }
        }
    }
}
