//! What defects do to requests.

use tp_frames::{DecodeOptions, Packet, RawFrame, Semi32, TpString, Version, tp03, tp04};

use super::Defect;
use super::line::{Line, Passed, bytes, changed, encoded, number, okay};

/// Changes a packet that both versions have.
macro_rules! change {
    ($frame:expr, $packet:ident, $change:expr) => {
        match $frame.header.version {
            Version::TP03 => changed::<tp03::$packet>($frame, $change),
            _ => changed::<tp04::$packet>($frame, $change),
        }
    };
}

/// What becomes of a request.
pub(super) fn passed(line: &mut Line, frame: RawFrame) -> Passed {
    let idle = line.asked.is_empty();
    match (line.defect, frame.header.r#type) {
        (Defect::ClosesOnUnknownFrame, r#type) if is_unknown(r#type) => return Passed::Close,
        (Defect::SecondLogin, tp04::Login::TYPE) if line.logged_in && idle => {
            return Passed::Back(bytes(&okay(&frame)));
        }
        (Defect::KeepsCategories, tp04::RemoveCategory::TYPE)
            if line.logged_in && idle && number(&frame.body) == 1 =>
        {
            return Passed::Back(bytes(&okay(&frame)));
        }
        (Defect::NoPing, tp04::Ping::TYPE) if line.logged_in => {
            return Passed::On(bytes::BytesMut::new());
        }
        (Defect::RefusesTrailingBytes, r#type) if idle && trails(&frame, r#type) => {
            return Passed::Back(bytes(&refused(&frame)));
        }
        _ => {}
    }
    let frame = rewritten(line, frame);
    line.asks(&frame);
    Passed::On(bytes(&frame))
}

/// The request as the game gets it.
fn rewritten(line: &Line, frame: RawFrame) -> RawFrame {
    match (line.defect, frame.header.r#type) {
        (Defect::SortsObjects, tp04::GetObjectsByID::TYPE) => {
            change!(&frame, GetObjectsByID, |get| get.ids.sort_unstable())
        }
        (Defect::MergesComponents, tp04::GetComponent::TYPE) => {
            change!(&frame, GetComponent, |get| get.ids.dedup())
        }
        (Defect::AnyKey, tp04::GetOrderDescIDs::TYPE) => {
            let key = Semi32::from(line.list.map(|(key, _)| key));
            change!(&frame, GetOrderDescIDs, |get| if !get.key.is_none() {
                get.key = key;
            })
        }
        (Defect::AnyStart, tp04::GetOrderDescIDs::TYPE) => {
            let end = line.list.map_or(u32::MAX, |(_, total)| total);
            change!(&frame, GetOrderDescIDs, |get| get.start =
                get.start.min(end))
        }
        (Defect::StringsCutAtNul, tp04::PostMessage::TYPE) => {
            change!(&frame, PostMessage, |message| {
                message.subject = until_nul(&message.subject);
                message.body = until_nul(&message.body);
            })
        }
        (Defect::LongBodiesCut, tp04::PostMessage::TYPE) => {
            change!(&frame, PostMessage, |message| {
                let body = message.body.as_bytes();
                let start = body.get(..255).unwrap_or(body).to_vec();
                message.body = TpString::from_bytes(start);
            })
        }
        (Defect::AppendsInFront, tp04::OrderInsert::TYPE) => {
            change!(&frame, OrderInsert, |order| if order.slot.is_none() {
                order.slot = Semi32::from(0);
            })
        }
        _ => frame,
    }
}

/// Whether no version has this frame.
pub(super) fn is_unknown(r#type: u32) -> bool {
    r#type > tp04::OrderQueueIDs::TYPE
}

fn until_nul(text: &TpString) -> TpString {
    let bytes = text.as_bytes().split(|byte| *byte == 0).next();
    TpString::from_bytes(bytes.unwrap_or_default().to_vec())
}

/// Whether bytes follow the last field of a Connect or a GetTimeRemaining.
fn trails(frame: &RawFrame, r#type: u32) -> bool {
    let options = DecodeOptions::default();
    match r#type {
        tp04::Connect::TYPE => frame
            .decode::<tp04::Connect>(&options)
            .is_ok_and(|(_, trailing)| !trailing.is_empty()),
        tp04::GetTimeRemaining::TYPE => !frame.body.is_empty(),
        _ => false,
    }
}

fn refused(frame: &RawFrame) -> RawFrame {
    let result: TpString = "what is this?".into();
    match frame.header.version {
        Version::TP03 => {
            let code = tp03::FailCode::FRAME;
            encoded(frame, &tp03::Fail { code, result }, false)
        }
        _ => {
            let (code, references) = (tp04::FailCode::FRAME, Some(Vec::new()));
            let fail = tp04::Fail {
                code,
                result,
                references,
            };
            encoded(frame, &fail, frame.padded)
        }
    }
}
