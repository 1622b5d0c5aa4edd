use tp_net::model::{IdModtime, Object, ObjectKind, Refusal, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server, ServerError};

struct Game;

impl Handler for Game {
    type Player = String;

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<String>, Refusal> {
        let name = login.username.to_string();
        Ok(LoginReply::okay(name.clone(), format!("Welcome, {name}")))
    }

    async fn object_ids(&self, _: &Caller<String>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        Ok([0, 1].map(|id| IdModtime { id, modtime: 1 }).to_vec())
    }

    async fn object(&self, _: &Caller<String>, id: u32) -> Result<Object, Refusal> {
        let (name, kind) = match id {
            0 => ("The universe", ObjectKind::Universe { age: 1 }),
            1 => ("Earth", ObjectKind::Planet { owner: None, resources: vec![] }),
            _ => return Err(Refusal::no_such_thing("nothing is there")),
        };
        Ok(Object {
            id,
            name: name.into(),
            contains: if id == 0 { vec![1] } else { vec![] },
            position: Some(Vector::new(149_597_871, 0, 0)),
            modtime: 1,
            kind: Some(kind),
            ..Object::default()
        })
    }
}

pub async fn serve(address: &str) -> Result<Server, ServerError> {
    Server::builder().listen(address).start(Game).await
}
