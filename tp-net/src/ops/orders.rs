//! Orders.

use tp_frames::{TpString, tp03, tp04};

use super::SessionHandle;
use super::batches::BatchResult;
use super::reply_frames::unexpected;
use crate::error::Error;
use crate::model::Order;

impl SessionHandle {
    pub(crate) async fn orders(
        self,
        queue: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<Order>, Error> {
        let mut orders: BatchResult<Order> = self
            .each_slot::<tp03::GetOrder, tp04::GetOrder, _>(queue, slots)
            .await?;
        self.read_all(&mut orders).await;
        Ok(orders)
    }

    pub(crate) async fn insert_order(self, order: Order) -> Result<Option<Order>, Error> {
        let inserted: Option<Order> = if self.version().await?.protocol() == 3 {
            let request = tp03::OrderInsert::from(tp03::Order::try_from(order)?);
            match self.last(request).await? {
                tp03::OrderInsertReply::Okay(_) => None,
                tp03::OrderInsertReply::Order(order) => Some(order.into()),
                _ => return Err(unexpected::<tp03::OrderInsert>(0)),
            }
        } else {
            let request = tp04::OrderInsert::from(tp04::Order::try_from(order)?);
            match self.last(request).await? {
                tp04::OrderInsertReply::Okay(_) => None,
                tp04::OrderInsertReply::Order(order) => Some(order.into()),
                _ => return Err(unexpected::<tp04::OrderInsert>(0)),
            }
        };
        match inserted {
            Some(order) => Ok(Some(self.read_one(order).await?)),
            None => Ok(None),
        }
    }

    pub(crate) async fn probe_order(self, order: Order) -> Result<Order, Error> {
        let order = if self.version().await?.protocol() == 3 {
            let request = tp03::OrderProbe::from(tp03::Order::try_from(order)?);
            self.last(request).await?.into()
        } else {
            let request = tp04::OrderProbe::from(tp04::Order::try_from(order)?);
            self.last(request).await?.into()
        };
        self.read_one(order).await
    }

    pub(crate) async fn remove_orders(
        self,
        queue: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<TpString>, Error> {
        let old = |slots| tp03::RemoveOrder { id: queue, slots };
        let new = |slots| tp04::RemoveOrder { id: queue, slots };
        self.remove_slots(slots, old, new).await
    }
}
