//! Which requests change something at the server, so that asking twice may do it twice.

use tp_frames::{Packet, PacketInfo, admin, game};

/// The frame types of those that do, of all requests of both protocols.
///
/// Getting in and turning padding on are not among them: done twice, they have done no more than
/// once.
const WRITES: [u32; 13] = [
    game::CreateAccount::TYPE,
    game::ModifyObject::TYPE,
    game::OrderInsert::TYPE,
    game::RemoveOrder::TYPE,
    game::FinishedTurn::TYPE,
    game::PostMessage::TYPE,
    game::RemoveMessage::TYPE,
    game::AddCategory::TYPE,
    game::RemoveCategory::TYPE,
    game::AddDesign::TYPE,
    game::ModifyDesign::TYPE,
    game::RemoveDesign::TYPE,
    admin::Command::TYPE,
];

/// Returns `true` if the request changes something, or is of neither protocol: then nobody knows.
pub(super) fn may_change_something(request: &PacketInfo) -> bool {
    let (r#type, name) = (request.r#type, request.name);
    let mut known = game::PACKETS.iter().chain(admin::PACKETS);
    WRITES.contains(&r#type) || !known.any(|it| it.r#type == r#type && it.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_asks_is_named_so() {
        let repeatable = ["Connect", "Login", "Ping", "SetFilters", "OrderProbe"];
        let requests = game::PACKETS.iter().chain(admin::PACKETS);
        for request in requests.filter(|it| it.reply.is_some()) {
            let asks = request.name.starts_with("Get") || repeatable.contains(&request.name);
            let writes = WRITES.contains(&request.r#type);
            assert_ne!(asks, writes, "{}", request.name);
        }
        assert!(may_change_something(game::OrderInsert::INFO));
        assert!(!may_change_something(game::GetOrder::INFO));
        assert!(!may_change_something(admin::GetCommandDesc::INFO));
    }
}
