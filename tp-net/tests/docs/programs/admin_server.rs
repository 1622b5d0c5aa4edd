use tp_net::admin::frames::{CommandResult, LogMessageLevel};
use tp_net::model::Refusal;
use tp_net::server::admin::{AdminHandler, Command, Log, Value};
use tp_net::server::{Login, Peer, Server, ServerError};

struct Administration {
    log: Log,
}

impl AdminHandler for Administration {
    type Admin = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<(), Refusal> {
        match login.username == "admin" && login.password == "s3cret" {
            true => Ok(()),
            false => Err(Refusal::permission_denied("wrong name or password")),
        }
    }

    fn commands(&self) -> Vec<Command> {
        let pause = Command::new("pause", "Stops the clock.").integer("minutes", "For how long.");
        vec![Command::new("status", "Tells how it goes."), pause]
    }

    async fn run(&self, _: &(), name: &str, values: &[Value]) -> Result<CommandResult, Refusal> {
        match (name, values) {
            ("status", []) => Ok(CommandResult::okay("All is well.")),
            ("pause", [Value::Integer(minutes)]) => {
                let line = format!("the clock stands for {minutes} minutes");
                self.log.send(LogMessageLevel::INFO, &line);
                Ok(CommandResult::okay("The clock stands."))
            }
            _ => Err(Refusal::unavailable_permanently("there is no such command")),
        }
    }

    fn log(&self) -> Option<&Log> {
        Some(&self.log)
    }
}

/// Beside the game, on a port of its own.
pub async fn administrate(address: &str) -> Result<Server, ServerError> {
    let administration = Administration { log: Log::new() };
    Server::builder()
        .listen(address)
        .start_admin(administration)
        .await
}
