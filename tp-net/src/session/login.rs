//! Logins on their way, and what the server says to them.

use tp_frames::game::{Fail, Login as LoginPacket, Okay, Redirect};
use tp_frames::{DecodeOptions, Packet, TpString};

use super::Session;
use crate::error::Error;
use crate::proto::{Answer, Completion, Outgoing, RequestId};
use crate::transport::Url;

/// A login on its way: a redirect may send it elsewhere.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) id: RequestId,
    pub(super) outgoing: Outgoing,
    /// Whether the session asks of itself, after a cut.
    pub(super) is_own: bool,
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
        }
    }

    /// What the session asks once more.
    pub(super) fn again(id: RequestId, outgoing: Outgoing) -> Self {
        Self {
            is_own: true,
            ..Self::new(id, outgoing)
        }
    }
}

impl Session {
    /// What the answer to a login means.
    pub(super) fn login_end(&self, answer: &Answer) -> LoginEnd {
        let is_whole = matches!(
            answer.completion,
            Completion::Single | Completion::Group { .. }
        );
        let frame = match answer.frames.last() {
            Some(frame) if is_whole || frame.header.r#type != Okay::TYPE => frame,
            _ => {
                return LoginEnd::Out(match answer.completion {
                    Completion::TimedOut { after } => Error::Timeout(after),
                    _ => Error::Disconnected(None),
                });
            }
        };
        match frame.header.r#type {
            Okay::TYPE => LoginEnd::In,
            Redirect::TYPE => {
                let followed = match frame.decode::<Redirect>(&DecodeOptions::default()) {
                    Ok((redirect, _)) => self.follow(&redirect.uri),
                    Err(error) => Err(error.into()),
                };
                followed.map_or_else(LoginEnd::Out, LoginEnd::LeadsTo)
            }
            Fail::TYPE => LoginEnd::Out(Error::from_fail(frame)),
            got => LoginEnd::Out(Error::Unexpected {
                request: LoginPacket::NAME,
                got,
            }),
        }
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
