//! The dissector in a real tshark, on traffic that went over loopback: whatever it shows is what
//! tp-frames decodes.

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
