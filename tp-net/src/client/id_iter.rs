//! Lists of ids, an id at a time.

use std::fmt;
use std::pin::Pin;
use std::vec;

use super::Client;
use crate::error::Error;
use crate::model::IdModtime;
use crate::{IdListPage, IdListQuery};

/// The ids of a list, fetched page by page as they are needed; see [`Client::paged_ids`].
///
/// After an error it ends.
pub struct IdIter {
    client: Client,
    ids: vec::IntoIter<IdModtime>,
    next: Option<IdListQuery>,
    /// The page on its way, kept here so that a dropped [`next`](Self::next) does not lose it.
    page: Option<Page>,
}

type Page = Pin<Box<dyn Future<Output = Result<IdListPage, Error>> + Send>>;

impl Client {
    /// The ids of a list, which is fetched page by page: an [`IdKind`](crate::IdKind), or
    /// [`IdListQuery`] with wishes of your own. No id comes twice, even if the list changes
    /// meanwhile.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tp_net::{IdKind, Options, client::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let client = Client::connect(address, Options::default()).await?;
    /// client.login("guest", "guest").await?;
    /// let mut ids = client.paged_ids(IdKind::Objects);
    /// while let Some(id) = ids.next().await {
    ///     println!("{:?}", client.objects([id?.id]).await?);
    /// }
    /// # game.shutdown();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn paged_ids(&self, list: impl Into<IdListQuery>) -> IdIter {
        IdIter {
            client: self.clone(),
            ids: Vec::new().into_iter(),
            next: Some(list.into()),
            page: None,
        }
    }
}

impl IdIter {
    /// The next id; `None` once there are no more. A dropped future loses none.
    pub async fn next(&mut self) -> Option<Result<IdModtime, Error>> {
        loop {
            if let Some(id) = self.ids.next() {
                return Some(Ok(id));
            }
            let page = match &mut self.page {
                Some(page) => page,
                None => {
                    let (client, query) = (self.client.clone(), self.next.take()?);
                    let page = Box::pin(async move { client.id_page(query).await });
                    self.page.insert(page)
                }
            };
            let page = page.await;
            self.page = None;
            match page {
                Ok(page) => {
                    self.ids = page.ids.into_iter();
                    self.next = page.next;
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl fmt::Debug for IdIter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdIter")
            .field("ids", &self.ids)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
