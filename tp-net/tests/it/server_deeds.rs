//! A Fail means that nothing has changed, whatever a handler answers to what it has done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tp_frames::admin::{CommandResult, CommandResultStatus};
use tp_frames::{Packet, Request, TpString, Version, game};
use tp_net::model::{
    Category, Design, FailCode, Message, Object, ObjectDesc, ObjectKind, Order, OrderDesc,
    OrderDescParameter, Refusal,
};
use tp_net::server::admin::{AdminHandler, Command, Value};
use tp_net::server::{
    Caller, ConnectReply, CreateAccount, Handler, Login, LoginReply, ObjectTypes, Peer, Server,
};

use crate::peer::options;
use crate::server_client::{Client, address};

/// More than fits a frame.
fn long() -> TpString {
    "é".repeat(1 << 20).into()
}

/// An order type with one text.
const SAY: u32 = 7;
/// One that is not declared.
const STRANGE: u32 = 8;

/// Does everything, and finds no end in telling it.
#[derive(Default)]
struct Rambling {
    done: AtomicUsize,
}

impl Rambling {
    fn does<T>(&self, answer: T) -> Result<T, Refusal> {
        self.done.fetch_add(1, Ordering::Relaxed);
        Ok(answer)
    }
}

type By<'a> = &'a Caller<()>;

impl Handler for Rambling {
    type Player = ();

    fn object_types(&self) -> ObjectTypes {
        ObjectTypes::Own(vec![ObjectDesc {
            id: 1,
            name: "Star".into(),
            ..ObjectDesc::default()
        }])
    }

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![OrderDesc {
            id: SAY,
            name: "Say".into(),
            parameters: vec![OrderDescParameter {
                name: "What".into(),
                r#type: 7,
                ..OrderDescParameter::default()
            }],
            ..OrderDesc::default()
        }]
    }

    async fn connect(&self, _: &Peer, _: TpString) -> Result<ConnectReply, Refusal> {
        self.does(ConnectReply::okay(long()))
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        self.does(LoginReply::okay((), long()))
    }

    async fn create_account(&self, _: &Peer, _: CreateAccount) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn finish_turn(&self, _: By<'_>) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn object(&self, _: By<'_>, id: u32) -> Result<Object, Refusal> {
        Ok(Object {
            id,
            otype: 1,
            kind: Some(ObjectKind::StarSystem),
            ..Object::default()
        })
    }

    async fn modify_object(&self, _: By<'_>, object: Object) -> Result<Object, Refusal> {
        let name = match object.name.is_empty() {
            true => long(),
            false => object.name.clone(),
        };
        self.does(Object { name, ..object })
    }

    async fn insert_order(&self, _: By<'_>, order: Order) -> Result<Order, Refusal> {
        let parameters = vec![text(long())];
        self.does(match order.slot {
            // Of a type that nobody knows.
            Some(0) => Order {
                otype: STRANGE,
                ..order
            },
            _ => Order {
                parameters: parameters.into(),
                ..order
            },
        })
    }

    async fn remove_order(&self, _: By<'_>, _: u32, _: u32) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn post_message(&self, _: By<'_>, _: Message) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn remove_message(&self, _: By<'_>, _: u32, _: u32) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn add_category(&self, _: By<'_>, category: Category) -> Result<Category, Refusal> {
        self.does(Category {
            description: long(),
            ..category
        })
    }

    async fn remove_category(&self, _: By<'_>, _: u32) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn add_design(&self, _: By<'_>, design: Design) -> Result<Design, Refusal> {
        self.does(Design {
            feedback: long(),
            ..design
        })
    }

    async fn modify_design(&self, caller: By<'_>, design: Design) -> Result<Design, Refusal> {
        self.add_design(caller, design).await
    }

    async fn remove_design(&self, _: By<'_>, _: u32) -> Result<TpString, Refusal> {
        self.does(long())
    }

    async fn other_request(&self, _: By<'_>, _: game::Frame) -> Result<game::Frame, Refusal> {
        let okay = game::Okay { result: long() };
        self.does(game::Frame::Okay(okay))
    }
}

fn text(string: TpString) -> game::OrderParams {
    game::OrderParams::String(game::OrderParamString {
        maxlength: 0,
        string,
    })
}

/// What a client is told.
#[derive(Debug, PartialEq)]
enum Told {
    /// So many times, with a part of the words.
    Okay(usize),
    Fail(u32),
    /// Nothing, and the connection ends.
    End,
}

async fn start() -> (Server, Arc<Rambling>) {
    let game = Arc::new(Rambling::default());
    let builder = Server::builder().listen("127.0.0.1:0");
    let server = builder.start_shared(Arc::clone(&game)).await.unwrap();
    (server, game)
}

