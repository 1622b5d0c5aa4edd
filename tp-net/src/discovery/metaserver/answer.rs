//! What metaservers answer, in all their forms.

use bytes::BytesMut;
use tp_frames::game::{Fail, Okay, Sequence};
use tp_frames::{DecodeOptions, FramingError, Packet, RawFrame, TpString};

use super::super::Error;
use crate::model::{Game, Refusal};

/// Bytes of foreign text that are kept.
const TEXT: usize = 1024;

/// What a metaserver says to an update.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Whether it says that the game is registered. The first metaservers answer success and
    /// failure alike by a text for people.
    pub confirmed: bool,
    /// Its words.
    pub text: TpString,
}

/// The games in the answer to `get`: a Sequence and Games, or Games alone.
pub(super) fn games(body: &[u8]) -> Result<Vec<Game>, Error> {
    let mut announced = None;
    let mut games = Vec::new();
    let mut got: usize = 0;
    let options = DecodeOptions::default();
    for frame in frames(body)? {
        match frame.header.r#type {
            Sequence::TYPE if announced.is_none() && got == 0 => {
                announced = Some(frame.decode::<Sequence>(&options)?.0.number);
            }
            Game::TYPE => {
                got = got.saturating_add(1);
                match frame.decode::<Game>(&options) {
                    Ok((game, _)) => games.push(game),
                    // The other games are none the worse for it.
                    Err(error) => tracing::warn!(%error, "a game that cannot be read"),
                }
            }
            Fail::TYPE => return Err(Error::Refused(refusal(&frame)?)),
            other => return Err(Error::Unexpected(other)),
        }
    }
    match announced {
        Some(announced) if got < announced as usize => Err(Error::Incomplete { announced, got }),
        _ => Ok(games),
    }
}

/// The answer to an update: Okay or Fail, or a text.
pub(super) fn receipt(body: &[u8]) -> Result<Receipt, Error> {
    let receipt = |confirmed, text| Ok(Receipt { confirmed, text });
    let frames = match frames(body) {
        Err(Error::NotFrames(text)) => return receipt(false, text),
        frames => frames?,
    };
    let Some(frame) = frames.first() else {
        return receipt(false, TpString::new());
    };
    match frame.header.r#type {
        Okay::TYPE => {
            let (okay, _) = frame.decode::<Okay>(&DecodeOptions::default())?;
            receipt(true, okay.result)
        }
        Fail::TYPE => Err(Error::Refused(refusal(frame)?)),
        other => Err(Error::Unexpected(other)),
    }
}

/// What a Fail says, if there is one in the answer.
pub(super) fn refused(body: &[u8]) -> Option<Error> {
    let frame = frames(body).ok()?.into_iter().next()?;
    let is_fail = frame.header.r#type == Fail::TYPE;
    is_fail.then(|| refusal(&frame).ok().map(Error::Refused))?
}

fn frames(body: &[u8]) -> Result<Vec<RawFrame>, Error> {
    // Scripts like to begin with an empty line.
    let body = body.trim_ascii_start();
    let start = body.get(..TEXT).unwrap_or(body);
    let not_frames = || Error::NotFrames(TpString::from_bytes(start.to_vec()));
    if !body.is_empty() && !body.starts_with(b"TP") {
        return Err(not_frames());
    }
    let mut received = BytesMut::from(body);
    let mut frames = Vec::new();
    loop {
        match RawFrame::take(&mut received, &DecodeOptions::default()) {
            Ok(Some(frame)) => frames.push(frame),
            Err(FramingError::NotTp(_)) if frames.is_empty() => return Err(not_frames()),
            // Scripts like to end with one, too.
            Err(FramingError::NotTp(_)) => return Ok(frames),
            Err(error) => return Err(error.into()),
            Ok(None) if received.starts_with(b"TP") => return Err(Error::Truncated),
            Ok(None) => return Ok(frames),
        }
    }
}

fn refusal(frame: &RawFrame) -> Result<Refusal, Error> {
    let (fail, _) = frame.decode::<Fail>(&DecodeOptions::default())?;
    Ok(fail.into())
}
