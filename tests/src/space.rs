//! The game that the benchmarks serve: a universe of so many planets, all the same.

use tp_net::model::{IdModtime, Ids, Object, ObjectKind, Refusal, TimeRemaining, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer};

/// A universe, and the planets in it.
pub struct Space {
    ids: Ids,
}

impl Space {
    /// This many objects in all.
    #[must_use]
    pub fn new(objects: u32) -> Self {
        let ids = 0..objects;
        let ids = ids.map(|id| IdModtime { id, modtime: 1 }).collect();
        Self { ids }
    }
}

impl Handler for Space {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        Ok(TimeRemaining::all_finished())
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Ids, Refusal> {
        Ok(self.ids.clone())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        match id {
            0 => Ok(Object::new(0, "Space", ObjectKind::Universe { age: 0 })),
            _ if (id as usize) < self.ids.len() => {
                let at = Vector::new(i64::from(id) * 1_000, i64::from(id) * -7, 0);
                let planet = Object::new(id, format!("Planet {id:06}"), ObjectKind::planet(1));
                Ok(planet.within(0).at(at))
            }
            _ => Err(Refusal::no_such_thing("space is empty there")),
        }
    }
}
