//! What has come of all scenarios, as a report.

use std::collections::BTreeMap;

use tp_tests::frame::Version;
use tp_tests::report::{Case, Group, Outcome, Verdict};

use crate::connection_record::{Parting, Visit, Visits};
use crate::places::HONEST;
use crate::rules::{Rule, Weight};
use crate::scenario::{End, Scenario};
use crate::test_plan::Cast;

/// More connections than this are a circle.
const CIRCLE: usize = 20;

/// The number of the group of rules, behind those of scenarios.
pub(crate) const CONDUCT: u32 = 20;

/// Scenarios first, then the rules that every connection is judged by.
pub(crate) fn groups(cast: &Cast) -> Vec<Group> {
    let mut groups = Vec::new();
    for group in &cast.groups {
        let cases = group.scenarios.iter().map(|scenario| Case {
            id: scenario.id.into(),
            rule: format!("{} A client {}.", scenario.does, scenario.end.words()),
            source: scenario.source.into(),
            outcomes: outcomes(cast, scenario),
        });
        groups.push(Group {
            number: group.number,
            name: group.name.into(),
            cases: cases.collect(),
        });
    }
    groups.push(conduct(cast));
    groups
}

/// What the clients call themselves.
pub(crate) fn names(cast: &Cast) -> Option<String> {
    let mut names = Vec::new();
    for scenario in everything(cast) {
        if let Some(visits) = cast.visits(scenario.name) {
            visits.for_each(|visit| {
                if let Some(name) = visit.conduct.name()
                    && !names.iter().any(|known| known == name)
                {
                    names.push(name.to_owned());
                }
            });
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn everything(cast: &Cast) -> impl Iterator<Item = &Scenario> {
    cast.scenarios().chain([&cast.honest])
}

fn outcome(version: Version, verdict: Verdict, reason: Option<String>) -> Outcome {
    Outcome {
        column: version.name().into(),
        verdict,
        reason,
        expected: None,
        took: 0,
        exchange: Vec::new(),
    }
}

/// What came of a scenario, for each version that clients came with.
fn outcomes(cast: &Cast, scenario: &Scenario) -> Vec<Outcome> {
    let Some(visits) = cast.visits(scenario.name) else {
        return Vec::new();
    };
    let skipped =
        |version: &Version, why: &str| outcome(*version, Verdict::Skipped, Some(why.into()));
    if visits.count() == 0 {
        let versions = scenario.versions.iter();
        return versions
            .map(|version| skipped(version, "no client came"))
            .collect();
    }
    let mut outcomes = Vec::new();
    for version in scenario.versions {
        let Some(found) = Found::of(visits, *version) else {
            continue;
        };
        let took = visits.began.elapsed().as_millis();
        let mut made = match found.misbehaved {
            0 => skipped(version, "no client did what the scenario waits for"),
            _ => {
                let (verdict, reason) = found.verdict(cast, scenario, visits);
                outcome(*version, verdict, reason.map(str::to_owned))
            }
        };
        made.took = u64::try_from(took).unwrap_or(u64::MAX);
        made.exchange = visits.journal.steps();
        outcomes.push(made);
    }
    outcomes
}

/// What the connections of one version were like.
#[derive(Debug, Default)]
struct Found {
    misbehaved: usize,
    went_on: bool,
    still_open: bool,
    asked_nothing: bool,
}

impl Found {
    fn of(visits: &Visits, version: Version) -> Option<Self> {
        let mut found = None;
        visits.for_each(|visit: &Visit| {
            // Whoever did not get as far as frames counts for the newest.
            if visit.conduct.version().unwrap_or(Version::Tp04) != version {
                return;
            }
            let found = found.get_or_insert_with(|| Self {
                asked_nothing: true,
                ..Self::default()
            });
            if visit.misbehaved {
                found.misbehaved = found.misbehaved.saturating_add(1);
                found.went_on |= visit.requests_after > 0 || visit.unread;
                found.still_open |= visit.parting == Parting::Open && !visit.kept_out;
            }
            found.asked_nothing &= visit.conduct.requests() == 0;
        });
        found
    }

    fn verdict(
        &self,
        cast: &Cast,
        scenario: &Scenario,
        visits: &Visits,
    ) -> (Verdict, Option<&'static str>) {
        let pass = (Verdict::Pass, None);
        let unless = |good: bool, verdict, why| match good {
            true => pass,
            false => (verdict, Some(why)),
        };
        match scenario.end {
            End::Answers | End::Refused | End::NoAnswer | End::Nonsense => unless(
                self.went_on,
                Verdict::Deviation,
                "it asked nothing more: it gave up, or was done",
            ),
            End::GivesUp | End::TurnedAway => unless(
                !self.still_open,
                Verdict::Fail,
                "it still waits on a connection that is of no use",
            ),
            End::Disconnected => pass,
            End::Older => {
                let mut older = false;
                visits.for_each(|visit| older |= visit.conduct.version() == Some(Version::Tp03));
                unless(older, Verdict::Deviation, "it did not try TP03")
            }
            End::Follows => {
                let followed = cast.visits(HONEST).is_some_and(|honest| honest.count() > 0);
                unless(followed, Verdict::Deviation, "it did not follow")
            }
            End::StaysAway => unless(
                visits.count() <= CIRCLE,
                Verdict::Fail,
                "it went in circles",
            ),
            End::Distrusts => unless(
                self.asked_nothing,
                Verdict::Deviation,
                "it trusts this certificate",
            ),
        }
    }
}

/// The rules, over all connections of all scenarios.
fn conduct(cast: &Cast) -> Group {
    let mut found: BTreeMap<(Rule, usize), Outcome> = BTreeMap::new();
    for scenario in everything(cast) {
        let Some(visits) = cast.visits(scenario.name) else {
            continue;
        };
        visits.for_each(|visit| {
            let version = visit.conduct.version().unwrap_or(Version::Tp04);
            let column = usize::from(version == Version::Tp04);
            for rule in visit.conduct.tried() {
                let known = found
                    .entry((*rule, column))
                    .or_insert_with(|| outcome(version, Verdict::Pass, None));
                let Some(how) = visit.conduct.broken().get(rule) else {
                    continue;
                };
                if known.verdict == Verdict::Pass {
                    known.verdict = match rule.weight() {
                        Weight::Must => Verdict::Fail,
                        Weight::Should => Verdict::Deviation,
                    };
                    known.reason = Some(format!("{how} (in {} {})", scenario.id, scenario.name));
                    known.exchange = visits.journal.steps();
                }
            }
        });
    }
    let cases = Rule::ALL.iter().zip(1_u32..).map(|(rule, number)| {
        let tried = found.range((*rule, 0)..=(*rule, 1));
        let mut outcomes: Vec<Outcome> = tried.map(|(_, outcome)| outcome.clone()).collect();
        if outcomes.is_empty() {
            let why = "there was no occasion to break it".to_owned();
            outcomes.push(outcome(Version::Tp04, Verdict::Skipped, Some(why)));
        }
        Case {
            id: format!("{CONDUCT}.{number}"),
            rule: rule.text().into(),
            source: rule.source().into(),
            outcomes,
        }
    });
    Group {
        number: CONDUCT,
        name: "Conduct".into(),
        cases: cases.collect(),
    }
}
