//! Servers that one uses often, by names of one's own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::{Deserialize, Deserializer, Serialize, de};
use tp_frames::printable;
use tp_net::transport::Url;
use tp_net::transport::tls::Fingerprint;

use super::Protocol;
use super::trust::TrustArgs;
use crate::failure::{Failure, complain};
use crate::output::{OutputArgs, Table};
use crate::{dirs, input, values};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// List the servers of your settings, by which @NAME stands for a URL and its options
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp profiles
  tp objects @home

The settings are tp/config.toml in the folder for settings, $XDG_CONFIG_HOME or ~/.config; %APPDATA% on \
Windows. A server there:

  [profiles.home]
  url = \"tps://game.example\"
  user = \"ada\"
  password-file = \"/home/ada/.home-password\"
  fingerprint = [\"…\"]        # or ca, trust-first-use, accept-any-certificate
  protocol = \"tp04\"
  timeout = \"10s\"
  proxy = \"http://proxy.example:3128\"

All but url can be left out. Options on the command line come first.

Exit status: 0; 2 if the settings cannot be read.")]
pub(crate) struct ProfilesArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// A server of the settings.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Profile {
    pub(super) url: String,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) protocol: Option<Protocol>,
    #[serde(default, deserialize_with = "time")]
    pub(super) timeout: Option<Duration>,
    pub(super) proxy: Option<String>,
    #[serde(default, deserialize_with = "fingerprints")]
    fingerprint: Vec<Fingerprint>,
    ca: Option<PathBuf>,
    #[serde(default)]
    trust_first_use: bool,
    #[serde(default)]
    accept_any_certificate: bool,
}

impl Profile {
    /// Whom to trust there.
    pub(super) fn trust(&self) -> Result<TrustArgs, Failure> {
        let trust = TrustArgs {
            fingerprint: self.fingerprint.clone(),
            ca: self.ca.clone(),
            trust_first_use: self.trust_first_use.then_some(None),
            accept_any_certificate: self.accept_any_certificate,
        };
        match trust.ways() {
            0 | 1 => Ok(trust),
            _ => Err(Failure::misuse(format_args!(
                "the profile of {} has more than one of fingerprint, ca, trust-first-use and \
                 accept-any-certificate",
                printable(&self.url)
            ))),
        }
    }
}

/// A time, as the command line has it.
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    values::time(&text).map(Some).map_err(de::Error::custom)
}

fn fingerprints<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Fingerprint>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let parsed = texts.iter().map(|text| text.parse());
    parsed.collect::<Result<_, _>>().map_err(de::Error::custom)
}

/// The settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

impl Profiles {
    /// What the settings say; nothing if there are none.
    pub(super) fn read() -> Result<Self, Failure> {
        let Some(file) = file() else {
            return Ok(Self::default());
        };
        let read = fs::File::open(&file).and_then(|it| input::text(it, LONGEST, "settings"));
        let text = match read {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(Failure::misuse(format_args!("{}: {error}", file.display())));
            }
        };
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|it| it.matches('\n').count().saturating_add(1));
            let line = line.map(|it| format!(":{it}")).unwrap_or_default();
            Failure::misuse(format_args!(
                "{}{line}: {}",
                file.display(),
                error.message()
            ))
        })
    }

    /// The profile of that name.
    pub(super) fn take(mut self, name: &str) -> Result<Profile, Failure> {
        if let Some(profile) = self.profiles.remove(name) {
            return Ok(profile);
        }
        let near = values::nearest(name, self.profiles.keys().map(String::as_str));
        let hint = match (near, file()) {
            (Some(near), _) => format!("; there is @{near}"),
            (None, Some(file)) if self.profiles.is_empty() => {
                format!("; {} has none", file.display())
            }
            (None, _) => "; tp profiles lists those that there are".to_owned(),
        };
        Err(Failure::misuse(format_args!(
            "no profile is called @{}{hint}",
            printable(name)
        )))
    }
}

/// Where the settings are, if this user has a place for such.
fn file() -> Option<PathBuf> {
    Some(dirs::settings()?.join("config.toml"))
}

/// A line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    url: String,
    user: Option<&'a str>,
}

/// Runs the command.
pub(crate) fn run(args: &ProfilesArgs) -> Result<ExitCode, Failure> {
    let profiles = Profiles::read()?.profiles;
    let mut table = Table::new(["Name", "URL", "User"]);
    let mut lines = Vec::with_capacity(profiles.len());
    for (name, profile) in &profiles {
        // As it is shown: without a password.
        let url = profile.url.parse::<Url>();
        let url = url.map_or_else(|error| format!("({error})"), |url| url.to_string());
        let user = profile.user.as_deref();
        table.row([
            format!("@{name}"),
            url.clone(),
            user.unwrap_or_default().to_owned(),
        ]);
        lines.push(Line { name, url, user });
    }
    if profiles.is_empty()
        && let Some(file) = file()
    {
        complain(format_args!(
            "no profiles in {}; see tp profiles --help",
            file.display()
        ));
    }
    args.output.print(lines, || table.to_string())
}
