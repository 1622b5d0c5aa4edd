//! `tp list`, `tp describe` and `tp call`: the protocol's packets, and any of them sent.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use tp_frames::{
    AnyFrame as _, DecodeOptions, Direction, FieldKind, PacketInfo, ReplySequence, admin, game,
    printable,
};

use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::game::Session;
use crate::input;
use crate::output::{OutputArgs, Table, print_json};
use crate::values::nearest;

/// Which packets.
#[derive(Args)]
pub(crate) struct PacketsArgs {
    /// Only packets with these letters in their names
    #[arg(value_name = "LETTERS")]
    letters: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// One packet.
#[derive(Args)]
pub(crate) struct DescribeArgs {
    /// The packet's name, or its frame type
    #[arg(value_name = "PACKET")]
    packet: String,

    #[command(flatten)]
    output: OutputArgs,
}

/// A packet, and to whom.
#[derive(Args)]
pub(crate) struct CallArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The packet's name, or its frame type; `tp list` lists them
    #[arg(value_name = "PACKET")]
    packet: String,

    /// Its fields as JSON, or `-` for what standard input says; `tp describe` shows them
    #[arg(value_name = "JSON", default_value = "{}")]
    fields: String,

    /// Do not log in before
    #[arg(long)]
    no_login: bool,
}

/// A packet, and of which protocol.
#[derive(Clone, Copy)]
struct Known {
    packet: &'static PacketInfo,
    is_admin: bool,
}

