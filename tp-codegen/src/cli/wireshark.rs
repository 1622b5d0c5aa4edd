//! `tp-codegen wireshark`: a dissector.

use std::path::PathBuf;

use tp_codegen::output::{Changes, OutputError, Purpose};
use tp_codegen::{GeneratedFile, disk, emit};

use super::{Failure, Outcome, generate, input};

/// Make a dissector for Wireshark.
///
/// One Lua file shows the frames of all the schemas, on their usual ports, within TLS and behind
/// HTTP: every field by name, requests linked to their replies, parameters read by the descriptions
/// of their connection. One that comes behind its frame is known when Wireshark looks at the frame
/// again, and with `-2` to tshark. It needs Wireshark 4.0 or later, and nothing of this program.
///
/// Schemas of different protocol versions are told apart by the headers of frames. A schema of the
/// same version as one before it (as admin.xml is) has ports of its own.
///
/// What a schema calls secret, as passwords are, shows as [secret], unless the preferences of the
/// protocol say that it is shown (-o tp.show_secrets:TRUE to tshark). The bytes of packets are in a
/// capture all the same.
///
/// A display filter is tp.PACKET.FIELD in lower case, named after the packet that declares the
/// field: tp.object.name, tp.getwithid.ids.id. Where a field has another shape in a later schema,
/// that one's filter has the protocol in front: tp.tp03.design.id.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: watch a game on this machine
  tp-codegen wireshark protocol.xml protocol3.xml admin.xml --out tp.lua
  tshark -i lo -f 'tcp port 6923' -X lua_script:tp.lua"
)]
pub(super) struct Args {
    /// The XML descriptions, the one whose names come first first; `-` is standard input.
    #[arg(required = true, value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// The Lua file to write, `-` for standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let models = input::compile_all(&args.schemas)?;
    let text = emit::wireshark(&models);
    if args.out.as_os_str() == "-" {
        return Ok(Outcome::fine(text));
    }
    let folder = disk::read_around(&args.out, Purpose::Dissector)?;
    if !folder.foreign.is_empty() {
        return Err(OutputError::File(args.out.clone()).into());
    }
    let around = folder.path.clone();
    let name = args.out.file_name().unwrap_or_default();
    let path = name.to_string_lossy().into_owned();
    let changes = Changes::between(folder, vec![GeneratedFile { path, text }])?;
    disk::apply(&around, &changes)?;
    Ok(Outcome::fine(generate::report(&around, &changes)))
}
