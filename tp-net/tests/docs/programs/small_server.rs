use tp_net::model::{Object, ObjectKind, Refusal, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server, ServerError};

struct Game;

impl Handler for Game {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), format!("Welcome, {}", login.username)))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let space = Object::new(0, "Space", ObjectKind::Universe { age: 0 });
        let earth = Object::new(1, "Earth", ObjectKind::planet(None)).within(0);
        match id {
            0 => Ok(space.containing([1])),
            1 => Ok(earth.at(Vector::new(149_597_871, 0, 0))),
            _ => Err(Refusal::no_such_thing("nothing is there")),
        }
    }
}

pub async fn serve(address: &str) -> Result<Server, ServerError> {
    Server::builder().listen(address).start(Game).await
}
