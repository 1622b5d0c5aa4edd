//! Lets clients in, each to its scenario.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tp_tests::proxy::{self, script::Flow};

use crate::connection_record::EndedBy;
use crate::listener;
use crate::places::{self, HONEST};
use crate::scenario::Scenario;
use crate::test_plan::TestPlan;
use crate::watcher::watched;

/// Where each scenario is played.
pub(crate) type Listeners = Vec<(&'static str, TcpListener)>;

/// Opens a port for each scenario: the first for the honest one, the others behind it in the order
/// of the list. With port 0 they are any that are free.
pub(crate) async fn listen(plan: &TestPlan, host: IpAddr, port: u16) -> Result<Listeners, String> {
    let names = [HONEST]
        .into_iter()
        .chain(plan.scenarios().map(|scenario| scenario.name));
    let mut listeners = Vec::new();
    for (offset, name) in (0_u16..).zip(names) {
        let port = match port {
            0 => 0,
            first => first
                .checked_add(offset)
                .ok_or("there are not enough ports behind this one")?,
        };
        let address = SocketAddr::new(host, port);
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
        listeners.push((name, listener));
    }
    let failed = |error: io::Error| format!("cannot listen on {host}: {error}");
    let mut all = BTreeMap::new();
    for (name, listener) in &listeners {
        all.insert(*name, listener.local_addr().map_err(failed)?);
    }
    // Free at this moment, and closed again.
    let nowhere = std::net::TcpListener::bind((host, 0)).and_then(|it| it.local_addr());
    places::set(all, nowhere.map_err(failed)?);
    Ok(listeners)
}

/// Lets clients in, for ever. On the honest port the connections are played by `program`, one
/// after the other, the last of it again and again.
pub(crate) fn serve(plan: &Arc<TestPlan>, listeners: Listeners, program: &[String]) {
    let program: Arc<[String]> = program.into();
    for (name, listener) in listeners {
        let plan = Arc::clone(plan);
        let program = match name {
            HONEST => Arc::clone(&program),
            _ => Arc::default(),
        };
        tokio::spawn(async move {
            let mut count = 0;
            loop {
                let Ok((socket, _)) = listener.accept().await else {
                    // Too many open files; some will be closed.
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                };
                let last = program.len().saturating_sub(1);
                let name = program.get(count.min(last)).map_or(name, String::as_str);
                count = count.saturating_add(1);
                let name = name.to_owned();
                let plan = Arc::clone(&plan);
                tokio::spawn(async move {
                    if let Some(scenario) = plan.find(&name) {
                        play(&plan, scenario, socket).await;
                    }
                });
            }
        });
    }
}

/// Plays one connection.
async fn play(plan: &Arc<TestPlan>, scenario: &Scenario, socket: TcpStream) {
    let Some(records) = plan.records(scenario.name) else {
        return;
    };
    let recorder = records.begin();
    recorder.event("connected");
    let played = async {
        socket.set_nodelay(true)?;
        if scenario.resets {
            socket.set_zero_linger()?;
        }
        let local = socket.local_addr()?;
        let Some(accepted) = listener::accept(socket, scenario.transport, plan, &recorder).await?
        else {
            return Ok(());
        };
        let game = TcpStream::connect(plan.game).await?;
        game.set_nodelay(true)?;
        let mut flow = Flow::new(local);
        flow.resets = scenario.resets;
        let script = watched(plan, scenario, recorder.clone());
        proxy::play(accepted.stream, accepted.received, game, flow, script).await;
        Ok::<_, io::Error>(())
    };
    if let Err(error) = played.await {
        recorder.event(format!("ended: {error}"));
        let mut record = recorder.record();
        if record.ended_by == EndedBy::Nobody {
            record.ended_by = EndedBy::Client;
        }
    }
}
