//! Frames, as this program sees them.

pub(crate) use tp_tests::frame::*;
