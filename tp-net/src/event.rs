//! What comes unasked, whatever the version.

use bytes::Bytes;
use tp_frames::admin::{CommandUpdate, LogMessage};
use tp_frames::game::{Component, Fail, Frame, TimeRemaining};
use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame};

use crate::model::Refusal;

/// Something that a client is told without having asked.
///
/// The blocking and the polling client have it from `next_event`, the asynchronous one as a
/// stream, `events`. What nobody takes is kept up to a limit of 1,024 events and a mebibyte
/// ([`Options::kept_events`](crate::Options::kept_events)); then the oldest give way, and
/// [`Missed`](Self::Missed) stands for them.
///
/// ```
/// use std::time::Duration;
/// use tp_net::{Event, Options, blocking::Client};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// client.login("guest", "guest")?;
/// client.finish_turn()?;
/// client.wait_for_turn(Duration::from_secs(60))?;
/// while let Some(event) = client.next_event(Duration::ZERO)? {
///     if let Event::TurnTime(time) = event {
///         println!("{} s are left for {:?}", time.time, time.waiting);
///     }
/// }
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What tells that a turn has ended differs between versions and servers; here it is always
/// [`TurnEnded`](Self::TurnEnded), once for each turn:
///
/// * A server that counts its turns, as those of TP04 should, names another turn than before, or
///   says that the end of this one begins (reason
///   [`END_OF_TURN_STARTED`](crate::model::TimeRemainingReason::END_OF_TURN_STARTED)).
/// * One that does not, and every server of TP03, says that no time is left. That all players have
///   finished (reason [`ALL_FINISHED`](crate::model::TimeRemainingReason::ALL_FINISHED)) is not
///   yet the end, though no time is left then either: the next timer that starts is. In TP03 the
///   two look the same.
/// * Servers that libtpproto-py was made for say nothing at the end, and afterwards that the time
///   is unknown.
/// * One that announces nothing can be asked: that the answer to `time_remaining` is about another
///   turn is such an event too. [`wait_for_turn`](crate::blocking::Client::wait_for_turn) asks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// How long the turn still lasts, why the server says so, which turn it is, and who has not
    /// finished it; in TP03 only how long.
    TurnTime(TimeRemaining),
    /// A turn has ended. What the server said is about the turn that ends or the one that begins,
    /// as its `turn` says.
    TurnEnded(TimeRemaining),
    /// A refusal of nothing that was asked. Servers say so what is wrong with the connection, and
    /// some close it then.
    Refused(Refusal),
    /// A component that is new or changed. No known server tells of them.
    Component(Box<Component>),
    /// A line of the server's log; only where it is administrated.
    Log(LogMessage),
    /// The commands of the server have changed; only where it is administrated. No known server
    /// says so.
    CommandsChanged,
    /// Any other frame of the game.
    Other(Box<Frame>),
    /// A frame of a type that the version of the connection does not have, or that is malformed,
    /// as it came.
    Unknown(RawFrame),
    /// The connection was lost and is made again. What was told meanwhile is lost.
    Reconnected,
    /// So many events were lost because nobody took them.
    Missed(
        /// How many.
        u64,
    ),
}

impl Event {
    /// What the server said of the time, if that is what came.
    #[must_use]
    pub fn time_remaining(&self) -> Option<&TimeRemaining> {
        match self {
            Self::TurnTime(time) | Self::TurnEnded(time) => Some(time),
            _ => None,
        }
    }

    /// What a frame that came unasked tells. Whether a time is the end of a turn, it cannot say.
    pub(crate) fn from_frame(frame: RawFrame, options: &DecodeOptions) -> Self {
        Self::typed(&frame, options).unwrap_or_else(|| {
            // It may wait for long, and is not to keep whatever else came with it.
            let body = Bytes::copy_from_slice(&frame.body);
            Self::Unknown(RawFrame { body, ..frame })
        })
    }

    fn typed(frame: &RawFrame, options: &DecodeOptions) -> Option<Self> {
        Some(match frame.header.r#type {
            TimeRemaining::TYPE => Self::TurnTime(decoded(frame, options)?),
            Fail::TYPE => Self::Refused(Refusal(decoded(frame, options)?)),
            Component::TYPE => Self::Component(Box::new(decoded(frame, options)?)),
            LogMessage::TYPE => Self::Log(decoded(frame, options)?),
            CommandUpdate::TYPE => {
                decoded::<CommandUpdate>(frame, options)?;
                Self::CommandsChanged
            }
            _ => match Frame::decode(frame, options).ok()? {
                (Frame::Unknown { .. }, _) => return None,
                (known, _) => Self::Other(Box::new(known)),
            },
        })
    }
}

fn decoded<P: Packet>(frame: &RawFrame, options: &DecodeOptions) -> Option<P> {
    let packet = frame.decode::<P>(options).ok();
    packet.map(|(packet, _)| packet)
}
