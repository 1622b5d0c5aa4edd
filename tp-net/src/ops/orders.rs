//! Orders.

use tp_frames::game::{GetOrder, OrderInsert, OrderInsertReply, OrderProbe};

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
        let version = self.version().await?;
        let frames = self.clone().each_slot::<GetOrder>(queue, slots).await?;
        let mut orders: BatchResult<Order> = frames
            .into_iter()
            .map(|frame| Ok(Order::from_frame(frame?, version)))
            .collect();
        self.read_all(&mut orders).await;
        Ok(orders)
    }

    pub(crate) async fn insert_order(self, order: Order) -> Result<Option<Order>, Error> {
        let version = self.version().await?;
        let request = OrderInsert::from(order.into_frame(version)?);
        match self.last(request).await? {
            OrderInsertReply::Okay(_) => Ok(None),
            OrderInsertReply::Order(order) => {
                let order = Order::from_frame(order, version);
                Ok(Some(self.read_one(order).await?))
            }
            _ => Err(unexpected::<OrderInsert>(0)),
        }
    }

    pub(crate) async fn probe_order(self, order: Order) -> Result<Order, Error> {
        let version = self.version().await?;
        let request = OrderProbe::from(order.into_frame(version)?);
        let order = self.last(request).await?;
        self.read_one(Order::from_frame(order, version)).await
    }
}
