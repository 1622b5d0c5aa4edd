//! From a player's request to the handler's method and back.

use tp_frames::TpString;
use tp_frames::game::Okay;

use super::id_lists::{self, IdLists};
use super::reply::Reply;
use super::reply_payload::{AnyReply, Ids};
use super::request::{IdQuery, ListKind, Request};
use super::{Caller, Handler, SendError, orders};
use crate::model::Refusal;
use crate::model::downgrade::{self, has_descriptions};

/// Answers a request of a client that is logged in.
pub(super) async fn answer<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    lists: &mut IdLists,
    request: Request,
    reply: &mut Reply<'_>,
) -> Result<(), SendError> {
    let version = reply.version();
    match request {
        Request::FinishedTurn => {
            reply
                .answer(handler.finish_turn(caller).await.map(okay))
                .await
        }
        Request::GetIds(kind, query) => ids(handler, caller, lists, kind, query, reply).await,
        Request::GetWithId(kind, ids) => things(handler, caller, kind, ids, reply).await,
        Request::GetObjectIdsByPos(position, radius) => {
            let ids = handler
                .object_ids_by_position(caller, position, radius)
                .await;
            reply
                .answer(ids.map(|ids| Ids(ListKind::Object, id_lists::whole(ids))))
                .await
        }
        Request::GetObjectIdsByContainer(container) => {
            let ids = handler.get_object_ids_by_container(caller, container).await;
            reply
                .answer(ids.map(|ids| Ids(ListKind::Object, id_lists::whole(ids))))
                .await
        }
        Request::GetObjectsByPos(position, radius) => {
            match handler
                .object_ids_by_position(caller, position, radius)
                .await
            {
                Ok(ids) => {
                    let ids = ids.into_iter().map(|id| id.id);
                    reply
                        .group(ids, |id| orders::object(handler, caller, version, id))
                        .await
                }
                Err(refusal) => reply.refuse(refusal).await,
            }
        }
        Request::ModifyObject(object) => {
            let modified = match orders::modified(handler, caller, *object).await {
                Ok(object) => handler.modify_object(caller, object).await,
                Err(refusal) => Err(refusal),
            };
            reply.answer(modified).await
        }
        Request::GetOrder(id, slots) => {
            let get = |slot| async move {
                let queue = orders::queue(handler, caller, version, id).await?;
                let order = handler.get_order(caller, queue, slot).await?;
                orders::outgoing(handler, caller, version, order).await
            };
            reply.group(slots, get).await
        }
        Request::RemoveOrder(id, slots) => {
            let remove = |slot| async move {
                let queue = orders::queue(handler, caller, version, id).await?;
                handler.remove_order(caller, queue, slot).await.map(okay)
            };
            reply.group(slots, remove).await
        }
        Request::OrderInsert(order) => {
            let inserted = match orders::incoming(handler, caller, order).await {
                Ok(order) => handler.insert_order(caller, order).await,
                Err(refusal) => Err(refusal),
            };
            // Old clients of TP03 know no other answer than Okay.
            match has_descriptions(version) {
                true => reply.answer(inserted).await,
                false => {
                    let given = inserted.map(|_| okay("The order is given.".into()));
                    reply.answer(given).await
                }
            }
        }
        Request::OrderProbe(order) => {
            let probed = match orders::incoming(handler, caller, order).await {
                Ok(order) => handler.probe_order(caller, order).await,
                Err(refusal) => Err(refusal),
            };
            let probed = match probed {
                Ok(order) => orders::outgoing(handler, caller, version, order).await,
                Err(refusal) => Err(refusal),
            };
            reply.answer(probed).await
        }
        Request::GetMessage(board, slots) => {
            let get = |slot| async move {
                let message = handler.get_message(caller, board, slot).await?;
                orders::message(handler, caller, version, message).await
            };
            reply.group(slots, get).await
        }
        Request::PostMessage(message) => {
            reply
                .answer(handler.post_message(caller, message).await.map(okay))
                .await
        }
        Request::RemoveMessage(board, slots) => {
            let remove =
                |slot| async move { handler.remove_message(caller, board, slot).await.map(okay) };
            reply.group(slots, remove).await
        }
        Request::AddCategory(category) => {
            reply
                .answer(handler.add_category(caller, category).await)
                .await
        }
        Request::RemoveCategory(ids) => {
            let remove = |id| async move { handler.remove_category(caller, id).await.map(okay) };
            reply.group(ids, remove).await
        }
        Request::AddDesign(design) => reply.answer(handler.add_design(caller, design).await).await,
        Request::ModifyDesign(design) => {
            reply
                .answer(handler.modify_design(caller, design).await)
                .await
        }
        Request::RemoveDesign(ids) => {
            let remove = |id| async move { handler.remove_design(caller, id).await.map(okay) };
            reply.group(ids, remove).await
        }
        Request::Other(frame) => {
            let answer = handler.other_request(caller, *frame).await;
            reply.answer(answer.map(AnyReply)).await
        }
        Request::Connect(_)
        | Request::Login(_)
        | Request::CreateAccount(_)
        | Request::Ping
        | Request::GetFeatures
        | Request::SetFilters(_)
        | Request::GetGames
        | Request::GetTimeRemaining => {
            reply
                .refuse(Refusal::protocol("this is no request for a player"))
                .await
        }
    }
}

