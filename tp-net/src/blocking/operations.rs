//! The operations, blocking.

use tp_frames::TpString;

use super::Client;
use crate::error::Error;
use crate::model;
use crate::operations::{begin, game_operations};
use crate::{BatchResult, GameItem, IdListPage, IdListQuery, game};

/// Makes methods of a list of [operations](crate::operations).
macro_rules! blocking_methods {
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
                /// See [`Error`].
                pub fn $name $(<$item: $bound>)? (
                    &mut self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<$out, Error> {
                    $(let $into = $into.into();)*
                    let $this = self;
                    $inner.run(|handle| begin!(handle.$name $(= $generic $(::<$of>)?)?, ($($arg,)* $($into,)*)))
                }
            )*
        }
    };
}

pub(crate) use blocking_methods;

game_operations!(blocking_methods, Client, client => client);
