//! Orders.

use tp_frames::game::{
    self, GetObjectsByID, GetOrder, GetOrderQueue, OrderInsert, OrderInsertReply, OrderProbe,
};
use tp_frames::{Request, Version};

use super::SessionHandle;
use super::batches::BatchResult;
use super::reply_frames::unexpected;
use crate::error::Error;
use crate::model::downgrade::has_descriptions;
use crate::model::{FailCode, Object, ObjectOrders, Order, OrderDesc};

impl SessionHandle {
    /// Leaves it to the end to show that all is sent: it is the first step of others, too.
    pub(crate) async fn orders_of(self, object: Object) -> Result<ObjectOrders, Error> {
        let version = self.version().await?;
        if has_descriptions(version) {
            // What nobody could decode yet may hold the queue.
            let object = self.read_one(object).await?;
            let Some(queue) = object.order_queue else {
                return Ok(ObjectOrders::none(None));
            };
            let ids = vec![queue];
            return match self.one(GetOrderQueue { ids }).await {
                Ok(queue) => Ok(ObjectOrders {
                    queue: queue.id,
                    types: queue.ordertypes,
                    number: queue.numorders,
                    most: Some(queue.maxslots).filter(|most| *most != u32::MAX),
                }),
                // As an object of others, which says nothing of its orders in TP03.
                Err(error) if is_code(&error, FailCode::PERMISSION_DENIED) => {
                    Ok(ObjectOrders::none(Some(queue)))
                }
                Err(error) => Err(error),
            };
        }
        if !object.takes_orders() {
            return Ok(ObjectOrders::none(None));
        }
        // How many there are changes with every order, as in a queue.
        let ids = vec![object.id];
        let object = self.one(GetObjectsByID { ids }).await?;
        Ok(ObjectOrders {
            queue: object.id,
            types: object.ordertypes.unwrap_or_default(),
            number: object.orders.unwrap_or_default(),
            most: None,
        })
    }

    pub(crate) async fn order_descs_of(
        self,
        object: Object,
    ) -> Result<BatchResult<OrderDesc>, Error> {
        self.begin_operation();
        let types = self.clone().orders_of(object).await?.types;
        self.get(types).await
    }

    pub(crate) async fn all_orders(self, object: Object) -> Result<BatchResult<Order>, Error> {
        self.begin_operation();
        let orders = self.clone().orders_of(object).await?;
        let slots = self.slots::<game::Order>(orders.number)?;
        self.orders(orders.queue, slots).await
    }

    pub(crate) async fn orders(
        self,
        queue: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<Order>, Error> {
        self.begin_operation();
        let version = self.version().await?;
        let request = |slots| GetOrder { id: queue, slots };
        let read = |frame| Order::from_frame(frame, version);
        let mut orders = self.each_read(slots, request, read).await?;
        self.read_each(&mut orders).await;
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

    /// An order as the server has taken it, read.
    pub(super) async fn given(&self, order: game::Order, version: Version) -> Result<Order, Error> {
        let order = self.read_done(Order::from_frame(order, version)).await?;
        self.learn_shape([&order]);
        Ok(order)
    }

    /// What orders of TP03 tell that came with lists of valid types. In TP04 all do.
    pub(super) fn learn_shape<'a>(&self, read: impl IntoIterator<Item = &'a Order>) {
        let mut old = read.into_iter().filter(|order| order.object.is_some());
        if old.any(|order| order.valid_types().flatten().next().is_some()) {
            self.lock().object_shape.came_with_list();
        }
    }

    /// What the server answers to an order, as the last request of an operation; see
    /// [`object_shape`](super::object_shape).
    async fn give<R>(&self, mut order: Order, version: Version) -> Result<R::Reply, Error>
    where
        R: Request + From<game::Order>,
    {
        // For the server to say; an order that was read has them.
        order.turns = 0;
        order.resources.clear();
        if has_descriptions(version) {
            return self.last(R::from(order.into_frame(version)?)).await;
        }
        let in_shape = |listed| {
            let mut order = order.clone();
            order.set_valid_types(listed);
            Ok::<_, Error>(R::from(order.into_frame(version)?))
        };
        self.begin_operation();
        let turn = self.turn().await;
        // A list that says something was read somewhere.
        let mut lists = order.valid_types().flatten();
        let stated = lists.any(|types| !types.is_empty());
        let (listed, settled) = self.lock().object_shape.choose(stated);
        if settled || order.valid_types().next().is_none() {
            let pending = self.begin_last(in_shape(listed)?).await?;
            drop(turn);
            return self.answer::<R>(pending).await;
        }
        let first = match self.one(in_shape(listed)?).await {
            Err(error) if is_malformed(&error) => error,
            answer => {
                if answer.is_ok() {
                    self.lock().object_shape.settle(listed);
                }
                return answer;
            }
        };
        tracing::debug!(listed = !listed, "the order is sent in the other shape");
        match self.last(in_shape(!listed)?).await {
            Ok(answer) => {
                self.lock().object_shape.settle(!listed);
                Ok(answer)
            }
            // Then it is not the shape.
            Err(second) if is_malformed(&second) => Err(first),
            Err(second) => Err(second),
        }
    }

    /// Waits until all orders given before are sent for the last time.
    async fn turn(&self) -> Turn {
        let number = self.lock().object_shape.queue();
        let handle = self.clone();
        let turn = Turn { handle, number };
        std::future::poll_fn(|context| self.lock().object_shape.poll_turn(number, context)).await;
        turn
    }
}

/// The right to give an order, until it is dropped.
struct Turn {
    handle: SessionHandle,
    number: u64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.handle.lock().object_shape.end_turn(self.number);
    }
}

/// Returns `true` if a server could not read the request. tpserver-cpp refuses such a probe with a
/// code that there is not.
fn is_malformed(error: &Error) -> bool {
    is_code(error, FailCode::FRAME) || is_code(error, FailCode(u32::MAX))
}

/// Returns `true` if a server refused with this code.
fn is_code(error: &Error, code: FailCode) -> bool {
    error.refusal().is_some_and(|refusal| refusal.code == code)
}
