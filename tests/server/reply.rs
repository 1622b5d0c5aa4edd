//! The whole reply to one request.

use crate::outcome::{Outcome, Stop, ensure, require};
use tp_tests::frame::Frame;

/// The frames that answer a request, without the Sequence before them.
#[derive(Debug)]
pub(crate) struct Reply {
    /// What was asked.
    to: String,
    /// The number in the Sequence frame, if there was one.
    pub(crate) announced: Option<u32>,
    pub(crate) frames: Vec<Frame>,
}

impl Reply {
    pub(crate) fn new(to: &str, announced: Option<u32>, frames: Vec<Frame>) -> Self {
        Self {
            to: to.to_owned(),
            announced,
            frames,
        }
    }

    /// The only frame.
    pub(crate) fn only(&self) -> Outcome<&Frame> {
        match self.frames.as_slice() {
            [frame] => Ok(frame),
            frames => Err(Stop::Fail(format!(
                "{} was answered with {} frames instead of one",
                self.to,
                frames.len()
            ))),
        }
    }

    /// The only frame, which is of this name and decodes.
    pub(crate) fn one(&self, name: &str) -> Outcome<&Frame> {
        let frame = self.only()?;
        self.fits(frame, name).map(|()| frame)
    }

    /// As many frames of this name as were asked for.
    pub(crate) fn all(&self, count: usize, name: &str) -> Outcome<&[Frame]> {
        ensure!(
            self.frames.len() == count,
            "{} for {count} things was answered with {} frames",
            self.to,
            self.frames.len()
        );
        for frame in &self.frames {
            self.fits(frame, name)?;
        }
        Ok(&self.frames)
    }

    fn fits(&self, frame: &Frame, name: &str) -> Outcome {
        ensure!(
            frame.name == name,
            "{} was answered with {} instead of {name}",
            self.to,
            frame.what()
        );
        match &frame.problem {
            Some(problem) => Err(Stop::Fail(format!("{name} does not decode: {problem}"))),
            None => Ok(()),
        }
    }

    /// The Fail that answers it.
    pub(crate) fn refused(&self) -> Outcome<&Frame> {
        let frame = self.only()?;
        ensure!(
            frame.is_fail(),
            "{} was answered with {} instead of Fail",
            self.to,
            frame.what()
        );
        Ok(frame)
    }

    /// That it is a Fail with this code. Real servers are known to choose others.
    pub(crate) fn refused_with(&self, code: u32) -> Outcome {
        has_code(&self.to, self.refused()?, code)
    }

    /// The only frame; skips the case for this reason if it is a Fail.
    pub(crate) fn granted(&self, unless: &str) -> Outcome<&Frame> {
        let frame = self.only()?;
        require!(!frame.is_fail(), "{unless}: {}", frame.what());
        Ok(frame)
    }
}

/// Whether a Fail has this code; another one is a deviation, for real servers vary.
pub(crate) fn has_code(to: &str, fail: &Frame, code: u32) -> Outcome {
    match fail.first_number() {
        Some(number) if number == code => Ok(()),
        Some(number) => Err(Stop::Deviation(format!(
            "the Fail to {to} has code {number} instead of {code}"
        ))),
        None => Err(Stop::Fail(format!("the Fail to {to} has no code"))),
    }
}
