//! Getting in, and signs of life.

use tp_frames::TpString;
use tp_frames::game::{Login, LoginReply, Ping};

use super::reply_frames::unexpected;
use super::{SessionHandle, single};
use crate::error::Error;
use crate::proto::{Completion, Outgoing};

impl SessionHandle {
    pub(crate) async fn login(self, user: TpString, password: TpString) -> Result<TpString, Error> {
        self.version().await?;
        self.lock().turn_ends.forget();
        let pending = self.send_login(Outgoing::new(Login {
            username: user,
            password,
        }));
        self.mark_all_sent();
        let frame = pending.await?.one()?;
        match single::<Login>(&frame, &self.decode_options())? {
            LoginReply::Okay(okay) => Ok(okay.result),
            LoginReply::Redirect(redirect) => Err(self.lock().session.not_followed(&redirect.uri)),
            _ => Err(unexpected::<Login>(frame.header.r#type)),
        }
    }

    pub(crate) async fn ping(self) -> Result<bool, Error> {
        self.version().await?;
        let pending = self.begin(Ping::default());
        self.mark_all_sent();
        let answer = pending.await?;
        if answer.completion == Completion::Silent {
            return Ok(false);
        }
        single::<Ping>(&answer.one()?, &self.decode_options())?;
        Ok(true)
    }
}
