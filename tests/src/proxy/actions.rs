//! What scripts are made of.

use bytes::{Bytes, BytesMut};
use tp_frames::{Packet as _, RawFrame, game};

use super::script::{Event, Flow, Script};

/// What plays each connection by a new script, or by an action of one step.
pub trait Scripted: Sized {
    /// Each connection is played by a new one of these.
    fn script(self, script: impl Fn() -> Script + Send + Sync + 'static) -> Self;

    /// [`replies`].
    fn replies(self, change: impl Fn(RawFrame, &mut Flow) + Copy + Send + Sync + 'static) -> Self {
        self.script(move || replies(change))
    }

    /// [`replies_to`].
    fn replies_to(
        self,
        request: u32,
        change: impl Fn(RawFrame, &mut Flow) + Copy + Send + Sync + 'static,
    ) -> Self {
        self.script(move || replies_to(request, change))
    }

    /// [`first_reply_to`].
    fn first_reply_to(
        self,
        request: u32,
        change: impl Fn(RawFrame, &mut Flow) + Copy + Send + Sync + 'static,
    ) -> Self {
        self.script(move || first_reply_to(request, change))
    }

    /// [`rewrites`].
    fn rewrites(
        self,
        request: u32,
        change: impl Fn(&RawFrame) -> RawFrame + Copy + Send + Sync + 'static,
    ) -> Self {
        self.script(move || rewrites(request, change))
    }

    /// [`answers`].
    fn answers(
        self,
        request: u32,
        answer: impl Fn(&RawFrame, &mut Flow) + Copy + Send + Sync + 'static,
    ) -> Self {
        self.script(move || answers(request, answer))
    }
}

/// Everything passes.
pub fn honest() -> Script {
    Box::new(|event, flow| flow.pass(event))
}

/// Every reply goes through `change`; everything else passes.
pub fn replies(mut change: impl FnMut(RawFrame, &mut Flow) + Send + 'static) -> Script {
    Box::new(move |event, flow| match event {
        Event::Reply(reply) => {
            flow.misbehave();
            change(reply, flow);
        }
        event => flow.pass(event),
    })
}

/// The replies to requests of one type go through `change`; everything else passes.
pub fn replies_to(
    request: u32,
    mut change: impl FnMut(RawFrame, &mut Flow) + Send + 'static,
) -> Script {
    Box::new(move |event, flow| match event {
        Event::Reply(reply) if flow.asked(&reply) == Some(request) => {
            flow.misbehave();
            change(reply, flow);
        }
        event => flow.pass(event),
    })
}

/// The first reply to a request of one type goes through `change`; everything else passes.
pub fn first_reply_to(
    request: u32,
    mut change: impl FnMut(RawFrame, &mut Flow) + Send + 'static,
) -> Script {
    let mut done = false;
    Box::new(move |event, flow| match event {
        Event::Reply(reply) if !done && flow.asked(&reply) == Some(request) => {
            done = true;
            flow.misbehave();
            change(reply, flow);
        }
        event => flow.pass(event),
    })
}

/// Requests of one type go through `change` before the game hears of them; everything else passes.
pub fn rewrites(
    request: u32,
    mut change: impl FnMut(&RawFrame) -> RawFrame + Send + 'static,
) -> Script {
    Box::new(move |event, flow| match event {
        Event::Request(asked) if asked.header.r#type == request => {
            flow.misbehave();
            flow.forward(change(&asked));
        }
        event => flow.pass(event),
    })
}

/// Requests of one type are answered by `answer`, and the game does not hear of them.
pub fn answers(
    request: u32,
    mut answer: impl FnMut(&RawFrame, &mut Flow) + Send + 'static,
) -> Script {
    Box::new(move |event, flow| match event {
        Event::Request(asked) if asked.header.r#type == request => {
            flow.misbehave();
            answer(&asked, flow);
        }
        event => flow.pass(event),
    })
}

/// All requests are answered by `answer`, and the game hears of none.
pub fn answers_all(mut answer: impl FnMut(&RawFrame, &mut Flow) + Send + 'static) -> Script {
    Box::new(move |event, flow| match event {
        Event::Request(asked) => {
            flow.misbehave();
            answer(&asked, flow);
        }
        event => flow.pass(event),
    })
}

/// Whatever comes first is answered by `words`, and that is all.
pub fn greets(mut words: impl FnMut(&mut Flow) + Send + 'static) -> Script {
    let mut done = false;
    Box::new(move |event, flow| {
        if matches!(event, Event::Request(_)) && !done {
            done = true;
            flow.misbehave();
            words(flow);
        }
    })
}

/// The same frame with another body, and a header that says so.
pub fn with_body(frame: &RawFrame, body: impl AsRef<[u8]>) -> RawFrame {
    let body = Bytes::copy_from_slice(body.as_ref());
    let mut changed = frame.clone();
    changed.header.length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    changed.body = body;
    changed
}

/// The same frame under another number.
pub fn numbered(frame: &RawFrame, number: u32) -> RawFrame {
    let mut changed = frame.clone();
    changed.header.sequence = number;
    changed
}

/// The body with the bytes at an offset replaced.
pub fn patched(frame: &RawFrame, at: usize, bytes: &[u8]) -> RawFrame {
    let mut body = BytesMut::from(&*frame.body);
    let end = at.saturating_add(bytes.len());
    if let Some(place) = body.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
    with_body(frame, body)
}

/// The frame with a header that claims another length.
pub fn claiming(frame: &RawFrame, length: u32) -> RawFrame {
    let mut changed = frame.clone();
    changed.header.length = length;
    changed
}

/// Whether this is the Sequence before a group.
pub fn announces(frame: &RawFrame) -> bool {
    frame.header.r#type == game::Sequence::TYPE
}

/// A Sequence that announces another number.
pub fn announcing(frame: &RawFrame, number: u32) -> RawFrame {
    with_body(frame, number.to_be_bytes())
}
