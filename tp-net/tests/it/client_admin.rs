//! Clients of a server's administration.

use std::time::{Duration, Instant};

use tp_net::Event;
use tp_net::admin::frames::{
    Command, CommandDesc, CommandDescIDs, CommandParamString, CommandParams, CommandResult,
    CommandResultStatus, GetCommandDesc, GetCommandDescIDs, IDSequence, IDSequenceModtime,
    LogMessage, Okay, Sequence,
};
use tp_net::admin::{BlockingClient, PollingClient};

use crate::peer::{PATIENCE, Peer, options};

/// A server as real ones are: it logs between a request and its answer.
fn server() -> Peer {
    Peer::greeting(|line| {
        line.answer::<tp_net::game::Login>(Okay::default());
        let log = |message: &str| LogMessage {
            message: message.into(),
            ..Default::default()
        };
        line.expect::<GetCommandDescIDs>();
        line.reply_to(0, log("one"));
        let modtimes = vec![IDSequenceModtime { id: 6, modtime: 1 }];
        let from = tp_frames::Semi64::NONE;
        let ids = IDSequence {
            modtimes,
            from,
            ..Default::default()
        };
        line.reply(CommandDescIDs::from(ids));
        assert_eq!(line.expect::<GetCommandDesc>().ids, [6]);
        line.reply(Sequence { number: 1 });
        line.reply_to(0, log("two"));
        let name = "get-setting".into();
        line.reply(CommandDesc {
            id: 6,
            name,
            modtime: Some(1),
            ..Default::default()
        });
        let command = line.expect::<Command>();
        assert_eq!(command.ctype, 6);
        // The bare string that servers want, without its greatest length.
        assert_eq!(command.parameters.as_bytes(), Some(&b"\0\0\0\x04name"[..]));
        line.reply_to(0, log("three"));
        line.reply(CommandResult {
            status: CommandResultStatus(1),
            output: "no".into(),
        });
        line.expect_end();
    })
}

fn name() -> CommandParams {
    CommandParams::String(CommandParamString {
        maxlength: None,
        string: "name".into(),
    })
}

/// What the log says.
fn said(events: impl Iterator<Item = Event>) -> Vec<String> {
    let lines = events.map(|event| match event {
        Event::Log(line) => line.message.to_string(),
        other => panic!("{other:?}"),
    });
    lines.collect()
}

#[test]
fn commands_run_and_the_log_is_read_by_blocking() {
    let peer = server();
    let mut client = BlockingClient::connect(peer.address(), options()).unwrap();
    client.login("root", "s3cret").unwrap();
    let ids: Vec<u32> = client
        .command_ids()
        .unwrap()
        .iter()
        .map(|it| it.id)
        .collect();
    let descs = client.command_descs(ids).unwrap();
    let desc = descs[0].as_ref().unwrap();
    assert_eq!((desc.id, desc.name.as_str()), (6, Some("get-setting")));
    let result = client.command(6, [name()]).unwrap();
    assert_eq!((result.status.0, result.output.as_str()), (1, Some("no")));
    let log = std::iter::from_fn(|| client.next_event(Duration::ZERO).unwrap());
    assert_eq!(said(log), ["one", "two", "three"]);
}

#[test]
fn commands_run_and_the_log_is_read_by_polling() {
    let peer = server();
    let mut client = PollingClient::connect(peer.address(), options()).unwrap();
    client.login("root", "s3cret").unwrap();
    client.command_ids().unwrap();
    client.command_descs([6]).unwrap();
    let run = client.command(6, [name()]).unwrap();
    let started = Instant::now();
    let result = loop {
        assert!(started.elapsed() < PATIENCE);
        if let Some(mut answer) = client.client().poll()
            && let Some(result) = answer.redeem(&run)
        {
            break result.unwrap();
        }
    };
    assert_eq!(result.status.0, 1);
    let log = std::iter::from_fn(|| client.next_event(Duration::ZERO).unwrap());
    assert_eq!(said(log), ["one", "two", "three"]);
}

#[tokio::test]
async fn commands_run_and_the_log_is_a_stream() {
    let peer = server();
    let client = tp_net::admin::Client::connect(peer.address(), options())
        .await
        .unwrap();
    let mut events = client.events();
    client.login("root", "s3cret").await.unwrap();
    client.command_ids().await.unwrap();
    client.command_descs([6]).await.unwrap();
    assert_eq!(client.command(6, [name()]).await.unwrap().status.0, 1);
    let mut log = Vec::new();
    for _ in 0..3 {
        log.push(events.next().await.unwrap());
    }
    assert_eq!(said(log.into_iter()), ["one", "two", "three"]);
    drop(client);
    assert_eq!(events.next().await, None);
    tokio::task::spawn_blocking(|| drop(peer)).await.unwrap();
}
