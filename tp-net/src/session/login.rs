//! Logins on their way, and what the server says to them.

use tp_frames::game::{Fail, Login as LoginPacket, Okay, Redirect};
use tp_frames::{DecodeOptions, Packet, RawFrame, TpString};

use super::Session;
use crate::error::Error;
use crate::proto::{Completion, Outgoing, RequestId};
use crate::transport::Url;

/// A login on its way: a redirect may send it elsewhere.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) id: RequestId,
    pub(super) outgoing: Outgoing,
    /// Whether the session asks of itself, after a cut.
    pub(super) is_own: bool,
    answer: Option<Answer>,
}

#[derive(Debug)]
enum Answer {
    Okay,
    LeadsTo(Url),
    No(Error),
}

/// How a login ended.
pub(super) enum LoginEnd {
    /// The client is in.
    In,
    /// It is to log in there.
    LeadsTo(Url),
    /// The client is not in.
    Out(Error),
}

impl Login {
    /// What the user asks.
    pub(super) fn new(id: RequestId, outgoing: Outgoing) -> Self {
        Self {
            id,
            outgoing,
            is_own: false,
            answer: None,
        }
    }

    /// What the session asks once more.
    pub(super) fn again(id: RequestId, outgoing: Outgoing) -> Self {
        Self {
            is_own: true,
            ..Self::new(id, outgoing)
        }
    }

    /// It is sent anew.
    pub(super) fn forget_answer(&mut self) {
        self.answer = None;
    }

    pub(super) fn end(&mut self, completion: &Completion) -> LoginEnd {
        match (self.answer.take(), completion) {
            (Some(Answer::LeadsTo(url)), _) => LoginEnd::LeadsTo(url),
            (Some(Answer::Okay), Completion::Single | Completion::Group { .. }) => LoginEnd::In,
            (Some(Answer::No(error)), _) => LoginEnd::Out(error),
            (_, Completion::TimedOut { after }) => LoginEnd::Out(Error::Timeout(*after)),
            _ => LoginEnd::Out(Error::Disconnected(None)),
        }
    }
}

impl Session {
    /// Takes a frame that answers a login; returns `true` if nobody else is to see it.
    pub(super) fn login_answered(&mut self, request: RequestId, frame: &RawFrame) -> bool {
        if !self.logins.iter().any(|login| login.id == request) {
            return false;
        }
        let answer = match frame.header.r#type {
            Okay::TYPE => Answer::Okay,
            Redirect::TYPE => self.led_to(frame),
            Fail::TYPE => Answer::No(Error::from_fail(frame)),
            got => Answer::No(Error::Unexpected {
                request: LoginPacket::NAME,
                got,
            }),
        };
        let is_followed = matches!(answer, Answer::LeadsTo(_));
        let mut logins = self.logins.iter_mut();
        if let Some(login) = logins.find(|login| login.id == request) {
            login.answer = Some(answer);
        }
        is_followed
    }

    fn led_to(&self, frame: &RawFrame) -> Answer {
        let followed = match frame.decode::<Redirect>(&DecodeOptions::default()) {
            Ok((redirect, _)) => self.follow(&redirect.uri),
            Err(error) => Err(error.into()),
        };
        followed.map_or_else(Answer::No, Answer::LeadsTo)
    }

    /// The login that this request is, which is over.
    pub(super) fn take_login(&mut self, request: RequestId) -> Option<Login> {
        let place = self.logins.iter().position(|login| login.id == request)?;
        Some(self.logins.swap_remove(place))
    }

    /// Why a redirect was not followed.
    pub(crate) fn not_followed(&self, text: &TpString) -> Error {
        match self.follow(text) {
            Ok(url) => Error::Redirected(url.into()),
            Err(error) => error,
        }
    }
}
