//! The list of scenarios, for people and programs.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value, json};
#[cfg(test)]
use tp_tests::frame::Version;

use crate::places::HONEST;
use crate::scenario::{Group, Scenario, Transport};
use crate::server::Listeners;
use crate::test_plan::TestPlan;

/// A line for each scenario.
pub(crate) fn list(groups: &[Group], out: &mut dyn Write) -> io::Result<()> {
    for group in groups {
        writeln!(out, "{} {}: {}", group.number, group.name, group.about)?;
        for scenario in &group.scenarios {
            let Scenario { id, name, does, .. } = scenario;
            writeln!(out, "  {id:<6} {name:<30} {does}")?;
        }
    }
    Ok(())
}

/// Where everything is, as a table or as a line of JSON.
pub(crate) fn welcome(plan: &TestPlan, listeners: &Listeners, as_json: bool) -> String {
    let mut places = Map::new();
    let mut text = String::new();
    for (name, listener) in listeners {
        let (Some(scenario), Ok(address)) = (plan.find(name), listener.local_addr()) else {
            continue;
        };
        let url = format!("{}://{address}", scheme(scenario));
        let Scenario { id, does, end, .. } = scenario;
        let _ = writeln!(text, "{url:<32} {id:<6} {name:<30} {does}");
        let versions: Vec<&str> = scenario.versions.iter().map(|it| it.name()).collect();
        let place = json!({
            "url": url, "id": id, "end": end, "versions": versions,
            "by_user": scenario.after_login && *name != HONEST,
        });
        places.insert((*name).to_owned(), place);
    }
    if as_json {
        return format!("{}\n", Value::Object(places));
    }
    text.push_str(
        "\nAny name and password are let in; on the first port, the name of a scenario as the \
         name of the user begins it.\nCtrl-C ends the server and writes the report.\n",
    );
    text
}

/// What a client has to ask for.
fn scheme(scenario: &Scenario) -> &'static str {
    match scenario.transport {
        Transport::Any => "tp",
        Transport::Tls(_) | Transport::NoTls(_) => "tps",
        Transport::Tunnel(..) | Transport::NoTunnel(_) => "tp+http",
    }
}

/// The page of all scenarios.
#[cfg(test)]
fn page(groups: &[Group]) -> String {
    use crate::rules::{Rule, Weight};
    use crate::verdicts::CLIENT_RULES;

    let count: usize = groups.iter().map(|group| group.scenarios.len()).sum();
    let mut page = format!(
        "# Scenarios\n\n\
         The {count} ways in which `test-server` misbehaves, in {} groups, and the rules that every \
         client is judged by. Made from the lists in `tests/client/scenarios/` and \
         `tests/client/rules.rs`; `UPDATE_EXPECT=1 cargo test -p tp-tests --bin test-server` makes \
         it anew.\n",
        groups.len()
    );
    for group in groups {
        let (number, name, about) = (group.number, group.name, group.about);
        let _ = write!(page, "\n## {number}. {name}\n\n{about}\n\n");
        page.push_str("| | name | | what the server does | a client | source |\n");
        page.push_str("|---|---|---|---|---|---|\n");
        for scenario in &group.scenarios {
            let Scenario { id, name, does, .. } = scenario;
            let (only, end, source) = (only(scenario), scenario.end.words(), scenario.source);
            let _ = writeln!(
                page,
                "| {id} | `{name}` | {only} | {does} | {end} | {source} |"
            );
        }
    }
    let _ = write!(
        page,
        "\n## {CLIENT_RULES}. Client rules\n\nWhat every connection of every client is judged by, whatever \
         the scenario.\n\n| | rule | if broken | source |\n|---|---|---|---|\n"
    );
    for (rule, number) in Rule::ALL.iter().zip(1_u32..) {
        let weight = match rule.weight() {
            Weight::Must => "fail",
            Weight::Should => "deviation",
        };
        let (text, source) = (rule.text(), rule.source());
        let _ = writeln!(
            page,
            "| {CLIENT_RULES}.{number} | {text} | {weight} | {source} |"
        );
    }
    page
}

/// For whom a scenario is, if not for all.
#[cfg(test)]
fn only(scenario: &Scenario) -> &'static str {
    match (scenario.versions, scheme(scenario)) {
        ([Version::Tp04], _) => "TP04",
        ([Version::Tp03], _) => "TP03",
        (_, "tps") => "TLS",
        (_, "tp+http") => "tunnel",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::page;
    use crate::scenarios;

    #[test]
    fn the_page_is_what_the_lists_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/client/SCENARIOS.md");
        let page = page(&scenarios::all());
        tp_tests::assert_up_to_date(path, &page);
    }

    #[test]
    fn ids_are_numbers_of_their_groups_and_names_are_used_once() {
        let mut seen = BTreeSet::new();
        for group in scenarios::all() {
            for (scenario, number) in group.scenarios.iter().zip(1_u32..) {
                assert_eq!(scenario.id, format!("{}.{number}", group.number));
                assert!(seen.insert(scenario.name), "{} twice", scenario.name);
                let sentence = scenario.does.ends_with('.') && !scenario.source.is_empty();
                assert!(sentence, "{}: {}", scenario.id, scenario.does);
            }
        }
        assert!(seen.len() >= 60, "{}", seen.len());
    }
}
