//! The old libraries' own way into the game, for each that the server knows: every frame that they
//! are sent is read as strictly as they do, by shapes written here and not by the schemas.

use std::collections::BTreeMap;

use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Packet, Parameters, RawFrame, Request, Version};
use tp_game::Serving;
use tp_net::server::Quirks;
use tp_test_components::Client;

/// What a library can read.
#[derive(Clone, Copy)]
struct Library {
    version: Version,
    /// What Game and Player have behind what all have.
    game_end: &'static str,
    player_end: &'static str,
    order_parameters: &'static [u64],
    /// Whether it knows Redirect.
    redirects: bool,
    /// Whether it sends and expects the order parameter Object as an id alone, and ignores bytes
    /// behind it.
    short_objects: bool,
}

const PUBLISHED_TP03: Library = Library {
    version: TP03,
    game_end: "",
    player_end: "",
    order_parameters: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    redirects: true,
    short_objects: false,
};

const PUBLISHED_TP04: Library = Library {
    version: TP04,
    game_end: "s",
    order_parameters: &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ..PUBLISHED_TP03
};

/// What the clients that send such a text can read: in TP03 and in TP04.
fn libraries(text: &str) -> [Library; 2] {
    match text {
        "libtpproto-py/" => [
            Library {
                order_parameters: &[0, 1, 2, 3, 4, 5, 6, 7],
                redirects: false,
                ..PUBLISHED_TP03
            },
            Library {
                game_end: "sU",
                player_end: "U",
                redirects: false,
                ..PUBLISHED_TP04
            },
        ],
        "libtpproto-cpp/" => [PUBLISHED_TP03, PUBLISHED_TP04].map(|published| Library {
            game_end: "sU",
            player_end: "U",
            order_parameters: &[0, 1, 2, 6],
            short_objects: true,
            ..published
        }),
        "libtpproto-java-test" | "test" => [PUBLISHED_TP03, PUBLISHED_TP04],
        other => panic!("what do clients read that begin with {other:?}?"),
    }
}

/// The shape of a frame's body, up to its parameters: `u` and `i` are numbers of 32 bits, `U` and
/// `I` of 64, `s` is a string, digits are so many bytes, and a list stands in brackets.
fn shape(library: Library, r#type: u32) -> Option<String> {
    let tp04 = library.version == TP04;
    let by_version = |tp03: &'static str, since: &'static str| if tp04 { since } else { tp03 };
    Some(match r#type {
        0 => "s".into(),
        1 => by_version("us", "us[iu]").into(),
        2 => "u".into(),
        7 => by_version("uusUIIIIII[u][u]uU8", "uussu[u]U16").into(),
        9 => "uss[sus]U".into(),
        11 => "uiuu[uu]".into(),
        15 => by_version("u", "uuus[u]").into(),
        17 => "ussuU".into(),
        19 => "ui[u]ssu[iu]".into(),
        23 => "usssssuuU".into(),
        24 if library.redirects => "s".into(),
        26 => "[u]".into(),
        31 | 33 | 36 | 38 | 46 | 53 | 57 | 61 => by_version("ii[uU]", "ii[uU]I").into(),
        70 | 73 | 77 if tp04 => "ii[uU]I".into(),
        40 => format!("uss{}", library.player_end),
        42 => "iUss".into(),
        48 => "uU[u]ssii[uu]s[us]".into(),
        55 => "uU[u]sss[us]".into(),
        59 => "uU[u]usssss".into(),
        66 => format!("ss[s]ssss[sssu][usu]{}", library.game_end),
        68 if tp04 => "ussU[uss[sus]]".into(),
        75 if tp04 => "uUuu[u]".into(),
        _ => return None,
    })
}

