use tp_net::{Error, blocking::Client, model::FailCode};

/// The name of an object; `None` if there is no such object.
pub fn name_of(client: &mut Client, object: u32) -> Result<Option<String>, Error> {
    let error = match client.object(object) {
        Ok(object) => return Ok(Some(object.name.to_string())),
        Err(error) => error,
    };
    if let Some(refusal) = error.refusal() {
        // The server says no. The connection is fine, and the code tells why.
        if refusal.code == FailCode::NO_SUCH_THING {
            return Ok(None);
        }
    } else if error.is_timeout() {
        println!("no answer in time: the connection is kept, ask again");
    } else if error.is_disconnected() {
        println!("the connection is over: connect again");
    }
    Err(error) // one line for people; `source()` leads to what it does not say
}
