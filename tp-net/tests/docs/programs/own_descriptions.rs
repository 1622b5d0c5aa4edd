use tp_net::game::{ObjectDescPropertygroupParameter, ObjectParamInteger};
use tp_net::model::{
    IdModtime, Object, ObjectDesc, ObjectDescPropertygroup, ObjectParams, Refusal,
};
use tp_net::server::{Caller, Handler, Login, LoginReply, ObjectTypes, Peer};

/// A game of beacons, which have a brightness. Clients of TP03 know nothing like that.
pub struct Beacons;

impl Handler for Beacons {
    type Player = ();

    /// Checked when the server starts.
    fn object_types(&self) -> ObjectTypes {
        let brightness = ObjectDescPropertygroupParameter {
            name: "Brightness".into(),
            r#type: ObjectParams::INTEGER,
            ..Default::default()
        };
        let light = ObjectDescPropertygroup {
            groupname: "Light".into(),
            parameters: vec![brightness],
            ..Default::default()
        };
        ObjectTypes::Own(vec![ObjectDesc {
            id: 1,
            name: "Beacon".into(),
            propertygroups: vec![light],
            ..ObjectDesc::default()
        }])
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        Ok(vec![IdModtime { id: 0, modtime: 1 }])
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        Ok(Object {
            id,
            otype: 1,
            name: "First beacon".into(),
            parameters: vec![ObjectParams::Integer(ObjectParamInteger { intvalue: 7 })].into(),
            ..Object::default()
        })
    }
}
