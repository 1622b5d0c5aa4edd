use std::sync::{Mutex, PoisonError};

use tp_net::model::{Object, ObjectKind, Order, OrderDesc, OrderParams, Refusal, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer};

const MOVE: u32 = 1001;

/// A fleet that flies where it is told to, at once.
#[derive(Default)]
pub struct Fleet(Mutex<Vector>);

impl Handler for Fleet {
    type Player = ();

    /// Checked when the server starts; orders are read by it.
    fn order_types(&self) -> Vec<OrderDesc> {
        let go = OrderDesc::new(MOVE, "Move", "Flies to a place.");
        vec![go.parameter("To", OrderParams::ABS_SPACE_COORDS, "Where to.")]
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let place = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fleet = Object::new(id, "The fleet", ObjectKind::fleet(1));
        Ok(fleet.at(place).with_orders([MOVE], 0))
    }

    async fn insert_order(&self, _: &Caller<()>, order: Order) -> Result<Order, Refusal> {
        let place = order.position();
        let place = place.ok_or_else(|| Refusal::protocol("where to?"))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
        Ok(order)
    }
}
