//! Who is trusted, and what is said of who is not.

use std::time::Duration;

use super::*;
use crate::transport::tls::{Fault, Fingerprint, Untrusted};

fn untrusted(trust: &Trust, host: &str, made: &Made) -> Untrusted {
    match judged(trust, host, made) {
        Err(TlsError::Untrusted(untrusted)) => {
            assert_eq!((&*untrusted.host, untrusted.port), (host, 6924));
            assert_eq!(untrusted.fingerprint, made.fingerprint());
            // However it is wrong: it says how to allow it.
            let text = untrusted.to_string();
            assert!(text.contains(&made.fingerprint().to_string()), "{text}");
            *untrusted
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_given_root_is_trusted_for_what_it_signs_and_no_more() {
    const LONG: Duration = Duration::from_secs(20 * 365 * 24 * 3600);
    type Is = fn(&Fault) -> bool;
    let root = Made::authority();
    let trust = Trust::roots(root.pem()).unwrap();
    let good = root.sign(&["game.example", "127.0.0.1", "::1"], 2000..2100);
    for host in [
        "game.example",
        "GAME.example",
        "game.example.",
        "127.0.0.1",
        "::1",
        "::1%7",
    ] {
        judged(&trust, host, &good).unwrap();
    }

    for host in ["evil.example", "127.0.0.2", "::2"] {
        let wrong = untrusted(&trust, host, &good);
        let Fault::WrongHost { names } = &wrong.fault else {
            panic!("{wrong:?}")
        };
        assert!(
            names.iter().any(|name| name.contains("game.example")),
            "{names:?}"
        );
        assert!(
            wrong
                .to_string()
                .contains("is for other hosts (game.example, 127.0.0.1, ::1)"),
            "{wrong}"
        );
    }

    let old = root.sign(&["game.example"], 2000..2001);
    let early = root.sign(&["game.example"], 2100..2101);
    let alone = Made::alone(&["game.example"]);
    // As openssl makes them by default.
    let both = Made::authority_and_server(&["game.example"]);
    let is_over: Is = |it| matches!(it, Fault::Expired { since: Some(it) } if *it > LONG);
    let is_early: Is = |it| matches!(it, Fault::NotYetValid { until: Some(_) });
    let is_unknown: Is = |it| matches!(it, Fault::UnknownIssuer);
    for (made, is_meant, words) in [
        (old, is_over, " days ago; pin its fingerprint "),
        (early, is_early, "by this machine's clock"),
        (alone, is_unknown, "perhaps by itself"),
        (both, is_unknown, "perhaps by itself"),
    ] {
        let wrong = untrusted(&trust, "game.example", &made);
        assert!(is_meant(&wrong.fault), "{wrong:?}");
        assert!(wrong.to_string().contains(words), "{wrong}");
    }
}

#[test]
fn a_servers_own_certificate_may_be_the_root() {
    for made in [
        Made::alone(&["game.example"]),
        Made::authority_and_server(&["game.example"]),
    ] {
        let trust = Trust::roots(made.pem()).unwrap();
        judged(&trust, "game.example", &made).unwrap();
        let wrong = untrusted(&trust, "evil.example", &made);
        assert!(matches!(wrong.fault, Fault::WrongHost { .. }));
    }
}

#[test]
fn what_is_pinned_is_trusted_whatever_else_is_wrong_and_nothing_else_is() {
    let old = Made::authority().sign(&["elsewhere.example"], 2000..2001);
    let other = Made::alone(&["game.example"]);
    let trust = Trust::pinned([other.fingerprint(), old.fingerprint()]);
    judged(&trust, "game.example", &old).unwrap();
    judged(&trust, "game.example", &other).unwrap();

    let third = Made::alone(&["game.example"]);
    let refused = untrusted(&trust, "game.example", &third);
    assert!(matches!(refused.fault, Fault::NotPinned));
    assert!(
        refused.to_string().contains("is none of those pinned"),
        "{refused}"
    );
    assert!(matches!(
        untrusted(&Trust::pinned([]), "game.example", &third).fault,
        Fault::NotPinned
    ));
}

#[test]
fn anyone_is_trusted_only_on_demand() {
    let old = Made::authority().sign(&["elsewhere.example"], 2000..2001);
    judged(&Trust::dangerously_anyone(), "game.example", &old).unwrap();
}

#[test]
fn roots_have_to_be_certificates() {
    for pem in [
        "",
        "no PEM",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = Trust::roots(pem).unwrap_err();
        assert!(matches!(error, TlsError::Roots(_)), "{error:?}");
    }
    let error = Trust::roots_file("/no/such/file.pem").unwrap_err();
    assert!(
        error.to_string().starts_with("/no/such/file.pem: "),
        "{error}"
    );
}

#[test]
fn hosts_have_to_be_names_or_addresses() {
    for host in ["", "-", "grüße.example", "a b"] {
        let error = Trust::dangerously_anyone().layer(host, 1).err();
        assert!(matches!(error, Some(TlsError::Name(_))), "{host}");
    }
}

#[test]
fn fingerprints_are_written_as_openssl_does_and_read_in_any_form() {
    // From the command that the documentation names, on an empty "certificate".
    let empty = Fingerprint::of(b"");
    let text = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55";
    assert_eq!(empty.to_string(), text);
    for form in [
        text.to_owned(),
        text.replace(':', ""),
        text.to_lowercase(),
        format!("sha256:{text}"),
        format!("SHA256:{}\n", text.replace(':', "")),
    ] {
        assert_eq!(form.parse(), Ok(empty), "{form}");
    }
    let digits = text.replace(':', "");
    for form in [
        "",
        "SHA256:",
        "zz",
        &digits[1..],
        &digits[2..],
        &format!("{digits}00"),
        &format!("ü{digits}"),
    ] {
        assert!(form.parse::<Fingerprint>().is_err(), "{form}");
    }
}
