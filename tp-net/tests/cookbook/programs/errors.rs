use tp_net::{Error, blocking::Client, model::FailCode};

/// What to do about what can go wrong.
pub fn errors(client: &mut Client, object: u32) -> Result<Option<String>, Error> {
    match client.object(object) {
        Ok(object) => Ok(Some(object.name.to_string())),
        Err(error) => match error.refusal() {
            // The server said no; the connection is fine.
            Some(no) if no.code == FailCode::NO_SUCH_THING => Ok(None),
            Some(no) if no.code == FailCode::UNAVAILABLE_TEMPORARILY => errors(client, object),
            // It did not answer in time: asking again is allowed.
            None if error.is_timeout() => errors(client, object),
            // The connection is over (`error.is_disconnected()`), or an answer cannot be read.
            _ => Err(error),
        },
    }
}
