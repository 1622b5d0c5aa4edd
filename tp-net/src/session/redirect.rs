//! Going where a server sends the client.

use tp_frames::TpString;

use super::login::Login;
use super::report::Report;
use super::{Session, State};
use crate::error::Error;
use crate::proto::{Connection, Event, Versions};
use crate::transport::Url;

impl Session {
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

    pub(super) fn go_to(&mut self, url: Url) {
        tracing::debug!(parent: &self.span, %url, "redirected");
        let from = std::mem::replace(&mut self.url, url);
        self.visited.push(from);
        self.refused = None;
        self.negotiation.version = self.negotiation.versions.first();
        self.state = State::Wanted;
    }

    /// Ends what was sent on the connection, without a word on why; the caller knows.
    pub(super) fn hang_up(&mut self) {
        let State::Ready(connection) = &mut self.state else {
            return;
        };
        connection.end_of_input();
        while let Some(event) = self.connection_mut().and_then(Connection::poll_event) {
            match event {
                Event::Answered { request, answer } => self.complete(request, answer),
                Event::Asynchronous(frame) => self.reports.push_back(Report::Asynchronous(frame)),
                Event::Stray(_) | Event::Closed(_) => {}
            }
        }
    }

    /// Goes elsewhere with the login, and with all that waits behind it.
    pub(super) fn log_in_at(&mut self, url: Url, login: Login) {
        let State::Ready(connection) = &mut self.state else {
            return;
        };
        // What waits was made for this version.
        self.negotiation.versions = Versions::only(connection.version());
        self.unsent = connection.take_unsent();
        self.unsent.push_front(login.id, login.outgoing.clone());
        self.logins.push(login);
        self.hang_up();
        self.go_to(url);
    }
}
