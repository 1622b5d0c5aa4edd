//! Waiting before something is asked again.

use std::time::Duration;

use super::SessionHandle;
use crate::error::Error;

impl SessionHandle {
    /// Lets this much time pass.
    ///
    /// # Errors
    ///
    /// The session is over, or the operation takes too long.
    pub(crate) async fn pause(&self, time: Duration) -> Result<(), Error> {
        let due = self.now().checked_add(time);
        self.in_time(due, |shared, now| {
            if let Some(error) = shared.session.error() {
                return Some(Err(error.clone()));
            }
            due.is_some_and(|due| due <= now).then_some(Ok(()))
        })
        .await
    }
}
