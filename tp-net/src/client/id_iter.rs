//! Lists of ids, an id at a time.

use std::fmt;
use std::pin::Pin;
use std::vec;

use super::Client;
use crate::error::Error;
use crate::model::IdModtime;
use crate::{GameItem, IdListPage, IdListQuery};

/// The ids of a list, fetched page by page as they are needed; see [`Client::paged_ids`].
///
/// After an error it ends.
pub struct IdIter<T> {
    client: Client,
    ids: vec::IntoIter<IdModtime>,
    next: Option<IdListQuery<T>>,
    /// The page on its way, kept here so that a dropped [`next`](Self::next) does not lose it.
    page: Option<Page<T>>,
}

type Page<T> = Pin<Box<dyn Future<Output = Result<IdListPage<T>, Error>> + Send>>;

impl Client {
    /// The ids of a list, which is fetched page by page. No id comes twice, even if the list
    /// changes meanwhile.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tp_net::{IdListQuery, Options, client::Client, game};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let client = Client::connect(address, Options::default()).await?;
    /// client.login("guest", "guest").await?;
    /// let mut ids = client.paged_ids(IdListQuery::<game::Object>::new());
    /// while let Some(id) = ids.next().await {
    ///     println!("{:?}", client.object(id?.id).await?);
    /// }
    /// # game.shutdown();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn paged_ids<T: GameItem>(&self, list: IdListQuery<T>) -> IdIter<T> {
        IdIter {
            client: self.clone(),
            ids: Vec::new().into_iter(),
            next: Some(list),
            page: None,
        }
    }
}

impl<T: GameItem> IdIter<T> {
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

impl<T: fmt::Debug> fmt::Debug for IdIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdIter")
            .field("ids", &self.ids)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
