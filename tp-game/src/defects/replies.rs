//! What defects do to replies.

use bytes::BytesMut;
use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame, Semi32, Version, tp03, tp04};

use super::Defect;
use super::line::{Line, changed as change, encoded, number, with_body};
use super::requests::is_unknown;

/// Appends what becomes of a frame of the game.
pub(super) fn changed(line: &mut Line, frame: &RawFrame, out: &mut BytesMut) {
    note_list(line, frame);
    if line.defect == Defect::RepliesSwapped {
        return swapped(line, frame, out);
    }
    if let Some(frame) = other(line, frame) {
        frame.encode(out);
    }
}

/// The frame that is sent in its place, if any is.
fn other(line: &Line, frame: &RawFrame) -> Option<RawFrame> {
    let asked = line.asked.front();
    let to = asked.map(|asked| asked.r#type);
    let r#type = frame.header.r#type;
    let fail = r#type == tp04::Fail::TYPE;
    let mut changed = frame.clone();
    match (line.defect, to) {
        (Defect::OtherVersion, Some(tp04::Connect::TYPE)) => {
            changed.header.version = match frame.header.version {
                Version::TP03 => Version::TP04,
                _ => Version::TP03,
            };
        }
        (Defect::SequenceNumberCut, _) => changed.header.sequence &= u32::MAX >> 1,
        (Defect::UnknownFrameUnnumbered, Some(unknown)) if is_unknown(unknown) => {
            changed.header.sequence = 0;
        }
        (Defect::UnaskedNumbered, _) if frame.header.sequence == 0 && !fail => {
            changed.header.sequence = 0x00de_fec7;
        }
        (Defect::TrailingGarbage, _) if r#type == tp04::Board::TYPE => {
            let body = [&frame.body[..], b"junk"].concat();
            changed = with_body(frame, body);
        }
        (Defect::SequenceOneTooMany, Some(tp04::RemoveMessage::TYPE))
            if r#type == tp04::Sequence::TYPE =>
        {
            let more = number(&frame.body).saturating_add(1);
            changed = with_body(frame, more.to_be_bytes().to_vec());
        }
        (Defect::SilentOnUnknownResource, Some(tp04::GetResource::TYPE))
            if fail && is_about_one(line) && number(&frame.body) == NO_SUCH_THING =>
        {
            return None;
        }
        (Defect::InventsProperties, Some(tp04::GetProperty::TYPE))
            if fail && is_about_one(line) =>
        {
            return Some(empty_property(line, frame));
        }
        (Defect::OtherFailCode, Some(tp04::GetObjectsByID::TYPE))
            if fail && number(&frame.body) == NO_SUCH_THING =>
        {
            let rest = frame.body.get(4..).unwrap_or_default();
            changed = with_body(frame, [&[0, 0, 0, 2], rest].concat());
        }
        (Defect::NoFailReferences, _) if fail && frame.header.version != Version::TP03 => {
            changed = change::<tp04::Fail>(frame, |fail| fail.references = None);
        }
        (Defect::NoModtimes, _) if r#type == tp04::ComponentIDs::TYPE => {
            changed = match frame.header.version {
                Version::TP03 => change::<tp03::ComponentIDs>(frame, |ids| {
                    ids.modtimes.iter_mut().for_each(|entry| entry.modtime = 0);
                }),
                _ => change::<tp04::ComponentIDs>(frame, |ids| {
                    ids.modtimes.iter_mut().for_each(|entry| entry.modtime = 0);
                }),
            };
        }
        (Defect::RemainingTooMany, _) if r#type == tp04::ResourceIDs::TYPE => {
            let more = |remaining: Semi32, here: usize| {
                let here = u32::try_from(here).unwrap_or(u32::MAX);
                remaining.get().map(|left| left.saturating_add(here)).into()
            };
            changed = match frame.header.version {
                Version::TP03 => change::<tp03::ResourceIDs>(frame, |ids| {
                    ids.remaining = more(ids.remaining, ids.modtimes.len());
                }),
                _ => change::<tp04::ResourceIDs>(frame, |ids| {
                    ids.remaining = more(ids.remaining, ids.modtimes.len());
                }),
            };
        }
        (Defect::ListsBeforeLogin, Some(tp04::GetResourceIDs::TYPE))
            if fail && !line.logged_in && number(&frame.body) == UNAVAILABLE_TEMPORARILY =>
        {
            return Some(match frame.header.version {
                Version::TP03 => encoded(frame, &tp03::ResourceIDs::default(), false),
                _ => encoded(frame, &tp04::ResourceIDs::default(), frame.padded),
            });
        }
        (Defect::NoPads, _) if frame.padded => changed = unpadded(frame),
        _ => {}
    }
    Some(changed)
}

const UNAVAILABLE_TEMPORARILY: u32 = 3;
const NO_SUCH_THING: u32 = 4;

/// Whether the request that is being answered names one thing.
fn is_about_one(line: &Line) -> bool {
    line.asked
        .front()
        .is_some_and(|asked| number(&asked.body) == 1)
}

/// The property that was asked for, with nothing in it.
fn empty_property(line: &Line, frame: &RawFrame) -> RawFrame {
    let asked = line.asked.front().and_then(|asked| asked.body.get(4..));
    let id = number(asked.unwrap_or_default());
    match frame.header.version {
        Version::TP03 => {
            let property = tp03::Property {
                id,
                ..Default::default()
            };
            encoded(frame, &property, false)
        }
        _ => {
            let property = tp04::Property {
                id,
                ..Default::default()
            };
            encoded(frame, &property, frame.padded)
        }
    }
}

/// The frame without pads.
fn unpadded(frame: &RawFrame) -> RawFrame {
    let mut body = BytesMut::new();
    match tp04::Frame::decode(frame, &DecodeOptions::default()) {
        Ok((packet, _)) if packet.encode_body(&mut body).is_ok() => with_body(frame, body),
        _ => frame.clone(),
    }
}

/// Remembers the last list of order types.
fn note_list(line: &mut Line, frame: &RawFrame) {
    if frame.header.r#type != tp04::OrderDescIDs::TYPE {
        return;
    }
    // Key and remaining stand first in both versions, and a list begins with its first slice.
    let (key, rest) = (number(&frame.body), frame.body.get(4..).unwrap_or_default());
    if line.list.is_none_or(|(known, _)| known != key) {
        let here = number(rest.get(4..).unwrap_or_default());
        line.list = Some((key, number(rest).saturating_add(here)));
    }
}

/// Holds back a list of order types until the reply to what was asked after it is there.
fn swapped(line: &mut Line, frame: &RawFrame, out: &mut BytesMut) {
    let more = line.asked.len() > 1;
    if frame.header.r#type == tp04::OrderDescIDs::TYPE && more && line.held.is_none() {
        line.held = Some(frame.clone());
        return;
    }
    frame.encode(out);
    if let Some(held) = line.held.take() {
        held.encode(out);
    }
}
