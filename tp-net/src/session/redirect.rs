//! Going where a server sends the client.

use std::time::Instant;

use tp_frames::game::Redirect;
use tp_frames::{DecodeOptions, Packet, RawFrame, TpString};

use super::{Session, State};
use crate::error::Error;
use crate::proto::{Connection, Event, Outgoing, RequestId, Versions};
use crate::transport::Url;

/// A login on its way: a redirect may send it elsewhere.
#[derive(Debug)]
pub(super) struct Login {
    pub(super) id: RequestId,
    pub(super) outgoing: Outgoing,
    pub(super) leads_to: Option<Url>,
}

impl Session {
    /// Where the answer to the login leads, if it is a redirect that may be followed.
    pub(super) fn login_leads_to(&mut self, request: RequestId, frame: &RawFrame) -> Option<Url> {
        let is_login = self.login.as_ref().is_some_and(|login| login.id == request);
        if !is_login || frame.header.r#type != Redirect::TYPE {
            return None;
        }
        let (redirect, _) = frame.decode::<Redirect>(&DecodeOptions::default()).ok()?;
        self.follow(&redirect.uri).ok()
    }

    /// Where a redirect leads, if it may be followed.
    pub(super) fn follow(&self, text: &TpString) -> Result<Url, Error> {
        let told: Url = text.to_str_lossy().parse()?;
        if self.options.redirects == 0 {
            return Err(Error::Redirected(told.into()));
        }
        // Who logs in, and to which game, is the user's to say.
        let url = told.place();
        let port = url.port_or_default();
        let url = url.or_port(port);
        let circle = url == self.url || self.visited.contains(&url);
        if circle || self.visited.len() >= self.options.redirects {
            return Err(Error::TooManyRedirects(told.into()));
        }
        let exposes = self.url.scheme().is_encrypted() && !url.scheme().is_encrypted();
        if exposes && !self.options.unencrypted_redirects {
            return Err(Error::UnencryptedRedirect(told.into()));
        }
        Ok(url)
    }

    /// Why a redirect was not followed.
    pub(crate) fn not_followed(&self, text: &TpString) -> Error {
        match self.follow(text) {
            Ok(url) => Error::Redirected(url.into()),
            Err(error) => error,
        }
    }

    pub(super) fn go_to(&mut self, url: Url) {
        tracing::debug!(parent: &self.span, %url, "redirected");
        let from = std::mem::replace(&mut self.url, url);
        self.visited.push(from);
        self.refused = None;
        self.negotiation.version = self.negotiation.versions.first();
        self.state = State::Wanted;
    }

    /// Ends what was sent on the connection, without a word on why; the caller knows.
    pub(super) fn hang_up(&mut self, now: Instant) {
        let State::Ready(connection) = &mut self.state else {
            return;
        };
        connection.end_of_input();
        while let Some(event) = self.connection_mut().and_then(Connection::poll_event) {
            if !matches!(event, Event::Closed(_)) {
                self.happened(event, now);
            }
        }
    }

    /// Goes elsewhere with the login, and with all that waits behind it.
    pub(super) fn log_in_at(&mut self, url: Url, id: RequestId, outgoing: Outgoing, now: Instant) {
        let State::Ready(connection) = &mut self.state else {
            return;
        };
        // What waits was made for this version.
        self.negotiation.versions = Versions::only(connection.version());
        self.unsent = connection.take_unsent();
        self.unsent.push_front((id, outgoing.clone()));
        self.login = Some(Login {
            id,
            outgoing,
            leads_to: None,
        });
        self.hang_up(now);
        self.go_to(url);
    }
}
