//! What has come of all scenarios, as a report.

use std::collections::BTreeMap;

use tp_tests::frame::Version;
use tp_tests::report::{Case, Group, Outcome, Selection, Verdict, milliseconds};

use crate::connection_record::{ConnectionRecord, ConnectionRecords, EndedBy};
use crate::places::HONEST;
use crate::rules::{Rule, Weight};
use crate::scenario::{End, Scenario};
use crate::test_plan::TestPlan;

/// More connections than this are a circle.
const CIRCLE: usize = 20;

/// The number of the group of rules, behind those of scenarios.
pub(crate) const CLIENT_RULES: u32 = 20;

/// Whether this is the id of a rule, and of no scenario.
pub(crate) fn is_rule(id: &str) -> bool {
    id.starts_with(&format!("{CLIENT_RULES}."))
}

/// Scenarios first, then the rules that every connection is judged by; of all those that are meant.
pub(crate) fn groups(plan: &TestPlan, selection: &Selection) -> Vec<Group> {
    let mut groups = Vec::new();
    for group in &plan.groups {
        let cases = group.scenarios.iter().map(|scenario| Case {
            id: scenario.id.into(),
            rule: format!("{} A client {}.", scenario.does, scenario.end.words()),
            source: scenario.source.into(),
            outcomes: outcomes(plan, scenario),
        });
        groups.push(Group {
            number: group.number,
            name: group.name.into(),
            cases: cases.collect(),
        });
    }
    groups.push(client_rules(plan));
    for group in &mut groups {
        group.cases.retain(|case| selection.has(&case.id));
    }
    groups.retain(|group| !group.cases.is_empty());
    groups
}

/// What the clients call themselves.
pub(crate) fn names(plan: &TestPlan) -> Option<String> {
    let mut names = Vec::new();
    for scenario in everything(plan) {
        if let Some(records) = plan.records(scenario.name) {
            records.for_each(|record| {
                if let Some(name) = record.checker.name()
                    && !names.iter().any(|known| known == name)
                {
                    names.push(name.to_owned());
                }
            });
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn everything(plan: &TestPlan) -> impl Iterator<Item = &Scenario> {
    plan.scenarios().chain([&plan.honest])
}

/// What came of a scenario, for each version that clients came with.
fn outcomes(plan: &TestPlan, scenario: &Scenario) -> Vec<Outcome> {
    let Some(records) = plan.records(scenario.name) else {
        return Vec::new();
    };
    let skipped = |version: &Version, why: &str| {
        Outcome::new(version.name(), Verdict::Skipped, Some(why.into()))
    };
    if records.count() == 0 {
        let versions = scenario.versions.iter();
        return versions
            .map(|version| skipped(version, "no client came"))
            .collect();
    }
    let mut outcomes = Vec::new();
    for version in scenario.versions {
        let Some(found) = Found::of(records, *version) else {
            continue;
        };
        let mut made = match found.misbehaved {
            0 => skipped(version, "no client did what the scenario waits for"),
            _ => {
                let (verdict, reason) = found.verdict(plan, scenario, records);
                Outcome::new(version.name(), verdict, reason.map(str::to_owned))
            }
        };
        made.took = milliseconds(records.began.elapsed());
        made.exchange = records.journal.steps();
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
    fn of(records: &ConnectionRecords, version: Version) -> Option<Self> {
        let mut found = None;
        records.for_each(|record: &ConnectionRecord| {
            // Whoever did not get as far as frames counts for the newest.
            if record.checker.version().unwrap_or(Version::Tp04) != version {
                return;
            }
            let found = found.get_or_insert_with(|| Self {
                asked_nothing: true,
                ..Self::default()
            });
            if record.misbehaved {
                found.misbehaved = found.misbehaved.saturating_add(1);
                found.went_on |= record.requests_after > 0 || record.unread;
                found.still_open |= record.ended_by == EndedBy::Nobody && !record.kept_out;
            }
            found.asked_nothing &= record.checker.requests() == 0;
        });
        found
    }

    fn verdict(
        &self,
        plan: &TestPlan,
        scenario: &Scenario,
        records: &ConnectionRecords,
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
                records.for_each(|record| older |= record.checker.version() == Some(Version::Tp03));
                unless(older, Verdict::Deviation, "it did not try TP03")
            }
            End::Follows => {
                let followed = plan
                    .records(HONEST)
                    .is_some_and(|honest| honest.count() > 0);
                unless(followed, Verdict::Deviation, "it did not follow")
            }
            End::StaysAway => unless(
                records.count() <= CIRCLE,
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
fn client_rules(plan: &TestPlan) -> Group {
    let mut found: BTreeMap<(Rule, usize), Outcome> = BTreeMap::new();
    for scenario in everything(plan) {
        let Some(records) = plan.records(scenario.name) else {
            continue;
        };
        records.for_each(|record| {
            let version = record.checker.version().unwrap_or(Version::Tp04);
            let column = usize::from(version == Version::Tp04);
            for rule in record.checker.tried() {
                let known = found
                    .entry((*rule, column))
                    .or_insert_with(|| Outcome::new(version.name(), Verdict::Pass, None));
                let Some(how) = record.checker.broken().get(rule) else {
                    continue;
                };
                if known.verdict == Verdict::Pass {
                    known.verdict = match rule.weight() {
                        Weight::Must => Verdict::Fail,
                        Weight::Should => Verdict::Deviation,
                    };
                    known.reason = Some(format!("{how} (in {} {})", scenario.id, scenario.name));
                    known.exchange = records.journal.steps();
                }
            }
        });
    }
    let cases = Rule::ALL.iter().zip(1_u32..).map(|(rule, number)| {
        let tried = found.range((*rule, 0)..=(*rule, 1));
        let mut outcomes: Vec<Outcome> = tried.map(|(_, outcome)| outcome.clone()).collect();
        if outcomes.is_empty() {
            let why = "there was no occasion to break it".to_owned();
            outcomes.push(Outcome::new("TP04", Verdict::Skipped, Some(why)));
        }
        Case {
            id: format!("{CLIENT_RULES}.{number}"),
            rule: rule.text().into(),
            source: rule.source().into(),
            outcomes,
        }
    });
    Group {
        number: CLIENT_RULES,
        name: "Client rules".into(),
        cases: cases.collect(),
    }
}
