//! Addresses that belong together.

use std::net::{IpAddr, Ipv6Addr};

/// What counts as one address: who has one IPv6 address has the 2⁶⁴ of its network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let interface = u128::from(u64::MAX);
            Ipv6Addr::from_bits(address.to_bits() & !interface).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_as_far_as_owners_are() {
        for (address, in_network) in [
            ("192.0.2.77", "192.0.2.77"),
            ("::ffff:192.0.2.77", "192.0.2.77"),
            ("::1", "::"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
            ("2001:db8:1:3::", "2001:db8:1:3::"),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(network(address).to_string(), in_network);
        }
    }
}
