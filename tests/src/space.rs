//! The game that the benchmarks serve: a universe of so many planets, all the same.

use tp_net::model::{IdModtime, Object, ObjectKind, Refusal, TimeRemaining, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer};

/// A universe, and this many objects in all.
pub struct Space {
    /// How many objects.
    pub objects: u32,
}

impl Handler for Space {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        Ok(TimeRemaining::all_finished())
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        let ids = 0..self.objects;
        Ok(ids.map(|id| IdModtime { id, modtime: 1 }).collect())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        match id {
            0 => Ok(Object::new(0, "Space", ObjectKind::Universe { age: 0 })),
            _ if id < self.objects => {
                let at = Vector::new(i64::from(id) * 1_000, i64::from(id) * -7, 0);
                let planet = Object::new(id, format!("Planet {id:06}"), ObjectKind::planet(1));
                Ok(planet.within(0).at(at))
            }
            _ => Err(Refusal::no_such_thing("space is empty there")),
        }
    }
}
