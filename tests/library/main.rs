//! Tests of the libraries together, and of the programs that test servers and clients.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed"
)]

#[path = "../../tp-net/tests/it/any_client.rs"]
mod any_client;
mod captures;
mod circles;
mod conformance_client;
mod conformance_faults;
mod conformance_protocol_checker;
mod conformance_report;
mod conformance_server;
mod conformance_vanishing;
mod dependencies;
mod padding;
mod properties;
mod reference;
#[path = "../../tp-net/tests/it/secret_frames.rs"]
mod secret_frames;
mod secrets;
mod test_server;
mod vectors;
mod wireshark;
