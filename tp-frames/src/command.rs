//! Commands of administrators: their arguments and their results.

use alloc::string::String;

use crate::TpString;
use crate::admin::{
    CommandParamInteger, CommandParamString, CommandParams, CommandResult, CommandResultStatus,
};

impl CommandResult {
    /// The command was carried out.
    ///
    /// ```
    /// use tp_frames::admin::CommandResult;
    ///
    /// assert!(CommandResult::okay("The turn has ended.").is_okay());
    /// assert!(!CommandResult::failed("There is no game.").is_okay());
    /// ```
    #[must_use]
    pub fn okay(output: impl Into<TpString>) -> Self {
        Self {
            status: CommandResultStatus::OK,
            output: output.into(),
        }
    }

    /// The command could not be carried out; the output says why.
    #[must_use]
    pub fn failed(output: impl Into<TpString>) -> Self {
        Self {
            status: CommandResultStatus::FAIL,
            output: output.into(),
        }
    }

    /// Returns `true` if the command was carried out.
    #[must_use]
    pub fn is_okay(&self) -> bool {
        self.status == CommandResultStatus::OK
    }
}

/// Without a greatest length, as real servers want it.
impl From<TpString> for CommandParams {
    fn from(string: TpString) -> Self {
        Self::String(CommandParamString {
            maxlength: None,
            string,
        })
    }
}

/// Without a greatest length, as real servers want it.
impl From<&str> for CommandParams {
    fn from(text: &str) -> Self {
        TpString::from(text).into()
    }
}

/// Without a greatest length, as real servers want it.
impl From<String> for CommandParams {
    fn from(text: String) -> Self {
        TpString::from(text).into()
    }
}

impl From<u32> for CommandParams {
    fn from(intvalue: u32) -> Self {
        Self::Integer(CommandParamInteger { intvalue })
    }
}
