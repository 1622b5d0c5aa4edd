//! Redirects.

use serde_json::json;

use crate::places::{self, HONEST};
use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{Scripted as _, answers};
use tp_tests::proxy::script::{Flow, Script};

const REDIRECT: &str = "schema: packet Redirect";

pub(super) fn group() -> Group {
    Group {
        number: 11,
        name: "Redirects",
        about: "Connect and Login may be answered with a Redirect: the client goes there, but not \
                for ever, and not from an encrypted connection to one that is not.",
        scenarios: vec![
            scenario("11.1", "redirect")
                .does("Connect is answered with a Redirect to a good server.")
                .ends(End::Follows, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |flow| to(flow, "tp", HONEST))),
            scenario("11.2", "redirect-login")
                .does("Login is answered with a Redirect to a good server.")
                .ends(End::Follows, REDIRECT)
                .early()
                .script(|| redirected(game::Login::TYPE, |flow| to(flow, "tp", HONEST))),
            scenario("11.3", "redirect-chain")
                .does("A Redirect leads to another, and that one to a good server.")
                .ends(End::Follows, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |flow| to(flow, "tp", "redirect"))),
            scenario("11.4", "redirect-to-itself")
                .does("A Redirect leads to where it came from.")
                .ends(End::StaysAway, REDIRECT)
                .early()
                .script(|| {
                    redirected(game::Connect::TYPE, |flow| {
                        to(flow, "tp", "redirect-to-itself")
                    })
                }),
            scenario("11.5", "redirect-there")
                .does("A Redirect leads to another that leads back.")
                .ends(End::StaysAway, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |flow| to(flow, "tp", "redirect-back"))),
            scenario("11.6", "redirect-back")
                .does("As 11.5, from the other side.")
                .ends(End::StaysAway, REDIRECT)
                .early()
                .script(|| {
                    redirected(game::Connect::TYPE, |flow| to(flow, "tp", "redirect-there"))
                }),
            scenario("11.7", "redirect-nowhere")
                .does("A Redirect leads to where nobody listens.")
                .ends(End::Disconnected, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |_| places::nowhere())),
            scenario("11.8", "redirect-no-url")
                .does("A Redirect leads to something that is no URL.")
                .ends(End::StaysAway, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |_| "over the rainbow".into())),
            scenario("11.9", "redirect-other-scheme")
                .does("A Redirect leads to a URL that is none of this protocol.")
                .ends(End::StaysAway, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |_| "gopher://127.0.0.1/".into())),
            scenario("11.10", "redirect-http")
                .does("A Redirect leads into a tunnel through HTTP to a good server.")
                .ends(End::Follows, REDIRECT)
                .early()
                .script(|| redirected(game::Connect::TYPE, |flow| to(flow, "http", HONEST))),
        ],
    }
}

/// Requests of this type are answered with a Redirect, and the connection stays open.
fn redirected(request: u32, to: fn(&Flow) -> String) -> Script {
    answers(request, move |asked, flow| {
        let url = to(flow);
        flow.say("Redirect", asked.header.sequence, json!({ "URI": url }));
    })
}

/// The URL of a scenario.
fn to(flow: &Flow, scheme: &str, name: &str) -> String {
    places::url(scheme, name, flow.local.ip())
}
