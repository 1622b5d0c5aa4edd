//! Addresses that belong together.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What counts as one address: who has one IPv6 address has the 2⁶⁴ of its network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    masked(address, 32, 64)
}

/// What one owner may well have all of: 256 addresses of IPv4, 2¹⁶ networks of IPv6.
#[cfg(feature = "metaserver")]
pub(crate) fn site(address: IpAddr) -> IpAddr {
    masked(address, 24, 48)
}

/// The first of the addresses that have this many leading bits in common with this one.
fn masked(address: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let rest = u32::MAX.checked_shr(v4).unwrap_or_default();
            Ipv4Addr::from_bits(address.to_bits() & !rest).into()
        }
        IpAddr::V6(address) => {
            let rest = u128::MAX.checked_shr(v6).unwrap_or_default();
            Ipv6Addr::from_bits(address.to_bits() & !rest).into()
        }
    }
}

#[cfg(all(test, feature = "metaserver"))]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_as_far_as_owners_are() {
        for (address, in_network, in_site) in [
            ("192.0.2.77", "192.0.2.77", "192.0.2.0"),
            ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(network(address).to_string(), in_network);
            assert_eq!(site(address).to_string(), in_site);
        }
    }
}
