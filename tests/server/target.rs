//! The server under test, and what there is to test it with.

use std::time::Duration;

use serde_json::{Value, json};
use tp_net::transport::{Connector, Url};

/// An account at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) password: String,
    /// Whether it is of this program's making, so that a server that was started again may have
    /// forgotten it.
    pub(crate) made: bool,
}

impl Account {
    /// The fields of a Login.
    pub(crate) fn credentials(&self) -> Value {
        json!({ "username": self.name, "password": self.password })
    }
}

/// Everything that cases share.
pub(crate) struct Target {
    /// Where it is, and how it is reached.
    pub(crate) url: Url,
    pub(crate) connector: Box<dyn Connector>,
    /// Accounts to log in with: none, one, or two of different players.
    pub(crate) accounts: Vec<Account>,
    /// Whether accounts may be made, which nobody can remove.
    pub(crate) register: bool,
    /// How long to wait for any one answer.
    pub(crate) patience: Duration,
    /// Whether reports have passwords and keys in them.
    pub(crate) show_secrets: bool,
}