/// The shape of an object's parameter, published with its version. In TP03 the type of the object
/// is that of its one parameter.
fn object_parameter(version: Version, r#type: u64) -> Option<&'static str> {
    let shapes: &[&str] = if version == TP03 {
        &["u", "", "", "i[uuuu]", "i[uu]u", "UUU"]
    } else {
        &[
            "IIIu", "IIIu", "IIIu", "i", "u", "[uuuu]", "iu", "[iuu]", "u", "U", "s",
        ]
    };
    shapes.get(usize::try_from(r#type).unwrap()).copied()
}

fn order_parameter(library: Library, r#type: u64) -> Option<&'static str> {
    let known = library.order_parameters.contains(&r#type);
    let short = library.version == TP03 || library.short_objects;
    known.then_some(match r#type {
        0 => "III",
        1 => "ii",
        2 if short => "u",
        2 => "u[u]",
        3 => "uu",
        4 => "uIII",
        5 => "iiii",
        6 => "[usu][uu]",
        7 => "us",
        8 => "u[u]",
        9 => "[u][u]",
        10 => "[uu]uu[uu]",
        _ => "[u[iu]][us i[iu][u]][uu]",
    })
}

/// What stands in a frame.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(u64),
    Text(String),
    List(Vec<Vec<Value>>),
}

impl Value {
    fn number(&self) -> u64 {
        match self {
            Self::Number(number) => *number,
            other => panic!("{other:?} is no number"),
        }
    }

    fn id(&self) -> u32 {
        u32::try_from(self.number()).unwrap()
    }

    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    fn list(&self) -> &[Vec<Self>] {
        match self {
            Self::List(list) => list,
            other => panic!("{other:?} is no list"),
        }
    }

    /// The first number of each entry.
    fn ids(&self) -> Vec<u32> {
        self.list().iter().map(|entry| entry[0].id()).collect()
    }
}

/// Takes what has this shape from the front of `bytes`; `None` if they end before.
fn take(shape: &str, bytes: &mut &[u8]) -> Option<Vec<Value>> {
    fn run<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
        let (run, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(run)
    }
    fn number(bytes: &mut &[u8], length: usize) -> Option<u64> {
        let run = run(bytes, length)?.iter();
        Some(run.fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
    let mut values = Vec::new();
    let mut left = shape;
    while let Some(kind) = left.chars().next() {
        let digits = left.find(|it: char| !it.is_ascii_digit());
        let digits = &left[..digits.unwrap_or(left.len())];
        left = &left[digits.len().max(1)..];
        match kind {
            ' ' => {}
            'u' | 'i' => values.push(Value::Number(number(bytes, 4)?)),
            'U' | 'I' => values.push(Value::Number(number(bytes, 8)?)),
            's' => {
                let length = usize::try_from(number(bytes, 4)?).unwrap();
                let text = run(bytes, length)?.to_vec();
                values.push(Value::Text(String::from_utf8(text).ok()?));
            }
            '[' => {
                let mut depth = 1;
                let end = left.find(|it| {
                    depth += i32::from(it == '[') - i32::from(it == ']');
                    depth == 0
                });
                let (entry, rest) = left.split_at(end.unwrap());
                left = &rest[1..];
                let count = number(bytes, 4)?;
                let entries = (0..count).map(|_| take(entry, bytes));
                values.push(Value::List(entries.collect::<Option<_>>()?));
            }
            _ => drop(run(bytes, digits.parse().unwrap())?),
        }
    }
    Some(values)
}

/// A client of an old library, in a game.
struct Old {
    library: Library,
    client: Client,
    /// The types of the parameters of each type of order and object, as they were described.
    orders: BTreeMap<u32, Vec<u64>>,
    objects: BTreeMap<u32, Vec<u64>>,
}

impl Old {
    fn open(library: Library, text: &str, game: &Serving) -> Self {
        let client = Client::open(game.local_addr(), library.version);
        let mut old = Self {
            library,
            client,
            orders: BTreeMap::new(),
            objects: BTreeMap::new(),
        };
        let string = match text.ends_with('/') {
            true => format!("{text}0.2.5 lookout").into(),
            false => text.into(),
        };
        old.ask(game::Connect { string });
        let (username, password) = ("guest".into(), "guest".into());
        old.ask(game::Login { username, password });
        old
    }

    /// The values of a frame, which has nothing else.
    fn read(&self, frame: &RawFrame) -> Vec<Value> {
        let library = self.library;
        assert_eq!(frame.header.version, library.version);
        let r#type = frame.header.r#type;
        let context = format!("frame type {type} in {}: {frame:?}", library.version);
        let shape = shape(library, r#type);
        let shape = shape.unwrap_or_else(|| panic!("unknown {context}"));
        let mut bytes = &frame.body[..];
        let values = take(&shape, &mut bytes);
        let mut values = values.unwrap_or_else(|| panic!("cut short: {context}"));
        let shapes: Vec<_> = match r#type {
            7 => {
                let otype = values[1].id();
                let types = match library.version {
                    TP03 => vec![u64::from(otype)],
                    _ => self.objects[&otype].clone(),
                };
                let types = types.into_iter();
                types
                    .map(|it| object_parameter(library.version, it))
                    .collect()
            }
            11 => {
                let types = self.orders[&values[2].id()].iter();
                types.map(|it| order_parameter(library, *it)).collect()
            }
            _ => Vec::new(),
        };
        for shape in shapes {
            let shape = shape.unwrap_or_else(|| panic!("unknown parameter: {context}"));
            let taken = take(shape, &mut bytes);
            values.extend(taken.unwrap_or_else(|| panic!("cut short: {context}")));
        }
        let ignores = library.short_objects && r#type == 11;
        assert!(bytes.is_empty() || ignores, "left over data: {context}");
        if r#type == 1 && library.version == TP03 {
            assert!(values[0].number() <= 5, "{context}");
        }
        values
    }

    /// All frames that answer, each with its type: bare if it is one, else behind a Sequence.
    fn answers<R: Request>(&mut self, request: &R) -> Vec<(u32, Vec<Value>)> {
        let sequence = self.client.send(request);
        let mut answers = Vec::new();
        let mut expected = 1;
        while answers.len() < expected {
            let frame = self.client.frame().expect("the connection goes on");
            let values = self.read(&frame);
            if frame.header.sequence == 0 {
                assert_eq!(frame.header.r#type, game::TimeRemaining::TYPE);
                continue;
            }
            assert_eq!(frame.header.sequence, sequence);
            if frame.header.r#type == game::Sequence::TYPE {
                assert_eq!(
                    (expected, answers.len()),
                    (1, 0),
                    "one Sequence comes first"
                );
                expected = usize::try_from(values[0].number()).unwrap();
                assert!(expected > 1, "what is alone comes bare");
            } else {
                answers.push((frame.header.r#type, values));
            }
        }
        answers
    }

    /// The answers, of which none is a refusal.
    fn ask_all<R: Request>(&mut self, request: R) -> Vec<Vec<Value>> {
        let answers = self.answers(&request).into_iter();
        let answers = answers.map(|(r#type, values)| {
            assert_ne!(r#type, game::Fail::TYPE, "{}: {values:?}", R::NAME);
            values
        });
        answers.collect()
    }

    fn ask<R: Request>(&mut self, request: R) -> Vec<Value> {
        let mut answers = self.ask_all(request);
        assert_eq!(answers.len(), 1, "{}", R::NAME);
        answers.remove(0)
    }

    /// All ids of a kind: the key and their number first, then in slices of 30.
    fn ids<R: Request + From<game::GetIDSequence>>(&mut self) -> Vec<u32> {
        let slice = |key: Option<u32>, start: u32, amount: u32| game::GetIDSequence {
            key: key.into(),
            start,
            amount: amount.into(),
            ..game::GetIDSequence::default()
        };
        let first = self.ask(R::from(slice(None, 0, 0)));
        assert_eq!(first[2], Value::List(Vec::new()));
        let (key, total) = (first[0].id(), first[1].id());
        let mut ids = Vec::new();
        while ids.len() < total as usize {
            let start = u32::try_from(ids.len()).unwrap();
            let amount = (total - start).min(30);
            let slice = self.ask(R::from(slice(Some(key), start, amount)));
            assert_eq!(slice[0].id(), key);
            assert_eq!(slice[1].id(), total - start - amount);
            ids.extend(slice[2].ids());
        }
        assert!(!ids.is_empty(), "{}", R::NAME);
        ids
    }

    /// All things of a kind, by their ids.
    fn things<R, G>(&mut self) -> Vec<Vec<Value>>
    where
        R: Request + From<game::GetIDSequence>,
        G: Request + From<game::GetWithID>,
    {
        let ids = self.ids::<R>();
        let things = self.ask_all(G::from(game::GetWithID { ids: ids.clone() }));
        assert_eq!(things.len(), ids.len());
        things
    }

    /// Everything that a client fetches before its player sees something.
    fn start_up(&mut self) -> Vec<Vec<Value>> {
        let tp04 = self.library.version == TP04;
        self.ask(game::GetFeatures {});
        self.ask(game::GetGames {});
        self.ask(game::GetTimeRemaining {});
        self.ask(game::Ping {});
        // One by one, as libtpproto-py fetches what it has not got.
        for id in self.ids::<game::GetOrderDescIDs>() {
            let desc = self.ask(game::GetOrderDesc { ids: vec![id] });
            let types = desc[3].list().iter().map(|it| it[1].number());
            let types: Vec<u64> = types.collect();
            for r#type in &types {
                let known = order_parameter(self.library, *r#type);
                assert!(known.is_some(), "order parameter {type} of {desc:?}");
            }
            self.orders.insert(id, types);
        }
        if tp04 {
            for desc in self.things::<game::GetObjectDescIDs, game::GetObjectDesc>() {
                assert!(
                    desc[4]
                        .list()
                        .iter()
                        .all(|group| !group[2].text().is_empty())
                );
                let groups = desc[4].list().iter().flat_map(|group| group[3].list());
                let types: Vec<u64> = groups.map(|it| it[1].number()).collect();
                for r#type in &types {
                    let known = object_parameter(TP04, *r#type);
                    assert!(known.is_some(), "object parameter {type} of {desc:?}");
                }
                self.objects.insert(desc[0].id(), types);
            }
            self.things::<game::GetPlayerIDs, game::GetPlayer>();
            self.things::<game::GetOrderQueueIDs, game::GetOrderQueue>();
        }
        self.ask(game::GetPlayer { ids: vec![0] });
        self.things::<game::GetResourceIDs, game::GetResource>();
        self.things::<game::GetCategoryIDs, game::GetCategory>();
        self.things::<game::GetDesignIDs, game::GetDesign>();
        self.things::<game::GetComponentIDs, game::GetComponent>();
        self.things::<game::GetPropertyIDs, game::GetProperty>();
        self.messages();
        self.things::<game::GetObjectIDs, game::GetObjectsByID>()
    }

    /// Every message on every board. Each says something.
    fn messages(&mut self) -> usize {
        let mut count = 0;
        for board in self.things::<game::GetBoardIDs, game::GetBoards>() {
            let slots: Vec<u32> = (0..board[3].id()).collect();
            let id = board[0].id();
            for message in self.ask_all(game::GetMessage { id, slots }) {
                let empty = message[3].text().is_empty() || message[4].text().is_empty();
                assert!(!empty, "{message:?}");
                count += 1;
            }
        }
        count
    }

    /// What the client sends for an order of this type that its player fills in; nothing if the
    /// library has no parameter for it.
    fn filled(&self, otype: u32, at: Places) -> Vec<u8> {
        let numbers = |numbers: &[u32]| -> Vec<u8> {
            numbers.iter().flat_map(|it| it.to_be_bytes()).collect()
        };
        let short = self.library.version == TP03 || self.library.short_objects;
        let object = match otype {
            JUMP => at.wormhole,
            SETTLE => at.free,
            _ => at.planet,
        };
        let (chosen, number) = match otype {
            PATROL => (at.planet, 1),
            LOAD => (1, 0),
            _ => (1, 1),
        };
        let each = self.orders[&otype].iter();
        let each = each.map(|r#type| match r#type {
            0 => vec![0; 24],
            1 => numbers(&[1, 0]),
            2 if short => numbers(&[object]),
            2 => numbers(&[object, 0]),
            3 => numbers(&[2, 0]),
            4 => numbers(&[at.planet, 0, 0, 0, 0, 0, 0]),
            5 => numbers(&[50, 0, 0, 0]),
            6 => numbers(&[0, 1, chosen, number]),
            7 => [&numbers(&[0, 3])[..], b"New"].concat(),
            8 => numbers(&[object, 0]),
            9 => numbers(&[1, chosen, 0]),
            10 => numbers(&[0, 0, 0, 1, chosen, number]),
            _ => numbers(&[0, 0, 1, chosen, number]),
        });
        each.collect::<Vec<_>>().concat()
    }
}

/// Objects to give orders to and with.
#[derive(Clone, Copy)]
struct Places {
    planet: u32,
    fleet: u32,
    free: u32,
    wormhole: u32,
}

impl Places {
    fn of(objects: &[Vec<Value>]) -> Self {
        let id = |name: &str| {
            let mut objects = objects.iter();
            objects.find(|it| it[2].text() == name).unwrap()[0].id()
        };
        let fleet = id("First fleet of guest");
        // The first planet is the first player's.
        let mut planets = objects.iter().filter(|it| it[2].text().ends_with(" I"));
        let mut planet = || planets.next().unwrap()[0].id();
        let (planet, _, _, free) = (planet(), planet(), planet(), planet());
        let wormhole = id("Wormhole");
        Self {
            planet,
            fleet,
            free,
            wormhole,
        }
    }
}

const BUILD: u32 = 1005;
const JUMP: u32 = 1009;
const PATROL: u32 = 1010;
const LOAD: u32 = 1011;
const SETTLE: u32 = 1013;
const ATTACK: u32 = 1014;

/// Each library that the server knows, and one that it does not, in each version.
fn with_each(test: impl Fn(&str, Library)) {
    for text in Quirks::clients().chain(["test"]) {
        for library in libraries(text) {
            // Shown if the test fails.
            println!("{text} in {}", library.version);
            test(text, library);
        }
    }
}

#[test]
fn every_frame_of_the_start_up_is_one_that_the_library_reads() {
    with_each(|text, library| {
        let game = tp_game::serve("127.0.0.1:0").unwrap();
        let objects = Old::open(library, text, &game).start_up();
        assert!(objects.len() > 20);
    });
}

#[test]
fn orders_of_every_type_can_be_given_and_read_again() {
    with_each(|text, library| {
        let game = tp_game::serve("127.0.0.1:0").unwrap();
        let mut old = Old::open(library, text, &game);
        let at = Places::of(&old.start_up());
        let before = old.messages();
        let mut given = BTreeMap::new();
        for otype in (1001..=1014).filter(|it| *it != ATTACK) {
            let object = if otype == BUILD { at.planet } else { at.fleet };
            let id = if library.version == TP03 {
                object
            } else {
                object + 10_000
            };
            let sent = old.filled(otype, at);
            let whole = !sent.is_empty();
            let order = game::OrderInsert {
                id,
                slot: None.into(),
                otype,
                parameters: Parameters::from_bytes(library.version, sent),
                ..game::OrderInsert::default()
            };
            if !whole {
                // Nothing is made up for what the library cannot say.
                let answers = old.answers(&order);
                let [(game::Fail::TYPE, fail)] = &answers[..] else {
                    panic!("{answers:?}");
                };
                assert_eq!(fail[0], Value::Number(1));
                continue;
            }
            old.ask(order);
            let slots: &mut Vec<u32> = given.entry(id).or_default();
            slots.push(u32::try_from(slots.len()).unwrap());
        }
        // All but what libtpproto-cpp has no parameters for: Move by, Give, Throttle and Rename.
        let count: usize = given.values().map(Vec::len).sum();
        assert_eq!(count, if library.short_objects { 9 } else { 13 });
        for (id, slots) in given {
            for slot in &slots {
                let slots = vec![*slot];
                old.ask(game::GetOrder { id, slots });
            }
            if slots.len() > 1 {
                old.ask_all(game::GetOrder { id, slots });
            }
        }
        // What comes unasked and what is told of the orders can be read too.
        old.ask(game::FinishedTurn {});
        assert!(old.messages() > before);
        old.things::<game::GetObjectIDs, game::GetObjectsByID>();
    });
}
