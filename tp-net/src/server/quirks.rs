//! What clients of the old libraries read otherwise, by the name they give at `Connect`.

use std::any::Any;

use bytes::BytesMut;
use tp_frames::game::{
    self, Game, OrderDesc, OrderParamList, OrderParamListPossibleselection,
    OrderParamListSelection, OrderParamObject, OrderParamReference, OrderParamReferenceList,
    OrderParams, Player,
};
use tp_frames::{EncodeError, EncodeOptions, Packet, ParameterSet, Parameters, TpString, Version};

use crate::model::{Order, UndecodedParameters, downgrade};
use crate::proto::OLDEST;

/// What a client reads where clients differ. Some old libraries raise an error over a byte too many
/// or a type they do not know, others wait for a field that no schema has; they will not change, so
/// a server gives each what it reads.
///
/// A client is known by how the text of its `Connect` begins. Every other one is taken for one that
/// reads the published protocol.
///
/// | text | version | Game ends behind | Player ends behind | order parameters | Redirect |
/// |---|---|---|---|---|---|
/// | `libtpproto-py/` | TP03 | `parameters` | `race` | 0 to 7 | no |
/// | `libtpproto-py/` | TP04 | `ctime` | `modtime` | all | no |
/// | `libtpproto-cpp/` | both | `ctime` | `modtime` | 0, 1, 2, 6 | yes |
/// | `libtpproto-java-test` | TP03 | `parameters` | `race` | all | yes |
/// | `libtpproto-java-test` | TP04 | `mediabase` | `race` | all | yes |
/// | any other | TP03 | `parameters` | `race` | all | yes |
/// | any other | TP04 | `mediabase` | `race` | all | yes |
///
/// Why:
///
/// * `libtpproto-py` takes a frame to be exactly as long as its fields, and raises "left over data"
///   otherwise. Its own Game has no `mediabase`; no published TP03 schema has a Game at all. Its
///   branch for TP04 sends the same text and was written against tpserver-cpp, which appends
///   `ctime` and `modtime`: it wants them. Neither knows frame type 24, so a Redirect becomes a
///   Fail that says where the game is. An OrderDesc with a type above 7 ends its start-up in TP03.
/// * `libtpproto-cpp` was written against tpserver-cpp too. Of an order it reads and sends the
///   parameters it knows and drops the others without a word, so both sides leave those out. It
///   reads and sends the order parameter Object as an id alone, in TP04 as well.
/// * `libtpproto-java` has its frames from the published schemas, and does not skip what is behind
///   the last field: the next frame is then read from there.
///
/// # Order parameters that a client does not know
///
/// | parameter | stand-in |
/// |---|---|
/// | Reference (8) | Object (2) |
/// | ReferenceList (9) | List (6) of objects, each once |
/// | ResourceList (10), GenericReferenceQuantityList (11) | List (6), as in TP03 |
/// | any other | left out of descriptions and orders |
///
/// Orders come back as the handler described them. A parameter that was left out is missing in an
/// order from such a client, and nothing is put in its place: the handler says whether the order
/// means something without.
///
/// [`Handler::quirks`](super::Handler::quirks) is where a server knows better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirks {
    /// Where a Game ends. What the handler leaves open before is empty or 0.
    pub game_end: GameEnd,
    /// Whether a Player ends with its `modtime`, 0 where the handler leaves it open.
    pub player_modtime: bool,
    /// The types of order parameters that it knows; `None` for all that its version has.
    pub order_parameters: Option<&'static [u32]>,
    /// Whether the order parameter Object comes without its list of types, also in TP04.
    pub short_objects: bool,
    /// Whether it knows Redirect. One that does not gets a Fail.
    pub redirects: bool,
}

/// The last field of a Game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameEnd {
    /// `parameters`, as in TP03.
    Parameters,
    /// `mediabase`, as published in TP04.
    Mediabase,
    /// `ctime`, as tpserver-cpp sends it.
    Ctime,
}

const PUBLISHED: Quirks = Quirks {
    game_end: GameEnd::Mediabase,
    player_modtime: false,
    order_parameters: None,
    short_objects: false,
    redirects: true,
};

const PUBLISHED_TP03: Quirks = Quirks {
    game_end: GameEnd::Parameters,
    ..PUBLISHED
};

