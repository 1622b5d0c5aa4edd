//! The dissector in a real tshark, on traffic that went over loopback: whatever it shows is what
//! tp-frames decodes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod dialect;
mod every_packet;
mod expected;
mod lua_versions;
mod pcap;
mod sessions;
mod tls;
mod traffic;
mod transports;
mod tshark;
