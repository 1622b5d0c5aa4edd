//! Getting in, and what the server is.

use tp_frames::TpString;
use tp_frames::game::{
    CreateAccount, FinishedTurn, GetFeatures, GetGames, GetTimeRemaining, Login, LoginReply, Ping,
    SetFilters, SetFiltersFilter,
};

use super::batches::BatchResult;
use super::reply_frames::unexpected;
use super::{SessionHandle, single};
use crate::error::Error;
use crate::model::{Features, Game, TimeRemaining};
use crate::proto::{Completion, Outgoing};

impl SessionHandle {
    pub(crate) async fn login(self, user: TpString, password: TpString) -> Result<TpString, Error> {
        self.version().await?;
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

    pub(crate) async fn create_account(
        self,
        user: TpString,
        password: TpString,
        email: TpString,
        comment: TpString,
    ) -> Result<TpString, Error> {
        let request = CreateAccount {
            username: user,
            password,
            email,
            comment,
        };
        Ok(self.last(request).await?.result)
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

    pub(crate) async fn features(self) -> Result<Features, Error> {
        self.last(GetFeatures::default()).await
    }

    pub(crate) async fn enable_padding(self) -> Result<TpString, Error> {
        let filters = vec![SetFiltersFilter::FILTER_PADDING];
        Ok(self.last(SetFilters { filters }).await?.result)
    }

    pub(crate) async fn games(self) -> Result<BatchResult<Game>, Error> {
        self.request_many(GetGames::default()).await
    }

    pub(crate) async fn time_remaining(self) -> Result<TimeRemaining, Error> {
        self.last(GetTimeRemaining::default()).await
    }

    pub(crate) async fn finish_turn(self) -> Result<TpString, Error> {
        Ok(self.last(FinishedTurn::default()).await?.result)
    }
}