const CPP: Quirks = Quirks {
    game_end: GameEnd::Ctime,
    player_modtime: true,
    order_parameters: Some(&[
        OrderParams::ABS_SPACE_COORDS,
        OrderParams::TIME,
        OrderParams::OBJECT,
        OrderParams::LIST,
    ]),
    short_objects: true,
    ..PUBLISHED
};

/// How the text begins, and what such a client reads in TP03 and since TP04.
const TABLE: [(&str, Quirks, Quirks); 3] = [
    (
        "libtpproto-py/",
        Quirks {
            order_parameters: Some(&[
                OrderParams::ABS_SPACE_COORDS,
                OrderParams::TIME,
                OrderParams::OBJECT,
                OrderParams::PLAYER,
                OrderParams::REL_SPACE_COORDS,
                OrderParams::RANGE,
                OrderParams::LIST,
                OrderParams::STRING,
            ]),
            redirects: false,
            ..PUBLISHED_TP03
        },
        Quirks {
            game_end: GameEnd::Ctime,
            player_modtime: true,
            redirects: false,
            ..PUBLISHED
        },
    ),
    ("libtpproto-cpp/", CPP, CPP),
    ("libtpproto-java-test", PUBLISHED_TP03, PUBLISHED),
];

impl Quirks {
    /// What the client that sends this text in its `Connect` reads in this version.
    ///
    /// ```
    /// use tp_net::game::{TP03, TP04};
    /// use tp_net::server::{GameEnd, Quirks};
    ///
    /// let python = "libtpproto-py/0.2.5 lookout".into();
    /// assert_eq!(Quirks::of(&python, TP03).game_end, GameEnd::Parameters);
    /// assert_eq!(Quirks::of(&python, TP04).game_end, GameEnd::Ctime);
    /// assert_eq!(Quirks::of(&"lookout".into(), TP04).game_end, GameEnd::Mediabase);
    /// ```
    #[must_use]
    pub fn of(client: &TpString, version: Version) -> Self {
        let row = TABLE
            .iter()
            .find(|(prefix, ..)| client.as_bytes().starts_with(prefix.as_bytes()));
        let (tp03, since_tp04) = match row {
            Some((_, tp03, since_tp04)) => (tp03, since_tp04),
            None => (&PUBLISHED_TP03, &PUBLISHED),
        };
        *if version.has(4) { since_tp04 } else { tp03 }
    }

