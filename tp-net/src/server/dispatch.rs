//! From a player's request to the handler's method and back.

use std::future::ready;
use std::mem::{replace, take};

use tp_frames::game::{self, Frame, GetIDSequence, IDSequence, ObjectIDs};
use tp_frames::{MAX_BODY, Packet, Request, TpString, Version};

use super::id_lists::{self, IdLists, SharedIdLists};
use super::orders::Asked;
use super::reply::{AnyReply, Deed, Inserted, Reply, ReplyPayload, okay};
use super::{Answer, Caller, Handler, SendError};
use crate::model::downgrade::{self, has_descriptions};
use crate::model::{FailCode, Ids, Refusal};

/// Answers a request of a client that is logged in.
pub(super) struct Dispatch<'a, 'r, H: Handler> {
    pub(super) asked: Asked<'a, H>,
    pub(super) lists: &'a mut IdLists,
    pub(super) shared_lists: &'a SharedIdLists,
    pub(super) reply: &'a mut Reply<'r>,
}

impl<'a, H: Handler> Dispatch<'a, '_, H> {
    pub(super) async fn answer(&mut self, request: &mut Frame) -> Result<(), SendError> {
        let asked = &self.asked;
        let (handler, caller, version) = (asked.handler, asked.caller, asked.version);
        match request {
            Frame::FinishedTurn(_) => self.okay(handler.finish_turn(caller)).await,
            Frame::GetObjectIDs(it) => self.ids(take(it), H::object_ids).await,
            Frame::GetObjectDescIDs(it) => self.object_types(take(it)).await,
            Frame::GetOrderQueueIDs(it) => self.ids(take(it), H::order_queue_ids).await,
            Frame::GetOrderDescIDs(it) => self.order_types(take(it)).await,
            Frame::GetBoardIDs(it) => self.ids(take(it), H::board_ids).await,
            Frame::GetResourceIDs(it) => self.ids(take(it), H::resource_ids).await,
            Frame::GetPlayerIDs(it) => self.ids(take(it), H::player_ids).await,
            Frame::GetCategoryIDs(it) => self.ids(take(it), H::category_ids).await,
            Frame::GetDesignIDs(it) => self.ids(take(it), H::design_ids).await,
            Frame::GetComponentIDs(it) => self.ids(take(it), H::component_ids).await,
            Frame::GetPropertyIDs(it) => self.ids(take(it), H::property_ids).await,
            Frame::GetObjectsByID(it) => self.objects(it.ids.iter().copied()).await,
            Frame::GetObjectDesc(it) => {
                let get = |id| async move { asked.object_desc(id).cloned() };
                self.reply.group(it.ids.iter().copied(), get).await
            }
            Frame::GetOrderQueue(it) => {
                self.reply
                    .group(it.ids.iter().copied(), |id| asked.order_queue(id))
                    .await
            }
            Frame::GetOrderDesc(it) => {
                let get = |id| async move {
                    let desc = asked.order_desc(id).await?;
                    Ok(downgrade::order_desc(desc.into_owned(), version))
                };
                self.reply.group(it.ids.iter().copied(), get).await
            }
            Frame::GetBoards(it) => self.each(&it.ids, H::board).await,
            Frame::GetResource(it) => self.each(&it.ids, H::resource).await,
            Frame::GetPlayer(it) => self.each(&it.ids, H::player).await,
            Frame::GetCategory(it) => self.each(&it.ids, H::category).await,
            Frame::GetDesign(it) => self.each(&it.ids, H::design).await,
            Frame::GetComponent(it) => self.each(&it.ids, H::component).await,
            Frame::GetProperty(it) => self.each(&it.ids, H::property).await,
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
                    Ok(ids) => self.objects(ids.iter().map(|it| it.id)).await,
                    Err(refusal) => self.reply.refuse(refusal).await,
                }
            }
            Frame::ModifyObject(it) => {
                let modified = async {
                    leaves_room(it, version)?;
                    let object = asked.modified(game::Object::from(take(it)).into()).await?;
                    handler.modify_object(caller, object).await
                };
                let mut modified = modified.await;
                if let Ok(object) = &mut modified
                    && let Err(refusal) = asked.complete(object).await
                {
                    tracing::error!(%refusal, "an object was modified, the connection ends");
                    return Err(SendError::Closed);
                }
                self.reply.answer(modified.map(Deed)).await
            }
            Frame::GetOrder(it) => {
                let id = it.id;
                let get = |slot| async move {
                    let queue = asked.queue(id).await?;
                    let mut order = handler.order(caller, queue, slot).await?;
                    order.slot.get_or_insert(slot);
                    asked.outgoing(order, id).await
                };
                self.reply.group(it.slots.iter().copied(), get).await
            }
            Frame::RemoveOrder(it) => {
                let id = it.id;
                let remove = |slot| async move {
                    let queue = asked.queue(id).await?;
                    handler.remove_order(caller, queue, slot).await.map(okay)
                };
                self.reply.group(it.slots.iter().copied(), remove).await
            }
            Frame::OrderInsert(it) => {
                let id = it.id;
                let inserted = async {
                    leaves_room(it, version)?;
                    let order = asked.given(take(it).into(), H::insert_order).await?;
                    // Old clients of TP03 know no other answer than Okay.
                    Ok(Inserted(match has_descriptions(version) {
                        true => asked.outgoing(order, id).await.ok(),
                        false => None,
                    }))
                };
                self.reply.answer(inserted.await).await
            }
            Frame::OrderProbe(it) => {
                let probed = async {
                    let id = it.id;
                    let order = asked.given(take(it).into(), H::probe_order).await?;
                    asked.outgoing(order, id).await
                };
                self.reply.answer(probed.await).await
            }
            Frame::GetMessage(it) => {
                let id = it.id;
                let get = |slot| async move {
                    let mut message = handler.message(caller, id, slot).await?;
                    if message.slot.get().is_none() {
                        message.slot = slot.into();
                    }
                    Ok(asked.message(message).await)
                };
                self.reply.group(it.slots.iter().copied(), get).await
            }
            Frame::PostMessage(it) => {
                let posted = async {
                    leaves_room(it, version)?;
                    handler.post_message(caller, take(it).into()).await
                };
                self.okay(posted).await
            }
            Frame::RemoveMessage(it) => {
                let id = it.id;
                let remove = |_, caller, slot| handler.remove_message(caller, id, slot);
                self.remove(&it.slots, remove).await
            }
            Frame::AddCategory(it) => {
                let added = async {
                    leaves_room(it, version)?;
                    handler.add_category(caller, take(it).into()).await
                };
                self.done(added).await
            }
            Frame::RemoveCategory(it) => self.remove(&it.ids, H::remove_category).await,
            Frame::AddDesign(it) => {
                let added = async {
                    leaves_room(it, version)?;
                    handler.add_design(caller, take(it).into()).await
                };
                self.done(added).await
            }
            Frame::ModifyDesign(it) => {
                let modified = async {
                    leaves_room(it, version)?;
                    handler.modify_design(caller, take(it).into()).await
                };
                self.done(modified).await
            }
            Frame::RemoveDesign(it) => self.remove(&it.ids, H::remove_design).await,
            other => {
                let request = replace(other, Frame::Ping(game::Ping::default()));
                let answer = handler.other_request(caller, request).await;
                self.reply.answer(answer.map(AnyReply)).await
            }
        }
    }

    /// What was done.
    async fn done<T: ReplyPayload>(&mut self, answer: impl Answer<T>) -> Result<(), SendError> {
        self.reply.answer(answer.await.map(Deed)).await
    }

    async fn okay(&mut self, text: impl Answer<TpString>) -> Result<(), SendError> {
        self.reply.answer(text.await.map(okay)).await
    }

    /// These objects, as the client wants them. There are many, and they are large: each stays
    /// where the handler's answer came.
    async fn objects(
        &mut self,
        ids: impl ExactSizeIterator<Item = u32> + Send,
    ) -> Result<(), SendError> {
        let asked = &self.asked;
        let is_many = ids.len() != 1;
        if is_many {
            self.reply.begin_group(ids.len()).await?;
        }
        for (index, id) in ids.enumerate() {
            let mut object = asked.handler.object(asked.caller, id).await;
            if let Ok(shown) = &mut object
                && let Err(refusal) = asked.complete(shown).await
            {
                object = Err(refusal);
            }
            self.reply.answer_with(&mut object).await?;
            if index % LOOK == LOOK - 1 {
                self.reply.look().await?;
            }
        }
        match is_many {
            true => self.reply.end_group().await,
            false => Ok(()),
        }
    }

    /// What `get` gives for each of these ids.
    async fn each<T, A>(
        &mut self,
        ids: &[u32],
        get: impl Fn(&'a H, &'a Caller<H::Player>, u32) -> A,
    ) -> Result<(), SendError>
    where
        T: ReplyPayload,
        A: Answer<T>,
    {
        let Asked {
            handler, caller, ..
        } = self.asked;
        let get = |id| get(handler, caller, id);
        self.reply.group(ids.iter().copied(), get).await
    }

    /// An Okay for each of what `remove` removes.
    async fn remove<A: Answer<TpString>>(
        &mut self,
        things: &[u32],
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
        A: Answer<Ids>,
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
        A: Answer<Ids>,
    {
        let slice = self
            .lists
            .slice(self.shared_lists, R::TYPE, request.into(), list);
        let slice = slice.await.map(R::Reply::from);
        self.reply.answer(slice).await
    }

    /// Ids of objects, without a list that more could be asked of.
    async fn whole(&mut self, ids: impl Answer<Ids>) -> Result<(), SendError> {
        let ids = ids.await.map(|ids| id_lists::whole(&ids));
        self.reply.answer(ids.map(ObjectIDs::from)).await
    }
}

/// After so many objects of a group the clock is looked at. To do so while each is waited for, as for
/// other things, costs more than most objects do.
const LOOK: usize = 4;

/// Bytes that a game may add to what it was given, and still tell it.
const ROOM: usize = 64 << 10;

/// Refuses what the client could not be told again, before anything is done with it.
fn leaves_room(request: &impl Packet, version: Version) -> Result<(), Refusal> {
    let most = MAX_BODY.saturating_sub(ROOM);
    if request.encoded_len(version) <= most {
        return Ok(());
    }
    let text = format!("this is longer than the {most} bytes that could be told again");
    Err(Refusal::new(FailCode::REQUEST_TOO_BIG, text))
}
