//! TLS that a client should not trust, or that does not come about.

use serde_json::json;

use crate::places::{self, HONEST};
use crate::scenario::{Certificate, End, Group, Scenario, Transport, scenario};
use tp_frames::{Packet as _, game};
use tp_tests::proxy::actions::{answers, honest};

const TRUST: &str = "RFC 5280: validation of certificates; RFC 9525: names of services";

pub(super) fn group() -> Group {
    Group {
        number: 13,
        name: "TLS",
        about: "These are for tps://. Old clients trust anybody; one that does so today should do \
                it only when told to.",
        scenarios: vec![
            bad(
                "13.1",
                "tls-self-signed",
                "The certificate is signed by nobody but itself.",
                Certificate::SelfSigned,
            ),
            bad(
                "13.2",
                "tls-expired",
                "The certificate has expired.",
                Certificate::Expired,
            ),
            bad(
                "13.3",
                "tls-not-yet",
                "The certificate is of the future.",
                Certificate::NotYet,
            ),
            bad(
                "13.4",
                "tls-other-host",
                "The certificate is for another host.",
                Certificate::OtherHost,
            ),
            scenario(
                "13.5",
                "tls-is-text",
                "A TLS handshake is answered in plain text.",
                End::GivesUp,
                "RFC 8446",
                honest,
            )
            .through(Transport::NoTls(
                b"You are not running the correct protocol\n",
            )),
            scenario(
                "13.6",
                "tls-breaks",
                "A TLS handshake begins and is cut.",
                End::GivesUp,
                "RFC 8446",
                honest,
            )
            .through(Transport::NoTls(
                b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03",
            )),
            scenario(
                "13.7",
                "tls-alert",
                "A TLS handshake is refused by an alert.",
                End::GivesUp,
                "RFC 8446",
                honest,
            )
            .through(Transport::NoTls(b"\x15\x03\x03\x00\x02\x02\x28")),
            scenario(
                "13.8",
                "tls-is-frames",
                "A TLS handshake is answered with a frame.",
                End::GivesUp,
                "RFC 8446",
                honest,
            )
            .through(Transport::NoTls(
                b"TP03\0\0\0\0\0\0\0\x01\0\0\0\x0c\0\0\0\0\0\0\0\x04what",
            )),
            scenario(
                "13.9",
                "tls-redirect-to-plain",
                "Inside TLS, Connect is answered with a Redirect to a connection that is not \
                 encrypted.",
                End::StaysAway,
                "schema: packet Redirect",
                || {
                    answers(game::Connect::TYPE, |asked, flow| {
                        let url = places::url("tp", HONEST, flow.local.ip());
                        flow.say("Redirect", asked.header.sequence, json!({ "URI": url }));
                    })
                },
            )
            .through(Transport::Tls(Certificate::SelfSigned)),
        ],
    }
}

/// A certificate that is not to be trusted; whoever does is served well.
fn bad(
    id: &'static str,
    name: &'static str,
    does: &'static str,
    certificate: Certificate,
) -> Scenario {
    scenario(id, name, does, End::Distrusts, TRUST, honest).through(Transport::Tls(certificate))
}
