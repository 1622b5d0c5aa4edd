//! The operations, polling.

use tp_frames::TpString;

use super::queue::Access;
use super::{Client, Full, Ticket};
use crate::model;
use crate::operations::{begin, game_operations};
use crate::{BatchResult, GameItem, IdListPage, IdListQuery, game};

/// Makes methods of a list of [operations](crate::operations).
macro_rules! polling_methods {
    (
        $client:ty, $this:ident => $inner:expr;
        $(
            $(#[$doc:meta])*
            $access:ident $name:ident $(<$item:ident: $bound:ident>)?
            ($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
            $(= $generic:ident $(::<$of:ty>)?)?;
        )*
    ) => {
        impl $client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// Too many operations are outstanding; the arguments are handed back.
                pub fn $name $(<$item: $bound>)? (
                    &mut self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<Ticket<$out>, Full<($($type,)* $($what,)*)>> {
                    let request = ($($arg,)* $($into.into(),)*);
                    let $this = self;
                    $inner.ask(Access::$access, request, |handle, ($($arg,)* $($into,)*)| {
                        begin!(handle.$name $(= $generic $(::<$of>)?)?, ($($arg,)* $($into,)*))
                    })
                }
            )*
        }
    };
}

pub(crate) use polling_methods;

game_operations!(polling_methods, Client, client => client);
