//! All scenarios, and what has come of each.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tp_net::transport::tls::Identity;
use tp_tests::report::Journal;

use crate::connection_record::{ConnectionRecords, Recorder};
use crate::identities::Identities;
use crate::places::HONEST;
use crate::scenario::{Certificate, End, Group, Scenario, scenario};
use crate::scenarios;

/// The scenarios, where they are played, and the connections that each has had.
pub(crate) struct TestPlan {
    pub(crate) groups: Vec<Group>,
    /// Where nothing goes wrong.
    pub(crate) honest: Scenario,
    /// Where the game is served.
    pub(crate) game: SocketAddr,
    records: BTreeMap<&'static str, ConnectionRecords>,
    identities: Identities,
}

impl TestPlan {
    /// Passwords and keys are shown in reports only if `show_secrets` says so.
    pub(crate) fn new(game: SocketAddr, show_secrets: bool) -> Result<Self, String> {
        let groups = scenarios::all();
        let honest = scenario("0.0", HONEST)
            .does("Nothing goes wrong.")
            .ends(End::Answers, "the protocol");
        let names = groups.iter().flat_map(|group| &group.scenarios);
        let names = names.map(|scenario| scenario.name).chain([HONEST]);
        let records = || ConnectionRecords::new(Journal::new(show_secrets));
        Ok(Self {
            records: names.map(|name| (name, records())).collect(),
            groups,
            honest,
            game,
            identities: Identities::new()?,
        })
    }

    /// Every scenario but the honest one.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.groups.iter().flat_map(|group| &group.scenarios)
    }

    /// By name or id; the honest one too.
    pub(crate) fn find(&self, name: &str) -> Option<&Scenario> {
        let mut all = self.scenarios().chain([&self.honest]);
        all.find(|scenario| scenario.name == name || scenario.id == name)
    }

    /// The scenario that the name of a user asks for.
    pub(crate) fn by_user(&self, name: &str) -> Option<&Scenario> {
        self.find(name)
            .filter(|scenario| scenario.after_login && scenario.name != HONEST)
    }

    /// The connections of a scenario.
    pub(crate) fn records(&self, name: &str) -> Option<&ConnectionRecords> {
        self.records.get(name)
    }

    /// A connection counts for the scenario that the name of its user asked for.
    pub(crate) fn joined(&self, name: &'static str, recorder: &mut Recorder) {
        let Some(records) = self.records(name) else {
            return;
        };
        let new = records.begin();
        *new.record() = std::mem::take(&mut *recorder.record());
        *recorder = new;
    }

    /// Who the server is in TLS.
    pub(crate) fn identity(&self, certificate: Certificate) -> &Identity {
        self.identities.get(certificate)
    }
}
