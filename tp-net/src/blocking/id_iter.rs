//! Lists of ids, an id at a time.

use std::iter::FusedIterator;
use std::vec;

use super::Client;
use crate::error::Error;
use crate::model::IdModtime;
use crate::{GameItem, IdListQuery};

/// The ids of a list, fetched page by page as they are needed; see [`Client::paged_ids`].
///
/// After an error it ends.
#[derive(Debug)]
pub struct IdIter<'a, T> {
    client: &'a mut Client,
    ids: vec::IntoIter<IdModtime>,
    next: Option<IdListQuery<T>>,
}

impl Client {
    /// The ids of a list, which is fetched page by page. No id comes twice, even if the list
    /// changes meanwhile.
    ///
    /// The client is busy as long as the iterator lives; to ask something else between two pages
    /// use [`id_page`](Self::id_page).
    ///
    /// ```
    /// use tp_net::{IdListQuery, Options, blocking::Client, game};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// for id in client.paged_ids(IdListQuery::<game::Design>::new()) {
    ///     println!("design {}", id?.id);
    /// }
    /// // Of a long list only as much as it takes is asked for.
    /// let pages = IdListQuery::<game::Object>::new().page_size(10);
    /// let some: Result<Vec<_>, _> = client.paged_ids(pages).take(5).collect();
    /// assert_eq!(some?.len(), 5);
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn paged_ids<T: GameItem>(&mut self, list: IdListQuery<T>) -> IdIter<'_, T> {
        IdIter {
            client: self,
            ids: Vec::new().into_iter(),
            next: Some(list),
        }
    }
}

impl<T: GameItem> Iterator for IdIter<'_, T> {
    type Item = Result<IdModtime, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(id) = self.ids.next() {
                return Some(Ok(id));
            }
            match self.client.id_page(self.next.take()?) {
                Ok(page) => {
                    self.ids = page.ids.into_iter();
                    self.next = page.next;
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<T: GameItem> FusedIterator for IdIter<'_, T> {}
