//! The operations of the administration protocol, for every client API.

/// As [`operations`](crate::operations::operations), for administration.
macro_rules! admin_operations {
    ($method:ident) => {
        $method! {
            /// Logs in, and gives what the server says to it.
            write login(; user: TpString, password: TpString) -> TpString
        }
        $method! {
            /// Asks for a sign of life, and gives whether there was one. Servers are known that
            /// refuse this here.
            read ping(;) -> bool
        }
        $method! {
            /// The ids of the commands that the server has.
            read command_ids(;) -> Vec<IdModtime>
        }
        $method! {
            /// What commands are, and which parameters they take.
            read command_descs(; ids: Vec<u32>) -> BatchResult<CommandDesc>
        }
        $method! {
            /// Runs a command with these values for its parameters.
            write command(id: u32; values: Vec<CommandParams>) -> CommandResult
        }
    };
}

pub(super) use admin_operations;
