//! The operations, polling.

use tp_frames::TpString;

use super::queue::Kind;
use super::{Client, Full, Ticket};
use crate::model;
use crate::operations::operations;
use crate::{BatchResult, IdKind, IdListPage, IdListQuery};

macro_rules! kind {
    (read) => {
        Kind::Read
    };
    (write) => {
        Kind::Write
    };
}

macro_rules! method {
    (
        $(#[$doc:meta])*
        $kind:ident $name:ident($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
    ) => {
        impl Client {
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// Too many operations are outstanding; the arguments are handed back.
            pub fn $name(
                &mut self,
                $($arg: $type,)*
                $($into: impl Into<$what>,)*
            ) -> Result<Ticket<$out>, Full<($($type,)* $($what,)*)>> {
                let request = ($($arg,)* $($into.into(),)*);
                self.ask(kind!($kind), request, |handle, ($($arg,)* $($into,)*)| {
                    handle.$name($($arg,)* $($into,)*)
                })
            }
        }
    };
}

operations!(method);
