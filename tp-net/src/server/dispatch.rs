//! From a player's request to the handler's method and back.

use std::future::ready;

use tp_frames::game::{self, Frame, GetIDSequence, IDSequence, ObjectIDs};
use tp_frames::{Packet, Request, TpString};

use super::id_lists::{self, IdLists, SharedIdLists};
use super::orders::Asked;
use super::reply::{AnyReply, Reply, ReplyPayload, okay};
use super::{Answer, Caller, Handler, SendError};
use crate::model::IdModtime;
use crate::model::downgrade::{self, has_descriptions};

/// Answers a request of a client that is logged in.
pub(super) struct Dispatch<'a, 'r, H: Handler> {
    pub(super) asked: Asked<'a, H>,
    pub(super) lists: &'a mut IdLists,
    pub(super) shared_lists: &'a SharedIdLists,
    pub(super) reply: &'a mut Reply<'r>,
}

impl<'a, H: Handler> Dispatch<'a, '_, H> {
    pub(super) async fn answer(&mut self, request: Frame) -> Result<(), SendError> {
        let asked = &self.asked;
        let (handler, caller, version) = (asked.handler, asked.caller, asked.version);
        match request {
            Frame::FinishedTurn(_) => self.okay(handler.finish_turn(caller)).await,
            Frame::GetObjectIDs(it) => self.ids(it, H::object_ids).await,
            Frame::GetObjectDescIDs(it) => self.object_types(it).await,
            Frame::GetOrderQueueIDs(it) => self.ids(it, H::order_queue_ids).await,
            Frame::GetOrderDescIDs(it) => self.order_types(it).await,
            Frame::GetBoardIDs(it) => self.ids(it, H::board_ids).await,
            Frame::GetResourceIDs(it) => self.ids(it, H::resource_ids).await,
            Frame::GetPlayerIDs(it) => self.ids(it, H::player_ids).await,
            Frame::GetCategoryIDs(it) => self.ids(it, H::category_ids).await,
            Frame::GetDesignIDs(it) => self.ids(it, H::design_ids).await,
            Frame::GetComponentIDs(it) => self.ids(it, H::component_ids).await,
            Frame::GetPropertyIDs(it) => self.ids(it, H::property_ids).await,
            Frame::GetObjectsByID(it) => self.reply.group(it.ids, |id| asked.object(id)).await,
            Frame::GetObjectDesc(it) => {
                let get = |id| async move { asked.object_desc(id).cloned() };
                self.reply.group(it.ids, get).await
            }
            Frame::GetOrderQueue(it) => self.reply.group(it.ids, |id| asked.order_queue(id)).await,
            Frame::GetOrderDesc(it) => {
                let get = |id| async move {
                    let desc = asked.order_desc(id).await?;
                    Ok(downgrade::order_desc(desc.into_owned(), version))
                };
                self.reply.group(it.ids, get).await
            }
            Frame::GetBoards(it) => self.each(it.ids, H::board).await,
            Frame::GetResource(it) => self.each(it.ids, H::resource).await,
            Frame::GetPlayer(it) => self.each(it.ids, H::player).await,
            Frame::GetCategory(it) => self.each(it.ids, H::category).await,
            Frame::GetDesign(it) => self.each(it.ids, H::design).await,
            Frame::GetComponent(it) => self.each(it.ids, H::component).await,
            Frame::GetProperty(it) => self.each(it.ids, H::property).await,
            Frame::GetObjectIDsByPos(it) => {
                let ids = handler.object_ids_by_position(caller, it.pos.into(), it.r);
                self.whole(ids).await
            }
            Frame::GetObjectIDsByContainer(it) => {
                let ids = handler.object_ids_by_container(caller, it.id);
                self.whole(ids).await
            }
            Frame::GetObjectsByPos(it) => {
                let ids = handler.object_ids_by_position(caller, it.pos.into(), it.r);
                match ids.await {
                    Ok(ids) => self.reply.group(ids, |id| asked.object(id.id)).await,
                    Err(refusal) => self.reply.refuse(refusal).await,
                }
            }
            Frame::ModifyObject(it) => {
                let modified = async {
                    let object = asked.modified(game::Object::from(it).into()).await?;
                    let mut object = handler.modify_object(caller, object).await?;
                    asked.complete(&mut object).await?;
                    Ok(object)
                };
                self.reply.answer(modified.await).await
            }
            Frame::GetOrder(it) => {
                let get = |slot| async move {
                    let queue = asked.queue(it.id).await?;
                    let mut order = handler.order(caller, queue, slot).await?;
                    order.slot.get_or_insert(slot);
                    asked.outgoing(order, it.id).await
                };
                self.reply.group(it.slots, get).await
            }
            Frame::RemoveOrder(it) => {
                let remove = |slot| async move {
                    let queue = asked.queue(it.id).await?;
                    handler.remove_order(caller, queue, slot).await.map(okay)
                };
                self.reply.group(it.slots, remove).await
            }
            Frame::OrderInsert(it) => {
                let id = it.id;
                let inserted = asked.given(it.into(), H::insert_order).await;
                // Old clients of TP03 know no other answer than Okay.
                match has_descriptions(version) {
                    true => {
                        let inserted = async { asked.outgoing(inserted?, id).await };
                        self.reply.answer(inserted.await).await
                    }
                    false => {
                        let given = inserted.map(|_| okay("The order is given.".into()));
                        self.reply.answer(given).await
                    }
                }
            }
            Frame::OrderProbe(it) => {
                let probed = async {
                    let id = it.id;
                    let order = asked.given(it.into(), H::probe_order).await?;
                    asked.outgoing(order, id).await
                };
                self.reply.answer(probed.await).await
            }
            Frame::GetMessage(it) => {
                let get = |slot| async move {
                    let mut message = handler.message(caller, it.id, slot).await?;
                    if message.slot.get().is_none() {
                        message.slot = slot.into();
                    }
                    Ok(asked.message(message).await)
                };
                self.reply.group(it.slots, get).await
            }
            Frame::PostMessage(it) => self.okay(handler.post_message(caller, it.into())).await,
            Frame::RemoveMessage(it) => {
                let remove = |_, caller, slot| handler.remove_message(caller, it.id, slot);
                self.remove(it.slots, remove).await
            }
            Frame::AddCategory(it) => self.one(handler.add_category(caller, it.into())).await,
            Frame::RemoveCategory(it) => self.remove(it.ids, H::remove_category).await,
            Frame::AddDesign(it) => self.one(handler.add_design(caller, it.into())).await,
            Frame::ModifyDesign(it) => self.one(handler.modify_design(caller, it.into())).await,
            Frame::RemoveDesign(it) => self.remove(it.ids, H::remove_design).await,
            other => {
                let answer = handler.other_request(caller, other).await;
                self.reply.answer(answer.map(AnyReply)).await
            }
        }
    }

    async fn one<T: ReplyPayload>(&mut self, answer: impl Answer<T>) -> Result<(), SendError> {
        self.reply.answer(answer.await).await
    }

    async fn okay(&mut self, text: impl Answer<TpString>) -> Result<(), SendError> {
        self.reply.answer(text.await.map(okay)).await
    }

    /// What `get` gives for each of these ids.
    async fn each<T, A>(
        &mut self,
        ids: Vec<u32>,
        get: impl Fn(&'a H, &'a Caller<H::Player>, u32) -> A,
    ) -> Result<(), SendError>
    where
        T: ReplyPayload,
        A: Answer<T>,
    {
        let Asked {
            handler, caller, ..
        } = self.asked;
        self.reply.group(ids, |id| get(handler, caller, id)).await
    }

    /// An Okay for each of what `remove` removes.
    async fn remove<A: Answer<TpString>>(
        &mut self,
        things: Vec<u32>,
        remove: impl Fn(&'a H, &'a Caller<H::Player>, u32) -> A,
    ) -> Result<(), SendError> {
        self.each(things, |handler, caller, thing| {
            let text = remove(handler, caller, thing);
            async move { text.await.map(okay) }
        })
        .await
    }

    /// A slice of the ids of all things of one kind, of the list that `list` gives.
    async fn ids<R, A>(
        &mut self,
        request: R,
        list: impl FnOnce(&'a H, &'a Caller<H::Player>, Option<u64>) -> A,
    ) -> Result<(), SendError>
    where
        R: Request<Reply: Packet + From<IDSequence>> + Into<GetIDSequence>,
        A: Answer<Vec<IdModtime>>,
    {
        let (handler, caller) = (self.asked.handler, self.asked.caller);
        self.slice(request, |since| list(handler, caller, since))
            .await
    }

    /// A slice of the ids of the types of objects, which the game declares.
    async fn object_types(&mut self, request: game::GetObjectDescIDs) -> Result<(), SendError> {
        let types = self.asked.types;
        self.slice(request, |_| ready(Ok(types.object_ids()))).await
    }

    /// A slice of the ids of the types of orders.
    async fn order_types(&mut self, request: game::GetOrderDescIDs) -> Result<(), SendError> {
        let (lists, asked) = (&mut *self.lists, &self.asked);
        let list = |since| asked.order_desc_ids(since);
        let kind = game::GetOrderDescIDs::TYPE;
        let slice = lists.slice(self.shared_lists, kind, request.into(), list);
        let slice = slice.await.map(game::OrderDescIDs::from);
        self.reply.answer(slice).await
    }

    async fn slice<R, A>(
        &mut self,
        request: R,
        list: impl FnOnce(Option<u64>) -> A,
    ) -> Result<(), SendError>
    where
        R: Request<Reply: Packet + From<IDSequence>> + Into<GetIDSequence>,
        A: Answer<Vec<IdModtime>>,
    {
        let slice = self
            .lists
            .slice(self.shared_lists, R::TYPE, request.into(), list);
        let slice = slice.await.map(R::Reply::from);
        self.reply.answer(slice).await
    }

    /// Ids of objects, without a list that more could be asked of.
    async fn whole(&mut self, ids: impl Answer<Vec<IdModtime>>) -> Result<(), SendError> {
        let ids = ids.await.map(id_lists::whole);
        self.reply.answer(ids.map(ObjectIDs::from)).await
    }
}
