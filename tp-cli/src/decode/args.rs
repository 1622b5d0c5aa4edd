//! Which frames `tp decode` shows, and how.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::filter::FilterArgs;
use crate::output::OutputArgs;

/// Print captured frames for a person, or as JSON lines
///
/// A capture is what tcpdump, Wireshark or dumpcap write (pcap, pcapng), or a text file; which it is,
/// its first bytes tell. A text file has one frame a line, header included, in hexadecimal: `C>S HEX`
/// for a frame from the client to the server, `S>C HEX` for one back. Blank lines and lines that start
/// with `#` are skipped.
///
/// Of packets, the TCP connections are put together, whatever their ports: segments may come in any
/// order and several times. Each frame shows its time, in seconds since the first packet, and its
/// connection; these are numbered as in Wireshark, but from 1. Tunnels through HTTP are read too.
/// Encrypted connections (TLS) cannot be; what carries no frames is left out. Where packets are
/// missing, it goes on with the next frame.
///
/// The parameters of objects, orders and commands are read by the descriptions (ObjectDesc,
/// OrderDesc, CommandDesc) that came earlier in the connection, or the text file. Where none came, or
/// it does not fit, the bytes are shown with the reason.
///
/// What is secret, as passwords are, is not shown, nor are bytes in which it may be; --show-secrets
/// shows all of it.
///
/// Each frame is encoded again and compared with the captured bytes. The last line of output
/// counts the frames; with --format json it is on standard error, where all notes are:
///
/// frames N decoded N unknown N failed N trailing N reencoded N
///
/// frames = decoded + unknown + failed. `unknown` frames are of a type that the protocol does not
/// have; `failed` ones do not decode, are not all there, or their line is no frame, and are told on
/// standard error; `trailing` ones have bytes behind their last field; `reencoded` ones gave the same
/// bytes again. Only frames that are shown count; if not all are asked for, ` of N` says how many
/// there are.
#[derive(Args)]
#[command(
    after_help = DECODE_EXAMPLES,
)]
pub(crate) struct DecodeArgs {
    /// The capture; `-` is standard input
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

/// Which frames are shown, and how
#[derive(Args, Clone)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// The protocol of the frames
    #[arg(long, value_enum, default_value_t = ProtocolChoice::Auto)]
    pub(crate) protocol: ProtocolChoice,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    /// Frames with bytes behind their last field fail
    #[arg(long)]
    pub(crate) strict: bool,

    /// Go on when 20 frames are bad, and tell all of them
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// Show passwords and keys
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

const DECODE_EXAMPLES: &str = "\
Examples:
  tcpdump -i lo -w game.pcap port 6923
  tp decode game.pcap
  tp decode game.pcap --connection 2 --direction to-server --frame Order,OrderInsert
  tp decode game.pcapng --sequence 10-12
  tp decode capture.txt
  echo 'C>S 54500400000000010000001b00000000' | tp decode -
  tp decode --format json game.pcap | jq 'select(.name == \"Fail\")'

JSON: each line is an object with the keys direction (\"C>S\" or \"S>C\"), protocol (\"TP03\", \"TP04\" \
or \"admin\"), type, name, sequence, fields, and trailing (bytes behind the last field, in hex). In \
front of them, frames from packets have the keys connection (a number) and time (seconds since the \
epoch with nine decimals, as text: \"1764585441.250000000\"). \
In fields, parameters are a list if their description came and fits; otherwise they are the hex \
of their bytes behind their version (\"TP04:0000002a\"), and the key parameters_note behind them \
says why. A string that is not UTF-8 or that ends in NUL is {\"hex\": \"...\"}. What is secret is \
{\"secret\": true}, which no field can be read from; lines that are to be encoded again are made with \
--show-secrets.

Exit status: 0 if every frame that is shown decoded and gave the same bytes again, 1 if not, 2 if the \
capture cannot be read.";

/// How `decode` tells protocols apart.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProtocolChoice {
    /// By each frame's header; frame types 1000 to 1007 are admin
    Auto,
    /// TP03, whatever the header says
    Tp03,
    /// TP04, whatever the header says
    Tp04,
    /// Administration, whatever the header says
    Admin,
}