/// All packets of both protocols, each frame type once.
fn known() -> impl Iterator<Item = Known> {
    let game = game::PACKETS.iter().map(|packet| Known {
        packet,
        is_admin: false,
    });
    let is_shared = |packet: &PacketInfo| game::PACKETS.iter().any(|it| it.r#type == packet.r#type);
    let admin = admin::PACKETS
        .iter()
        .filter(move |packet| !is_shared(packet));
    game.chain(admin.map(|packet| Known {
        packet,
        is_admin: true,
    }))
}

/// The packet of that name or frame type.
fn find(named: &str) -> Result<Known, Failure> {
    let is_meant = |it: &Known| {
        it.packet.name.eq_ignore_ascii_case(named) || it.packet.r#type.to_string() == named
    };
    if let Some(found) = known().find(is_meant) {
        return Ok(found);
    }
    let near = nearest(named, known().map(|it| it.packet.name));
    let hint = near.map(|near| format!("; {near} is the nearest"));
    Err(Failure::misuse(format_args!(
        "the protocol has no packet {}{}",
        printable(named),
        hint.unwrap_or_default()
    )))
}

impl Known {
    /// The versions that have it.
    fn versions(self) -> Vec<String> {
        match self.is_admin {
            true => vec!["admin".to_owned()],
            false => {
                let versions = game::VERSIONS.iter().filter(|it| self.packet.is_in(**it));
                versions.map(ToString::to_string).collect()
            }
        }
    }

    /// The names of what answers it.
    fn answers(self) -> Vec<&'static str> {
        let reply = self.packet.reply;
        let types = reply.iter().flat_map(|it| it.types);
        let named = types.filter_map(|r#type| {
            known()
                .find(|it| it.packet.r#type == *r#type)
                .map(|it| it.packet.name)
        });
        named.collect()
    }

    /// One with zeros and empty lists, as JSON.
    fn example(self) -> Option<Value> {
        // A version may want more than the fewest bytes of all versions.
        (0..=MORE).find_map(|more| {
            let zeros = vec![0; self.packet.min_size.saturating_add(more)];
            let mut frame = self.decoded(&zeros)?.ok()?;
            Some(frame.get_mut("fields")?.take())
        })
    }

    /// A frame with this body in the newest version, as JSON; `None` if it is none.
    fn decoded(self, body: &[u8]) -> Option<serde_json::Result<Value>> {
        let options = DecodeOptions::default();
        let (r#type, newest) = (self.packet.r#type, *game::VERSIONS.last()?);
        Some(match self.is_admin {
            true => {
                let decoded = admin::Frame::decode_body(admin::VERSION, r#type, body, &options);
                serde_json::to_value(decoded.ok()?.0)
            }
            false => {
                let decoded = game::Frame::decode_body(newest, r#type, body, &options);
                serde_json::to_value(decoded.ok()?.0)
            }
        })
    }
}

/// Bytes that a version may want more of a packet than another.
const MORE: usize = 64;

/// A packet as a line of JSON.
#[derive(Serialize)]
struct Line {
    name: &'static str,
    r#type: u32,
    direction: &'static str,
    versions: Vec<String>,
    answers: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Value>,
}

#[derive(Serialize)]
struct FieldLine {
    name: &'static str,
    kind: String,
    versions: Vec<String>,
    secret: bool,
}

impl Line {
    fn of(known: Known) -> Self {
        let packet = known.packet;
        Self {
            name: packet.name,
            r#type: packet.r#type,
            direction: direction(packet.direction),
            versions: known.versions(),
            answers: known.answers(),
            fields: Vec::new(),
            example: None,
        }
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "to the server",
        Direction::ToClient => "to the client",
        _ => "both ways",
    }
}

/// `tp list`.
pub(crate) fn list(args: &PacketsArgs) -> Result<ExitCode, Failure> {
    let letters = args
        .letters
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let found = known().filter(|it| it.packet.name.to_ascii_lowercase().contains(&letters));
    let lines: Vec<Line> = found.map(Line::of).collect();
    args.output.print(&lines, || {
        let mut table = Table::new([">Type", "Name", "Goes", "Versions", "Answered by"]);
        for line in &lines {
            table.row([
                line.r#type.to_string(),
                line.name.to_owned(),
                line.direction.to_owned(),
                line.versions.join(", "),
                line.answers.join(", "),
            ]);
        }
        table.to_string()
    })
}

/// `tp describe`.
pub(crate) fn describe(args: &DescribeArgs) -> Result<ExitCode, Failure> {
    let known = find(&args.packet)?;
    let fields = known.packet.fields.iter();
    let fields = fields.map(|field| FieldLine {
        name: field.name(),
        kind: kind(field.kind()),
        versions: {
            let versions = game::VERSIONS.iter().filter(|it| field.is_in(**it));
            versions.map(ToString::to_string).collect()
        },
        secret: field.is_secret(),
    });
    let line = Line {
        fields: fields.collect(),
        example: known.example(),
        ..Line::of(known)
    };
    args.output.print([&line], || described(known, &line))
}

fn described(known: Known, line: &Line) -> String {
    let mut text = String::new();
    // Memory takes it all.
    let versions = line.versions.join(", ");
    let _ = writeln!(
        text,
        "{} ({}), {}, {versions}",
        line.name, line.r#type, line.direction
    );
    let mut table = Table::new(["Field", "Is", ""]);
    for field in &line.fields {
        let mut notes = Vec::new();
        if field.versions != line.versions && !known.is_admin {
            notes.push(format!("in {}", field.versions.join(", ")));
        }
        if field.secret {
            notes.push("secret".to_owned());
        }
        table.row([field.name.to_owned(), field.kind.clone(), notes.join("; ")]);
    }
    if !line.fields.is_empty() {
        let _ = write!(text, "\n{table}");
    }
    if let Some(reply) = known.packet.reply {
        let how = match reply.sequence {
            ReplySequence::Never => "once",
            ReplySequence::Maybe => "once, or by a Sequence and as many as it says",
            ReplySequence::Always => "by a Sequence and as many as it says",
        };
        let silent = if reply.may_stay_silent {
            "; some servers stay silent"
        } else {
            ""
        };
        let answers = line.answers.join(" or ");
        let _ = writeln!(text, "\nAnswered by {answers} or Fail, {how}{silent}.");
    }
    if let (Some(example), true) = (&line.example, known.packet.reply.is_some()) {
        let _ = writeln!(text, "\n  tp call URL {} '{example}'", line.name);
    }
    text
}

fn kind(kind: FieldKind) -> String {
    match kind {
        FieldKind::Unsigned(size) => format!("unsigned, {size} bytes"),
        FieldKind::Signed(size) => format!("signed, {size} bytes"),
        FieldKind::Semisigned(size) => format!("unsigned or −1, {size} bytes"),
        FieldKind::Enumeration(size) => format!("enumeration, {size} bytes"),
        FieldKind::RawBytes(size) => format!("{size} bytes"),
        FieldKind::Group(_) => "group".to_owned(),
        FieldKind::String => "string".to_owned(),
        FieldKind::List => "list".to_owned(),
        FieldKind::Parameters => "parameters, as the description says".to_owned(),
        _ => String::new(),
    }
}

/// `tp call`.
pub(crate) fn call(args: &CallArgs) -> Result<ExitCode, Failure> {
    let known = find(&args.packet)?;
    let name = known.packet.name;
    if known.is_admin {
        return Err(Failure::misuse(format_args!(
            "{name} is of the administration protocol; `tp admin` runs commands"
        )));
    }
    let frame = frame(name, &args.fields)?;
    let connection = args.connection.connection()?;
    let client = match args.no_login {
        true => connection.connect()?,
        false => connection.log_in()?,
    };
    let mut session = Session { connection, client };
    let answers = session.ask(|client| client.request_frame(frame))?;
    session.end();
    let mut is_refused = false;
    for answer in &answers {
        is_refused |= matches!(answer, game::Frame::Fail(_));
        print_json(answer)?;
    }
    Ok(ExitCode::from(u8::from(is_refused)))
}

/// Bytes of JSON that are read, at most: more than any frame's fields take.
const LONGEST: u64 = 8 << 20;

/// The frame with these fields.
fn frame(name: &str, fields: &str) -> Result<game::Frame, Failure> {
    let piped;
    let text = match fields {
        "-" => {
            piped = input::piped(LONGEST, "a packet")?;
            &piped
        }
        text => text,
    };
    let wrong = |error: serde_json::Error| {
        Failure::misuse(format_args!(
            "these are no fields of {name}: {error}; tp describe {name}"
        ))
    };
    let fields: Value = serde_json::from_str(text).map_err(wrong)?;
    let frame = serde_json::json!({ "name": name, "fields": fields });
    serde_json::from_value(frame).map_err(wrong)
}
