//! The operations, asynchronous.

use tp_frames::TpString;

use super::Client;
use crate::error::Error;
use crate::model;
use crate::operations::game_operations;
use crate::{BatchResult, IdKind, IdListPage, IdListQuery};

/// Makes methods of a list of [operations](crate::operations).
macro_rules! async_methods {
    (
        $client:ty, $this:ident => $inner:expr;
        $(
            $(#[$doc:meta])*
            $access:ident $name:ident($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty;
        )*
    ) => {
        impl $client {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// See [`Error`].
                pub async fn $name(
                    &self,
                    $($arg: $type,)*
                    $($into: impl Into<$what>,)*
                ) -> Result<$out, Error> {
                    $(let $into = $into.into();)*
                    let $this = self;
                    $inner.run(|handle| handle.$name($($arg,)* $($into,)*)).await
                }
            )*
        }
    };
}

pub(crate) use async_methods;

game_operations!(async_methods, Client, client => client);
