use tp_net::model::{IdModtime, Object, ObjectKind, Refusal, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server, ServerError};

struct Game(Vec<Object>);

impl Handler for Game {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), format!("Welcome, {}", login.username)))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        let listed = |it: &Object| IdModtime {
            id: it.id,
            modtime: it.modtime,
        };
        Ok(self.0.iter().map(listed).collect())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let found = self.0.iter().find(|it| it.id == id).cloned();
        found.ok_or_else(|| Refusal::no_such_thing("nothing is there"))
    }
}

pub async fn serve(address: &str) -> Result<Server, ServerError> {
    let universe = Object {
        name: "The universe".into(),
        contains: vec![1],
        kind: Some(ObjectKind::Universe { age: 1 }),
        ..Object::default()
    };
    let sol = Object {
        id: 1,
        name: "Sol".into(),
        position: Some(Vector::new(149_597_871, 0, 0)),
        kind: Some(ObjectKind::StarSystem),
        ..Object::default()
    };
    Server::builder()
        .listen(address)
        .start(Game(vec![universe, sol]))
        .await
}
