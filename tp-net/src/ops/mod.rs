//! What a client can ask, once for all client APIs.
//!
//! Each operation is an `async fn` that knows neither sockets nor clocks nor a runtime: it hands
//! requests to a [`SessionHandle`] and waits for their answers. What makes the answers come is the
//! client API: the blocking client drives the socket until the operation is done, the polling
//! client a little whenever it is polled, the asynchronous client in a task.

mod account;
mod admin;
mod all;
mod batches;
mod deadline;
mod descriptions;
mod entries;
mod event_log;
mod events;
mod game_item;
mod id_list;
mod ids;
mod known_descriptions;
mod object_shape;
mod objects;
mod one;
mod orders;
mod pause;
mod reply_frames;
mod request;
mod session_handle;
mod turn_ends;
mod turns;
mod waiters;

pub use batches::BatchResult;
pub(crate) use event_log::ListenerId;
pub(crate) use events::Listener;
pub use game_item::GameItem;
pub use id_list::{IdListPage, IdListQuery};
use reply_frames::{ReplyFrames, single};
pub(crate) use session_handle::SessionHandle;
