//! The dissector in a real tshark, on traffic that went over loopback: whatever it shows is what
//! tp-frames decodes.

mod dialect;
mod every_packet;
pub(crate) mod expected;
mod lua_versions;
pub(crate) mod pcap;
mod sessions;
mod tls;
pub(crate) mod traffic;
mod transports;
pub(crate) mod tshark;