/// `Okay`, with its text.
pub(super) fn okay(result: TpString) -> Okay {
    Okay { result }
}

/// A slice of the ids of all things of one kind.
async fn ids<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    lists: &mut IdLists,
    kind: ListKind,
    query: IdQuery,
    reply: &mut Reply<'_>,
) -> Result<(), SendError> {
    let slice = lists.slice(kind, query, |since| async move {
        match kind {
            ListKind::Object => handler.get_object_ids(caller, since).await,
            ListKind::ObjectDesc => handler.get_object_desc_ids(caller, since).await,
            ListKind::OrderQueue => handler.get_order_queue_ids(caller, since).await,
            ListKind::OrderDesc => handler.get_order_desc_ids(caller, since).await,
            ListKind::Board => handler.get_board_ids(caller, since).await,
            ListKind::Resource => handler.get_resource_ids(caller, since).await,
            ListKind::Player => handler.get_player_ids(caller, since).await,
            ListKind::Category => handler.get_category_ids(caller, since).await,
            ListKind::Design => handler.get_design_ids(caller, since).await,
            ListKind::Component => handler.get_component_ids(caller, since).await,
            ListKind::Property => handler.get_property_ids(caller, since).await,
        }
    });
    let slice = slice.await;
    reply.answer(slice.map(|ids| Ids(kind, ids))).await
}

/// The things of one kind with these ids.
async fn things<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    kind: ListKind,
    ids: Vec<u32>,
    reply: &mut Reply<'_>,
) -> Result<(), SendError> {
    let version = reply.version();
    match kind {
        ListKind::Object => {
            reply
                .group(ids, |id| orders::object(handler, caller, version, id))
                .await
        }
        ListKind::ObjectDesc => {
            reply
                .group(ids, |id| handler.get_object_desc(caller, id))
                .await
        }
        ListKind::OrderQueue => {
            reply
                .group(ids, |id| handler.get_order_queue(caller, id))
                .await
        }
        ListKind::OrderDesc => {
            let get = |id| async move {
                let desc = handler.get_order_desc(caller, id).await?;
                Ok(downgrade::order_desc(desc, version))
            };
            reply.group(ids, get).await
        }
        ListKind::Board => reply.group(ids, |id| handler.get_board(caller, id)).await,
        ListKind::Resource => {
            reply
                .group(ids, |id| handler.get_resource(caller, id))
                .await
        }
        ListKind::Player => reply.group(ids, |id| handler.get_player(caller, id)).await,
        ListKind::Category => {
            reply
                .group(ids, |id| handler.get_category(caller, id))
                .await
        }
        ListKind::Design => reply.group(ids, |id| handler.get_design(caller, id)).await,
        ListKind::Component => {
            reply
                .group(ids, |id| handler.get_component(caller, id))
                .await
        }
        ListKind::Property => {
            reply
                .group(ids, |id| handler.get_property(caller, id))
                .await
        }
    }
}
