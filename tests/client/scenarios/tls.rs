//! TLS that a client should not trust, or that does not come about.

use serde_json::json;

use crate::places::{self, HONEST};
use crate::scenario::{Certificate, End, Group, Scenario, Transport, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::Scripted as _;

const TRUST: &str = "RFC 5280: validation of certificates; RFC 9525: names of services";

pub(super) fn group() -> Group {
    Group {
        number: 13,
        name: "TLS",
        about: "These are for tps://. Old clients trust anybody; one that does so today should do \
                it only when told to.",
        scenarios: vec![
            scenario("13.1", "tls-self-signed")
                .does("The certificate is signed by nobody but itself.")
                .distrusted(Certificate::SelfSigned),
            scenario("13.2", "tls-expired")
                .does("The certificate has expired.")
                .distrusted(Certificate::Expired),
            scenario("13.3", "tls-not-yet")
                .does("The certificate is of the future.")
                .distrusted(Certificate::NotYet),
            scenario("13.4", "tls-other-host")
                .does("The certificate is for another host.")
                .distrusted(Certificate::OtherHost),
            scenario("13.5", "tls-is-text")
                .does("A TLS handshake is answered in plain text.")
                .no_tls(b"You are not running the correct protocol\n"),
            scenario("13.6", "tls-breaks")
                .does("A TLS handshake begins and is cut.")
                .no_tls(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"),
            scenario("13.7", "tls-alert")
                .does("A TLS handshake is refused by an alert.")
                .no_tls(b"\x15\x03\x03\x00\x02\x02\x28"),
            scenario("13.8", "tls-is-frames")
                .does("A TLS handshake is answered with a frame.")
                .no_tls(b"TP03\0\0\0\0\0\0\0\x01\0\0\0\x0c\0\0\0\0\0\0\0\x04what"),
            scenario("13.9", "tls-redirect-to-plain")
                .does(
                    "Inside TLS, Connect is answered with a Redirect to a connection that is not \
                     encrypted.",
                )
                .ends(End::StaysAway, "schema: packet Redirect")
                .through(Transport::Tls(Certificate::SelfSigned))
                .answers(game::Connect::TYPE, |asked, flow| {
                    let url = places::url("tp", HONEST, flow.local.ip());
                    flow.say("Redirect", asked.header.sequence, json!({ "URI": url }));
                }),
        ],
    }
}

impl Scenario {
    /// A certificate that is not to be trusted; whoever does is served well.
    fn distrusted(self, certificate: Certificate) -> Self {
        self.ends(End::Distrusts, TRUST)
            .through(Transport::Tls(certificate))
    }

    /// These bytes stand where TLS should.
    fn no_tls(self, bytes: &'static [u8]) -> Self {
        self.ends(End::GivesUp, "RFC 8446")
            .through(Transport::NoTls(bytes))
    }
}