    /// How the texts begin by which [`of`](Self::of) knows clients.
    pub fn clients() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|(prefix, ..)| *prefix)
    }

    /// Appends the frame of a packet, as the client reads it.
    pub(super) fn encode_frame<P: Packet>(
        self,
        packet: &P,
        options: EncodeOptions,
        sequence: u32,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        let any: &dyn Any = packet;
        let other_orders = self.order_parameters.is_some() || self.short_objects;
        if let Some(game) = any.downcast_ref() {
            self.game(game).encode_frame(options, sequence, out)
        } else if let Some(player) = any.downcast_ref() {
            self.player(player).encode_frame(options, sequence, out)
        } else if other_orders && let Some(desc) = any.downcast_ref() {
            self.order_desc(desc).encode_frame(options, sequence, out)
        } else if other_orders && let Some(order) = any.downcast_ref() {
            let order = self.order(order, options);
            order.encode_frame(options, sequence, out)
        } else {
            packet.encode_frame(options, sequence, out)
        }
    }

    fn game(self, game: &Game) -> Game {
        let mut game = game.clone();
        game.mediabase = match self.game_end {
            GameEnd::Parameters => None,
            GameEnd::Mediabase | GameEnd::Ctime => Some(game.mediabase.unwrap_or_default()),
        };
        game.ctime = match self.game_end {
            GameEnd::Parameters | GameEnd::Mediabase => None,
            GameEnd::Ctime => Some(game.ctime.unwrap_or_default()),
        };
        game
    }

    fn player(self, player: &Player) -> Player {
        let modtime = player.modtime.unwrap_or_default();
        Player {
            modtime: self.player_modtime.then_some(modtime),
            ..player.clone()
        }
    }

    /// The type that the client is shown for a type of order parameters, if it is shown one.
    fn order_parameter_type(self, r#type: u32) -> Option<u32> {
        let Some(known) = self.order_parameters else {
            return Some(r#type);
        };
        let shown = match r#type {
            own if known.contains(&own) => own,
            OrderParams::REFERENCE => OrderParams::OBJECT,
            OrderParams::REFERENCE_LIST
            | OrderParams::RESOURCE_LIST
            | OrderParams::GENERIC_REFERENCE_QUANTITY_LIST => OrderParams::LIST,
            _ => return None,
        };
        known.contains(&shown).then_some(shown)
    }

    /// The types of those parameters that the client is shown, in one type or another.
    pub(super) fn order_params_types(self, desc: &OrderDesc) -> impl Iterator<Item = u32> {
        let types = desc.order_params_types();
        types.filter(move |r#type| self.order_parameter_type(*r#type).is_some())
    }

    fn order_desc(self, desc: &OrderDesc) -> OrderDesc {
        let mut desc = desc.clone();
        desc.parameters.retain_mut(
            |parameter| match self.order_parameter_type(parameter.r#type) {
                Some(shown) => {
                    parameter.r#type = shown;
                    true
                }
                None => false,
            },
        );
        desc
    }

    fn order(self, order: &game::Order, options: EncodeOptions) -> game::Order {
        let version = options.version;
        let mut order = order.clone();
        if let Parameters::Values(values) = &mut order.parameters {
            let all = std::mem::take(values).into_iter();
            let shown = all.filter_map(|value| {
                let shown = self.order_parameter_type(value.parameter_type())?;
                Some(stand_in(value, shown, version))
            });
            *values = shown.collect();
            if self.short_objects {
                downgrade::set_valid_types(values, false);
                // What TP03 cannot say, TP04 cannot either, and says so when the frame is encoded.
                if let Ok(bytes) = Parameters::encode(in_tp03(options), values) {
                    order.parameters = Parameters::from_bytes(options, bytes);
                }
            }
        }
        order
    }

    /// Decodes the parameters of an order that the client sent, which knows the order's type by
    /// what was made of this description.
    pub(super) fn decode_parameters(
        self,
        order: &mut Order,
        desc: &OrderDesc,
    ) -> Result<(), UndecodedParameters> {
        if self.short_objects
            && let Parameters::Bytes { bytes, form } = &order.parameters
        {
            order.parameters = Parameters::from_bytes(in_tp03(*form), bytes.clone());
        }
        order.decode_parameters(&self.order_desc(desc))?;
        if let Parameters::Values(values) = &mut order.parameters {
            let types = self.order_params_types(desc);
            let sent = std::mem::take(values).into_iter().zip(types);
            *values = sent
                .map(|(value, r#type)| original(value, r#type))
                .collect();
        }
        Ok(())
    }
}

/// TP03, where the list of an Object may be missing. All else that a client knows which leaves it
/// out is the same there.
fn in_tp03(form: EncodeOptions) -> EncodeOptions {
    EncodeOptions::new(OLDEST).padded(form.padded)
}

/// A value as one of type `shown`.
fn stand_in(value: OrderParams, shown: u32, version: Version) -> OrderParams {
    match value {
        known if known.parameter_type() == shown => known,
        OrderParams::Reference(to) => {
            OrderParams::Object(OrderParamObject {
                objectid: to.reference,
                // Published in TP04 only.
                validtypes: version.has(4).then(Vec::new),
            })
        }
        OrderParams::ReferenceList(to) => OrderParams::List(objects(&to.references)),
        // TP03 has no such types.
        other => downgrade::order_parameter(other, OLDEST),
    }
}

/// A list of objects in their order, all of them chosen.
fn objects(ids: &[u32]) -> OrderParamList {
    let mut options = ids.to_vec();
    options.sort_unstable();
    options.dedup();
    OrderParamList {
        possibleselections: options
            .into_iter()
            .map(|id| OrderParamListPossibleselection {
                id,
                name: format!("object {id}").into(),
                maxnum: 1,
            })
            .collect(),
        selection: ids
            .iter()
            .map(|id| OrderParamListSelection { id: *id, number: 1 })
            .collect(),
    }
}

/// The way back: a value from a client as one of type `type`.
fn original(value: OrderParams, r#type: u32) -> OrderParams {
    match (value, r#type) {
        (OrderParams::Object(object), 8) => OrderParams::Reference(OrderParamReference {
            reference: object.objectid,
            allowed: Vec::new(),
        }),
        (OrderParams::List(list), 9) => {
            let chosen = list.selection.iter().filter(|chosen| chosen.number > 0);
            OrderParams::ReferenceList(OrderParamReferenceList {
                references: chosen.map(|chosen| chosen.id).collect(),
                allowed: Vec::new(),
            })
        }
        (value, r#type) => downgrade::upgrade(value, r#type),
    }
}
