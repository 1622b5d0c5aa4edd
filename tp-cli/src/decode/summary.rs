//! How many frames a capture holds, and what became of them.

use std::fmt;
use std::process::ExitCode;

use super::reader::Decoded;

/// Counts of frames.
#[derive(Default)]
pub(crate) struct Summary {
    /// Those that are not shown too, if not all are.
    all: Option<u64>,
    frames: u64,
    decoded: u64,
    unknown: u64,
    failed: u64,
    trailing: u64,
    reencoded: u64,
}

impl Summary {
    /// Of nothing yet; those that are not shown are counted as well if not all are.
    pub(crate) fn new(is_all: bool) -> Self {
        Self {
            all: (!is_all).then_some(0),
            ..Self::default()
        }
    }

    /// Counts a frame that decoded.
    pub(crate) fn count(&mut self, frame: &Decoded) {
        add(&mut self.frames);
        add(if frame.unknown {
            &mut self.unknown
        } else {
            &mut self.decoded
        });
        if !frame.trailing.is_empty() {
            add(&mut self.trailing);
        }
        if frame.difference.is_none() {
            add(&mut self.reencoded);
        }
    }

    /// Counts a frame, or what should be one, whether it is shown or not.
    pub(crate) fn count_any(&mut self) {
        if let Some(all) = &mut self.all {
            add(all);
        }
    }

    /// Counts a frame that did not, or a line that is none.
    pub(crate) fn count_failed(&mut self) {
        add(&mut self.frames);
        add(&mut self.failed);
    }

    /// How many did not, or gave other bytes again.
    pub(crate) fn bad(&self) -> u64 {
        self.frames.saturating_sub(self.reencoded)
    }

    /// How many were counted.
    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    /// Success if every frame decoded and gave the same bytes again.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(u8::from(self.bad() > 0))
    }
}

fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            all,
            frames,
            decoded,
            unknown,
            failed,
            trailing,
            reencoded,
        } = self;
        write!(
            f,
            "frames {frames} decoded {decoded} unknown {unknown} failed {failed} \
             trailing {trailing} reencoded {reencoded}"
        )?;
        match all {
            Some(all) => write!(f, " of {all}"),
            None => Ok(()),
        }
    }
}
