//! Certificates of all kinds.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::transport::tls::{Fingerprint, Identity};

/// A certificate and its key.
pub(super) struct Made {
    certificate: Certificate,
    key: KeyPair,
}

impl Made {
    /// Signed by itself, for these names.
    pub(super) fn alone(names: &[&str]) -> Self {
        Self::by_itself(params(names))
    }

    /// An authority.
    pub(super) fn authority() -> Self {
        Self::by_itself(authority(&[], "an authority of the tests"))
    }

    /// What `openssl req -x509` makes: an authority that is a server as well.
    pub(super) fn authority_and_server(names: &[&str]) -> Self {
        Self::by_itself(authority(names, "a server of the tests"))
    }

    fn by_itself(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    /// Signed by `self`, for these names, from the first day of one year to that of another.
    pub(super) fn sign(&self, names: &[&str], years: std::ops::Range<i32>) -> Self {
        let authority = authority(&[], "an authority of the tests");
        let issuer = Issuer::from_params(&authority, &self.key);
        let mut params = params(names);
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        Self { certificate, key }
    }

    pub(super) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(super) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    pub(super) fn identity(&self) -> Identity {
        Identity::from_pem(self.pem(), self.key_pem()).unwrap()
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.certificate.der())
    }

    pub(super) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    pub(super) fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_slice(self.key_pem().as_bytes()).unwrap()
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).unwrap()
}

fn authority(names: &[&str], name: &str) -> CertificateParams {
    let mut params = params(names);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}
