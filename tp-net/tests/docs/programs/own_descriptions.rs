use tp_net::game::ObjectParamInteger;
use tp_net::model::{Object, ObjectDesc, ObjectParams, Refusal};
use tp_net::server::{Caller, Handler, Login, LoginReply, ObjectTypes, Peer};

const BEACON: u32 = 1;

/// A game of beacons, which have a brightness. Clients of TP03 know nothing like that.
pub struct Beacons;

impl Handler for Beacons {
    type Player = ();

    /// Checked when the server starts.
    fn object_types(&self) -> ObjectTypes {
        let brightness = ("Brightness", ObjectParams::INTEGER, "In magnitudes.");
        let beacon = ObjectDesc::new(BEACON, "Beacon", "Shines.");
        ObjectTypes::Own(vec![beacon.group("Light", "How it shines.", &[brightness])])
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let brightness = ObjectParams::Integer(ObjectParamInteger { intvalue: 7 });
        Ok(Object {
            id,
            otype: BEACON,
            name: "First beacon".into(),
            parameters: vec![brightness].into(),
            ..Object::default()
        })
    }
}
