//! The operations, blocking.

use tp_frames::TpString;

use super::Client;
use crate::error::Error;
use crate::model;
use crate::operations::operations;
use crate::{BatchResult, IdKind, IdListPage, IdListQuery};

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
            /// See [`Error`].
            pub fn $name(
                &mut self,
                $($arg: $type,)*
                $($into: impl Into<$what>,)*
            ) -> Result<$out, Error> {
                $(let $into = $into.into();)*
                self.run(|handle| handle.$name($($arg,)* $($into,)*))
            }
        }
    };
}

operations!(method);