/// What is told of a request, and how often something was done.
fn ask(
    server: &Server,
    game: &Rambling,
    version: Version,
    request: &impl Request,
) -> (Told, usize) {
    let mut client = Client::open(address(server), version);
    client.send(&game::Connect::default());
    client.send(&game::Login::default());
    for _ in 0..2 {
        assert!(is_okay(&client.frame().unwrap()));
    }
    let before = game.done.load(Ordering::Relaxed);
    client.send(request);
    // Behind it, one that is answered if the connection goes on.
    client.send(&game::Ping {});
    let mut okays = 0_usize;
    let told = loop {
        let Some(frame) = client.frame() else {
            break Told::End;
        };
        match frame.header.r#type {
            game::Sequence::TYPE => {}
            game::Fail::TYPE => {
                let (fail, _) = frame.decode::<game::Fail>(&Default::default()).unwrap();
                assert!(is_okay(&client.frame().unwrap()), "the connection goes on");
                break Told::Fail(fail.code.0);
            }
            _ if frame.header.sequence > 3 => break Told::Okay(okays),
            _ => {
                assert!(is_okay(&frame), "{frame:?}");
                okays += 1;
            }
        }
    };
    (told, game.done.load(Ordering::Relaxed) - before)
}

fn is_okay(frame: &tp_frames::RawFrame) -> bool {
    let okay = frame.decode::<game::Okay>(&Default::default());
    okay.is_ok_and(|(okay, _)| okay.result.as_str().is_some_and(|it| !it.is_empty()))
}

fn order(slot: i64, text: TpString) -> game::OrderInsert {
    game::OrderInsert {
        id: 1,
        slot: u32::try_from(slot).map_or(tp_frames::Semi32::NONE, Into::into),
        otype: SAY,
        parameters: vec![self::text(text)].into(),
        ..game::OrderInsert::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_never_told_as_failed() {
    let (server, game) = start().await;
    for version in [game::TP03, game::TP04] {
        let ask = |told, done, (answer, deeds): (Told, usize), what: &str| {
            assert_eq!((answer, deeds), (told, done), "{what} in {version}");
        };
        macro_rules! ask {
            ($told:expr, $done:expr, $request:expr) => {
                let request = $request;
                let answer = self::ask(&server, &game, version, &request);
                ask($told, $done, answer, stringify!($request));
            };
        }
        let (id, slots, ids) = (1, || vec![3, 2], || vec![1, 2, 3]);
        ask!(Told::Okay(1), 1, game::CreateAccount::default());
        ask!(Told::Okay(1), 1, game::FinishedTurn {});
        ask!(Told::Okay(1), 1, order(-1, "x".into()));
        ask!(Told::Okay(1), 1, order(0, "x".into()));
        ask!(Told::Okay(2), 2, game::RemoveOrder { id, slots: slots() });
        ask!(Told::Okay(1), 1, game::PostMessage::default());
        ask!(Told::Okay(2), 2, game::RemoveMessage { id, slots: slots() });
        ask!(Told::End, 1, game::AddCategory::default());
        ask!(Told::Okay(3), 3, game::RemoveCategory { ids: ids() });
        ask!(Told::End, 1, game::AddDesign::default());
        ask!(Told::End, 1, game::ModifyDesign::default());
        ask!(Told::Okay(3), 3, game::RemoveDesign { ids: ids() });

        // What could not be told again is not done.
        let full = || TpString::from("x".repeat((1 << 20) - (32 << 10)));
        let too_big = match version {
            game::TP03 => FailCode::UNAVAILABLE_PERMANENTLY.0,
            _ => FailCode::REQUEST_TOO_BIG.0,
        };
        ask!(Told::Fail(too_big), 0, order(-1, full()));
        ask!(
            Told::Fail(too_big),
            0,
            game::PostMessage {
                body: full(),
                ..Default::default()
            }
        );
        ask!(
            Told::Fail(too_big),
            0,
            game::AddCategory {
                description: full(),
                ..Default::default()
            }
        );
        ask!(
            Told::Fail(too_big),
            0,
            game::AddDesign {
                description: full(),
                ..Default::default()
            }
        );
        ask!(
            Told::Fail(too_big),
            0,
            game::ModifyDesign {
                description: full(),
                ..Default::default()
            }
        );
        if version == game::TP04 {
            let modify = |name: TpString| game::ModifyObject {
                id: 1,
                name,
                desc: Some("".into()),
                parent: Some(0),
                ..game::ModifyObject::default()
            };
            ask!(Told::Fail(too_big), 0, modify(full()));
            ask!(Told::End, 1, modify("".into()));
            ask!(Told::Okay(1), 0, game::SetFilters::default());
        }
    }
}

impl AdminHandler for Rambling {
    type Admin = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<(), Refusal> {
        Ok(())
    }

    fn commands(&self) -> Vec<Command> {
        vec![Command::new("talk", "Does it.")]
    }

    async fn run(&self, (): &(), _: &str, _: &[Value]) -> Result<CommandResult, Refusal> {
        self.does(CommandResult::okay(long()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_was_run_is_told_as_run() {
    let server = Server::builder().listen("127.0.0.1:0");
    let server = server.start_admin(Rambling::default()).await.unwrap();
    let client = tp_net::admin::Client::connect(address(&server), options());
    let client = client.await.unwrap();
    client.login("root", "").await.unwrap();
    let result = client.command(0, []).await.unwrap();
    assert_eq!(result.status, CommandResultStatus::OK);
    let output = result.output.to_string();
    assert_eq!(output.chars().count(), 4097);
    assert!(output.ends_with("é…"));
}
