//! Values on their way between frames and the model: conversions that cannot fail.

use tp_frames::{Semi32, TpString};

/// A value of a frame or the model that is as well a value of the other.
pub(super) trait Across<To> {
    fn across(self) -> To;
}

macro_rules! same {
    ($($type:ty),*) => {$(
        impl Across<$type> for $type {
            fn across(self) -> $type {
                self
            }
        }
    )*};
}

same!(u32, u64, TpString, Option<u64>, Option<TpString>);

impl Across<Option<u32>> for Semi32 {
    fn across(self) -> Option<u32> {
        self.get()
    }
}

impl Across<Semi32> for Option<u32> {
    fn across(self) -> Semi32 {
        self.into()
    }
}

impl<A: Across<B>, B> Across<Vec<B>> for Vec<A> {
    fn across(self) -> Vec<B> {
        self.into_iter().map(A::across).collect()
    }
}

/// Conversions both ways of a record within packets, whose fields differ in name only.
macro_rules! record {
    ($model:ident: $($version:ident::$record:ident { $($wire:ident = $field:ident),* $(,)? })*) => {$(
        impl Across<$model> for $version::$record {
            fn across(self) -> $model {
                $model { $($field: self.$wire.across()),* }
            }
        }

        impl Across<$version::$record> for $model {
            fn across(self) -> $version::$record {
                $version::$record { $($wire: self.$field.across()),* }
            }
        }
    )*};
}

/// Conversions both ways of a packet whose fields differ between the versions in name only.
macro_rules! packet {
    ($model:ident: $($source:ident $version:ident::$packet:ident { $($wire:ident = $field:ident),* $(,)? })*) => {$(
        impl From<$version::$packet> for $model {
            fn from(frame: $version::$packet) -> Self {
                let copy = frame.clone();
                Self { $($field: copy.$wire.across(),)* source: Source::$source(Arc::new(frame)) }
            }
        }

        impl From<$model> for $version::$packet {
            fn from(value: $model) -> Self {
                Self { $($wire: value.$field.across(),)* }
            }
        }
    )*};
}

pub(super) use {packet, record};
