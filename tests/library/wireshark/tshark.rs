//! What tshark makes of a capture.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use tempfile::TempDir;
use tp_tests::Protocol;
use tp_tests::values::schema;

use super::pcap::{self, Connection, FIRST_CLIENT_PORT};

/// A field as tshark shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its display filter.
    pub(crate) name: String,
    /// Its value.
    pub(crate) show: String,
    /// Its line.
    pub(crate) label: String,
    /// Its bytes, in hexadecimal.
    pub(crate) value: String,
}

/// What stands in one item of the dissector: a frame, as a rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    /// Number of the packet of the capture.
    pub(crate) packet: u32,
    /// Number of the TCP connection.
    pub(crate) stream: usize,
    /// Whether the server sent it.
    pub(crate) to_client: bool,
    /// The item's own line.
    pub(crate) title: String,
    /// Everything below it, in order.
    pub(crate) fields: Vec<Shown>,
    /// The names of its expert infos.
    pub(crate) marks: Vec<String>,
    /// What they say, a line each.
    pub(crate) messages: String,
}

impl Item {
    /// The value of the first field of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|field| field.name == name);
        found.map(|field| &*field.show)
    }

    /// Whether it has this expert info.
    pub(crate) fn is_marked(&self, name: &str) -> bool {
        let name = format!("tp.expert.{name}");
        self.marks.contains(&name)
    }

    /// The fields of packets and parameters.
    pub(crate) fn body(&self) -> impl Iterator<Item = &Shown> {
        self.fields.iter().filter(|field| is_of_body(&field.name))
    }
}

/// Whether a field is one of a packet or parameter: not of the header, nor made up.
pub(crate) fn is_of_body(name: &str) -> bool {
    name.matches('.').count() > 1 && !name.starts_with("tp.expert.")
}

/// The dissector of this project's schemas.
pub(crate) fn dissector() -> String {
    // TP04 first, as in the README.
    let models = ["tp04", "tp03", "admin"].map(|name| schema(Protocol::named(name)));
    tp_codegen::emit::wireshark(&models)
}

/// A tshark with a dissector.
pub(crate) struct Tshark {
    program: PathBuf,
    folder: TempDir,
}

impl Tshark {
    /// Nothing if there is none on this machine.
    pub(crate) fn new() -> Option<Self> {
        Self::with(&dissector())
    }

    /// One with another dissector.
    pub(crate) fn with(dissector: &str) -> Option<Self> {
        let program = tp_test_components::program("tshark")?;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tp.lua"), dissector).unwrap();
        Some(Self { program, folder })
    }

    /// The path of a file for this test alone.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Every item of the dissector in a capture of these connections, looked at twice as
    /// Wireshark does.
    pub(crate) fn read(&self, connections: &[Connection]) -> Vec<Item> {
        self.read_with(connections, &["-2"])
    }

    /// The same with other arguments. Secrets are shown unless these say something else.
    pub(crate) fn read_with(&self, connections: &[Connection], arguments: &[&str]) -> Vec<Item> {
        std::fs::write(self.path("capture.pcap"), pcap::file(connections)).unwrap();
        let mut all = vec!["-T", "pdml", "-J", "tp", "-Y", "tp"];
        all.extend(arguments);
        items(&self.run(&all))
    }

    /// What tshark prints about the last capture, secrets and all.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        self.run_as_it_is(&[&["-o", "tp.show_secrets:TRUE"], arguments].concat())
    }

    /// The same as users have it who have set nothing.
    pub(crate) fn run_as_it_is(&self, arguments: &[&str]) -> String {
        let mut script = std::ffi::OsString::from("lua_script:");
        script.push(self.path("tp.lua"));
        let output = Command::new(&self.program)
            // Nothing that a user of this machine has set.
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .arg("-n")
            .arg("-X")
            .arg(script)
            .arg("-r")
            .arg(self.path("capture.pcap"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("Lua"), "{said}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains("Lua Error"), "{printed}");
        printed
    }
}

/// The items of one connection.
pub(crate) fn in_stream(items: &[Item], stream: usize) -> Vec<&Item> {
    items.iter().filter(|item| item.stream == stream).collect()
}

/// Reads PDML.
fn items(pdml: &str) -> Vec<Item> {
    let mut reader = Reader::from_str(pdml);
    let mut items: Vec<Item> = Vec::new();
    let mut about = Item::default();
    let mut inside = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) if element.name().as_ref() == "proto" => {
                let mut proto = attributes(&element);
                let title = proto.remove("showname").unwrap_or_default();
                inside = proto["name"] == "tp";
                if inside {
                    items.push(Item {
                        title,
                        ..about.clone()
                    });
                } else if proto["name"] == "tcp" {
                    let port = |of: &str| -> Option<u16> {
                        let (_, behind) = title.split_once(of)?;
                        behind.split(',').next()?.parse().ok()
                    };
                    let from = port("Src Port: ").unwrap();
                    let to = port("Dst Port: ").unwrap();
                    about.to_client = from < FIRST_CLIENT_PORT;
                    about.stream = usize::from(from.max(to) - FIRST_CLIENT_PORT);
                }
            }
            Event::End(element) if element.name().as_ref() == "proto" => inside = false,
            Event::Start(element) | Event::Empty(element) if element.name().as_ref() == "field" => {
                let mut field = attributes(&element);
                let name = field.remove("name").unwrap_or_default();
                let show = field.remove("show").unwrap_or_default();
                match &*name {
                    "num" => about.packet = show.parse().unwrap(),
                    _ if !inside => {}
                    _ if name.starts_with("tp.expert.") => {
                        items.last_mut().unwrap().marks.push(name);
                    }
                    "_ws.expert.message" => {
                        let item = items.last_mut().unwrap();
                        item.messages = format!("{}{show}\n", item.messages);
                    }
                    _ if name.starts_with("tp.") => items.last_mut().unwrap().fields.push(Shown {
                        name,
                        show,
                        label: field.remove("showname").unwrap_or_default(),
                        value: field.remove("value").unwrap_or_default(),
                    }),
                    _ => {}
                }
            }
            Event::Eof => return items,
            _ => {}
        }
    }
}

fn attributes(element: &BytesStart<'_>) -> BTreeMap<String, String> {
    element
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            // Not normalised: a line break in a text is part of it.
            let value = quick_xml::escape::unescape(&attribute.value).unwrap();
            (key, value.into_owned())
        })
        .collect()
}
