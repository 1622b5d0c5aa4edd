//! Getting in, and what the server is.

use tp_frames::{Request, TpString, tp03, tp04};

use super::batches::BatchResult;
use super::reply_frames::unexpected;
use super::{SessionHandle, single};
use crate::error::Error;
use crate::model::{Features, Game, TimeRemaining};
use crate::proto::{Completion, Outgoing};

impl SessionHandle {
    pub(crate) async fn login(self, user: TpString, password: TpString) -> Result<TpString, Error> {
        // Both versions have the same Login.
        let login = tp04::Login {
            username: user,
            password,
        };
        let outgoing = Outgoing::new(&login)?;
        self.version().await?;
        let pending = self.send_login(outgoing);
        self.mark_all_sent();
        let frame = pending.await?.one()?;
        match single::<tp04::Login>(&frame, &self.decode_options())? {
            tp04::LoginReply::Okay(okay) => Ok(okay.result),
            tp04::LoginReply::Redirect(redirect) => {
                Err(self.lock().session.not_followed(&redirect.uri))
            }
            _ => Err(unexpected::<tp04::Login>(frame.header.r#type)),
        }
    }

    pub(crate) async fn create_account(
        self,
        user: TpString,
        password: TpString,
        email: TpString,
        comment: TpString,
    ) -> Result<TpString, Error> {
        self.version().await?;
        // Both versions have the same CreateAccount.
        let request = tp04::CreateAccount {
            username: user,
            password,
            email,
            comment,
        };
        Ok(self.last(request).await?.result)
    }

    pub(crate) async fn ping(self) -> Result<bool, Error> {
        self.version().await?;
        let pending = self.begin(&tp04::Ping::default())?;
        self.mark_all_sent();
        let answer = pending.await?;
        if answer.completion == Completion::Silent {
            return Ok(false);
        }
        single::<tp04::Ping>(&answer.one()?, &self.decode_options())?;
        Ok(true)
    }

    pub(crate) async fn features(self) -> Result<Features, Error> {
        if self.version().await?.protocol() == 3 {
            Ok(self.last(tp03::GetFeatures::default()).await?.into())
        } else {
            Ok(self.last(tp04::GetFeatures::default()).await?.into())
        }
    }

    pub(crate) async fn enable_padding(self) -> Result<TpString, Error> {
        let version = self.version().await?;
        if version.protocol() == 3 {
            return Err(Error::NotInVersion {
                what: "filter for padding",
                version,
            });
        }
        let filters = vec![tp04::SetFiltersFilter::FILTER_PADDING];
        Ok(self.last(tp04::SetFilters { filters }).await?.result)
    }

    pub(crate) async fn games(self) -> Result<BatchResult<Game>, Error> {
        if self.version().await?.protocol() == 3 {
            self.all(tp03::GetGames::default()).await
        } else {
            self.all(tp04::GetGames::default()).await
        }
    }

    pub(crate) async fn time_remaining(self) -> Result<TimeRemaining, Error> {
        if self.version().await?.protocol() == 3 {
            Ok(self.last(tp03::GetTimeRemaining::default()).await?.into())
        } else {
            Ok(self.last(tp04::GetTimeRemaining::default()).await?.into())
        }
    }

    pub(crate) async fn finish_turn(self) -> Result<TpString, Error> {
        self.version().await?;
        // Both versions have the same FinishedTurn.
        Ok(self.last(tp04::FinishedTurn::default()).await?.result)
    }

    /// All that a server answers to a request that names nothing.
    pub(super) async fn all<R, T>(&self, request: R) -> Result<BatchResult<T>, Error>
    where
        R: Request + 'static,
        T: From<R::Reply>,
    {
        let pending = self.begin(&request)?;
        self.mark_all_sent();
        let answer = pending.await?;
        if let Some(refusal) = answer.refused_whole() {
            return Err(refusal);
        }
        let things = self.read_many::<R>(answer)?.into_iter();
        Ok(things.map(|thing| thing.map(T::from)).collect())
    }
}
