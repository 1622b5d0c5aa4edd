//! Every packet through the model and back, in both versions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests may take shortcuts"
)]

use tp_frames::TpString;

mod objects;
mod orders;
mod records;

fn text(text: &str) -> TpString {
    text.into()
}

/// A frame → the model → the same frame, which the model still has.
macro_rules! same {
    ($model:ident, $side:ident, $frame:expr) => {{
        let frame = $frame;
        let value = $model::from(frame.clone());
        assert_eq!(value.source.$side(), Some(&frame), "the frame it came in");
        let back = TryFrom::try_from(value.clone()).map_err(|error| format!("{error:?}"));
        assert_eq!(back, Ok(frame), "the way back");
        value
    }};
}

/// The same thing said in both versions: the same value, and each from the other.
macro_rules! both {
    ($model:ident, $old:expr, $new:expr) => {{
        let (old, new) = ($old, $new);
        let from_old = same!($model, tp03, old.clone());
        let from_new = same!($model, tp04, new.clone());
        assert_eq!(from_old, from_new, "the same thing");
        assert_eq!(
            TryFrom::try_from(from_new).ok(),
            Some(old),
            "for the old version"
        );
        assert_eq!(
            TryFrom::try_from(from_old).ok(),
            Some(new),
            "for the new version"
        );
    }};
}

/// A packet whose fields have the same names in both versions.
macro_rules! both_as {
    ($packet:ident { $($field:ident: $value:expr),* $(,)? }) => {
        both!(
            $packet,
            tp03::$packet { $($field: $value),* },
            tp04::$packet { $($field: $value),* }
        )
    };
}

use {both, both_as, same};
