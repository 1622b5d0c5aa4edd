//! What metaservers answer, in all their forms.

use tp_frames::game::{Fail, Okay, Sequence};
use tp_frames::{DecodeOptions, FramingError, Packet, RawFrame, TpString};

use super::super::Error;
use super::super::game_registry::GAMES;
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
    for frame in frames(body) {
        let frame = frame?;
        match frame.header.r#type {
            Sequence::TYPE if announced.is_none() && got == 0 => {
                announced = Some(frame.decode::<Sequence>(&options)?.0.number);
            }
            Game::TYPE => {
                got = got.saturating_add(1);
                if got > GAMES {
                    return Err(Error::TooManyGames { limit: GAMES });
                }
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
    let frame = match frames(body).next() {
        None => return receipt(false, TpString::new()),
        Some(Err(Error::NotFrames(text))) => return receipt(false, text),
        Some(frame) => frame?,
    };
    match frame.header.r#type {
        Okay::TYPE => {
            let (okay, _) = frame.decode::<Okay>(&DecodeOptions::default())?;
            receipt(true, okay.result)
        }
        Fail::TYPE => Err(Error::Refused(refusal(&frame)?)),
        other => Err(Error::Unexpected(other)),
    }
}

/// What a Fail says, if there is one in the answer.
pub(super) fn refused(body: &[u8]) -> Option<Error> {
    let frame = frames(body).next()?.ok()?;
    let is_fail = frame.header.r#type == Fail::TYPE;
    is_fail.then(|| refusal(&frame).ok().map(Error::Refused))?
}

/// The frames of an answer, one after the other: most that a hostile one has are not even read.
fn frames(body: &[u8]) -> impl Iterator<Item = Result<RawFrame, Error>> {
    // Scripts like to begin with an empty line.
    let start = body.trim_ascii_start();
    let mut rest = Some(start);
    std::iter::from_fn(move || {
        let bytes = rest.take()?;
        let is_first = bytes.len() == start.len();
        match RawFrame::split(bytes, &DecodeOptions::default()) {
            Ok(Some((frame, behind))) => {
                rest = Some(behind);
                Some(Ok(frame))
            }
            Ok(None) if bytes.starts_with(b"TP") => Some(Err(Error::Truncated)),
            // Scripts like to end with one, too.
            Ok(None) | Err(FramingError::NotTp(_)) if !is_first || bytes.is_empty() => None,
            Ok(None) | Err(FramingError::NotTp(_)) => {
                let start = bytes.get(..TEXT).unwrap_or(bytes);
                Some(Err(Error::NotFrames(TpString::from_bytes(start.to_vec()))))
            }
            Err(error) => Some(Err(error.into())),
        }
    })
}

fn refusal(frame: &RawFrame) -> Result<Refusal, Error> {
    let (fail, _) = frame.decode::<Fail>(&DecodeOptions::default())?;
    Ok(fail.into())
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use tp_frames::game::TP04;

    use super::*;

    /// An answer with so many games.
    fn answer(number: usize) -> BytesMut {
        let mut body = BytesMut::new();
        for _ in 0..number {
            Game::default().encode_frame(TP04, 1, &mut body).unwrap();
        }
        body
    }

    #[test]
    fn no_more_games_are_taken_than_a_browser_knows() {
        assert_eq!(games(&answer(GAMES)).unwrap().len(), GAMES);
        let error = games(&answer(GAMES.saturating_add(1))).unwrap_err();
        assert!(matches!(error, Error::TooManyGames { limit: GAMES }));
    }

    #[test]
    fn frames_that_are_no_games_are_not_collected() {
        // Four mebibytes of empty frames; the first is none that belongs here.
        let body = b"TP\x04\0\0\0\0\x01\0\0\0\x07\0\0\0\0".repeat(1 << 18);
        assert!(matches!(games(&body), Err(Error::Unexpected(7))));
    }
}
