//! Certificates, most of them bad.

use std::collections::BTreeMap;
use std::fmt::Display;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tp_net::transport::tls::Identity;

use crate::scenario::Certificate;

/// One of each.
pub(crate) struct Identities {
    good: Identity,
    bad: BTreeMap<Certificate, Identity>,
}

impl Identities {
    /// Makes new ones: nobody can have learned to trust them.
    pub(crate) fn new() -> Result<Self, String> {
        let bad = [
            Certificate::Expired,
            Certificate::NotYet,
            Certificate::OtherHost,
        ];
        let bad: Result<_, String> = bad
            .into_iter()
            .map(|certificate| Ok((certificate, made(certificate)?)))
            .collect();
        Ok(Self {
            good: made(Certificate::SelfSigned)?,
            bad: bad?,
        })
    }

    pub(crate) fn get(&self, certificate: Certificate) -> &Identity {
        self.bad.get(&certificate).unwrap_or(&self.good)
    }
}

fn made(certificate: Certificate) -> Result<Identity, String> {
    let failed = |error: &dyn Display| format!("cannot make a certificate: {error}");
    let hosts = match certificate {
        Certificate::OtherHost => ["elsewhere.example", "elsewhere.invalid", "192.0.2.1"],
        _ => ["localhost", "127.0.0.1", "::1"],
    };
    let mut params =
        CertificateParams::new(hosts.map(str::to_owned)).map_err(|error| failed(&error))?;
    match certificate {
        Certificate::Expired => {
            params.not_before = date_time_ymd(2003, 1, 1);
            params.not_after = date_time_ymd(2004, 1, 1);
        }
        Certificate::NotYet => {
            params.not_before = date_time_ymd(4000, 1, 1);
            params.not_after = date_time_ymd(4001, 1, 1);
        }
        Certificate::SelfSigned | Certificate::OtherHost => {}
    }
    let key = KeyPair::generate().map_err(|error| failed(&error))?;
    let signed = params.self_signed(&key).map_err(|error| failed(&error))?;
    Identity::from_pem(signed.pem(), key.serialize_pem()).map_err(|error| failed(&error))
}
