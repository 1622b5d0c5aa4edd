//! Whether to color what is printed.

use std::io::IsTerminal;

/// The value of `--color`.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless the variable NO_COLOR is set.
    #[default]
    Auto,
    /// Also into a file or pipe.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Whether to color what goes to `stream`.
    pub(super) fn on(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Auto => {
                stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            }
            Self::Always => true,
            Self::Never => false,
        }
    }
}
