//! Orders.

use tp_frames::Version;
use tp_frames::game::{self, GetOrder, OrderInsert, OrderInsertReply, OrderProbe};

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
        self.learn_shape(orders.iter().flatten());
        Ok(orders)
    }

    pub(crate) async fn insert_order(self, order: Order) -> Result<Option<Order>, Error> {
        let version = self.version().await?;
        match self.give::<OrderInsert>(order, version).await? {
            OrderInsertReply::Okay(_) => Ok(None),
            OrderInsertReply::Order(order) => Ok(Some(self.given(order, version).await?)),
            _ => Err(unexpected::<OrderInsert>(0)),
        }
    }

    pub(crate) async fn probe_order(self, order: Order) -> Result<Order, Error> {
        let version = self.version().await?;
        let order = self.give::<OrderProbe>(order, version).await?;
        self.given(order, version).await
    }

    /// An order as the server has it, read.
    async fn given(&self, order: game::Order, version: Version) -> Result<Order, Error> {
        let order = self.read_one(Order::from_frame(order, version)).await?;
        self.learn_shape([&order]);
        Ok(order)
    }
}
