//! From a player's request to the handler's method and back.

use tp_frames::game::{Frame, GetIDSequence, IDSequence, ObjectIDs, Okay};
use tp_frames::{Packet, Request, TpString};

use super::id_lists::{self, IdLists};
use super::reply::Reply;
use super::reply_payload::AnyReply;
use super::{Answer, Caller, Handler, SendError, orders};
use crate::model::downgrade::{self, has_descriptions};
use crate::model::{IdModtime, Order};

/// Answers a request of a client that is logged in.
pub(super) async fn answer<H: Handler>(
    handler: &H,
    caller: &Caller<H::Player>,
    lists: &mut IdLists,
    request: Frame,
    reply: &mut Reply<'_>,
) -> Result<(), SendError> {
    let version = reply.version();
    match request {
        Frame::FinishedTurn(_) => {
            reply
                .answer(handler.finish_turn(caller).await.map(okay))
                .await
        }
        Frame::GetObjectIDs(it) => ids(handler, caller, lists, it, reply, H::get_object_ids).await,
        Frame::GetObjectDescIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_object_desc_ids).await
        }
        Frame::GetOrderQueueIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_order_queue_ids).await
        }
        Frame::GetOrderDescIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_order_desc_ids).await
        }
        Frame::GetBoardIDs(it) => ids(handler, caller, lists, it, reply, H::get_board_ids).await,
        Frame::GetResourceIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_resource_ids).await
        }
        Frame::GetPlayerIDs(it) => ids(handler, caller, lists, it, reply, H::get_player_ids).await,
        Frame::GetCategoryIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_category_ids).await
        }
        Frame::GetDesignIDs(it) => ids(handler, caller, lists, it, reply, H::get_design_ids).await,
        Frame::GetComponentIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_component_ids).await
        }
        Frame::GetPropertyIDs(it) => {
            ids(handler, caller, lists, it, reply, H::get_property_ids).await
        }
        Frame::GetObjectsByID(it) => {
            reply
                .group(it.ids, |id| orders::object(handler, caller, version, id))
                .await
        }
        Frame::GetObjectDesc(it) => {
            reply
                .group(it.ids, |id| handler.get_object_desc(caller, id))
                .await
        }
        Frame::GetOrderQueue(it) => {
            reply
                .group(it.ids, |id| handler.get_order_queue(caller, id))
                .await
        }
        Frame::GetOrderDesc(it) => {
            let get = |id| async move {
                let desc = handler.get_order_desc(caller, id).await?;
                Ok(downgrade::order_desc(desc, version))
            };
            reply.group(it.ids, get).await
        }
        Frame::GetBoards(it) => {
            reply
                .group(it.ids, |id| handler.get_board(caller, id))
                .await
        }
        Frame::GetResource(it) => {
            reply
                .group(it.ids, |id| handler.get_resource(caller, id))
                .await
        }
        Frame::GetPlayer(it) => {
            reply
                .group(it.ids, |id| handler.get_player(caller, id))
                .await
        }
        Frame::GetCategory(it) => {
            reply
                .group(it.ids, |id| handler.get_category(caller, id))
                .await
        }
        Frame::GetDesign(it) => {
            reply
                .group(it.ids, |id| handler.get_design(caller, id))
                .await
        }
        Frame::GetComponent(it) => {
            reply
                .group(it.ids, |id| handler.get_component(caller, id))
                .await
        }
        Frame::GetProperty(it) => {
            reply
                .group(it.ids, |id| handler.get_property(caller, id))
                .await
        }
        Frame::GetObjectIDsByPos(it) => {
            let ids = handler
                .object_ids_by_position(caller, it.pos.into(), it.r)
                .await;
            reply
                .answer(ids.map(|ids| ObjectIDs::from(id_lists::whole(ids))))
                .await
        }
        Frame::GetObjectIDsByContainer(it) => {
            let ids = handler.get_object_ids_by_container(caller, it.id).await;
            reply
                .answer(ids.map(|ids| ObjectIDs::from(id_lists::whole(ids))))
                .await
        }
        Frame::GetObjectsByPos(it) => {
            match handler
                .object_ids_by_position(caller, it.pos.into(), it.r)
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
        Frame::ModifyObject(it) => {
            let object = tp_frames::game::Object::from(it).into();
            let modified = match orders::modified(handler, caller, object).await {
                Ok(object) => handler.modify_object(caller, object).await,
                Err(refusal) => Err(refusal),
            };
            reply.answer(modified).await
        }
        Frame::GetOrder(it) => {
            let get = |slot| async move {
                let queue = orders::queue(handler, caller, version, it.id).await?;
                let order = handler.get_order(caller, queue, slot).await?;
                orders::outgoing(handler, caller, version, order).await
            };
            reply.group(it.slots, get).await
        }
        Frame::RemoveOrder(it) => {
            let remove = |slot| async move {
                let queue = orders::queue(handler, caller, version, it.id).await?;
                handler.remove_order(caller, queue, slot).await.map(okay)
            };
            reply.group(it.slots, remove).await
        }
        Frame::OrderInsert(it) => {
            let order = Order::from_frame(it.into(), version);
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
        Frame::OrderProbe(it) => {
            let order = Order::from_frame(it.into(), version);
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
        Frame::GetMessage(it) => {
            let get = |slot| async move {
                let message = handler.get_message(caller, it.id, slot).await?;
                orders::message(handler, caller, version, message).await
            };
            reply.group(it.slots, get).await
        }
        Frame::PostMessage(it) => {
            reply
                .answer(handler.post_message(caller, it.into()).await.map(okay))
                .await
        }
        Frame::RemoveMessage(it) => {
            let remove =
                |slot| async move { handler.remove_message(caller, it.id, slot).await.map(okay) };
            reply.group(it.slots, remove).await
        }
        Frame::AddCategory(it) => {
            reply
                .answer(handler.add_category(caller, it.into()).await)
                .await
        }
        Frame::RemoveCategory(it) => {
            let remove = |id| async move { handler.remove_category(caller, id).await.map(okay) };
            reply.group(it.ids, remove).await
        }
        Frame::AddDesign(it) => {
            reply
                .answer(handler.add_design(caller, it.into()).await)
                .await
        }
        Frame::ModifyDesign(it) => {
            reply
                .answer(handler.modify_design(caller, it.into()).await)
                .await
        }
        Frame::RemoveDesign(it) => {
            let remove = |id| async move { handler.remove_design(caller, id).await.map(okay) };
            reply.group(it.ids, remove).await
        }
        other => {
            let answer = handler.other_request(caller, other).await;
            reply.answer(answer.map(AnyReply)).await
        }
    }
}

/// `Okay`, with its text.
pub(super) fn okay(result: TpString) -> Okay {
    Okay { result }
}

/// A slice of the ids of all things of one kind, of the list that `list` gives.
async fn ids<'a, H, R, A>(
    handler: &'a H,
    caller: &'a Caller<H::Player>,
    lists: &mut IdLists,
    request: R,
    reply: &mut Reply<'_>,
    list: impl FnOnce(&'a H, &'a Caller<H::Player>, Option<u64>) -> A,
) -> Result<(), SendError>
where
    H: Handler,
    R: Request<Reply: Packet + From<IDSequence>> + Into<GetIDSequence>,
    A: Answer<Vec<IdModtime>>,
{
    let list = |since| list(handler, caller, since);
    let slice = lists.slice(R::TYPE, request.into(), list).await;
    reply.answer(slice.map(R::Reply::from)).await
}
