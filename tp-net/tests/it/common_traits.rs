//! What may cross threads, be kept over a panic, be compared and be a key.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};

use tp_frames::{
    DecodeError, DecodeOptions, EncodeError, EncodeOptions, FramingError, ParameterError,
    ParseEnumerationError, ParseVersionError, RawFrame, Semi32, TpStr, TpString, Version, game,
};
#[cfg(any(feature = "zeroconf", feature = "metaserver"))]
use tp_net::discovery;
use tp_net::model::{Object, Order, Refusal, Vector};
use tp_net::server::{Peer, SendError, Server, ServerError};
use tp_net::transport::{Scheme, TransportError, Url, UrlError};
use tp_net::{Error, Event, Options, Versions, admin, blocking, client, polling};

const fn crosses_threads<T: Debug + Send + Sync + 'static>() {}
const fn is_moved<T: Debug + Send + 'static>() {}
const fn is_value<T: Debug + Clone + Send + Sync + UnwindSafe + RefUnwindSafe>() {}
const fn is_key<T: Clone + Eq + Hash>() {}
const fn is_sorted<T: Ord>() {}
const fn is_error<T: StdError + Send + Sync + 'static>() {}

const _: () = {
    is_value::<TpString>();
    is_value::<TpStr<'_>>();
    is_value::<RawFrame>();
    is_value::<game::Frame>();
    is_value::<game::ObjectView<'_>>();
    is_value::<DecodeOptions>();
    is_value::<EncodeOptions>();
    is_value::<Object>();
    is_value::<Order>();
    is_value::<Refusal>();
    is_value::<Url>();
    is_value::<Versions>();

    is_key::<TpString>();
    is_key::<Version>();
    is_key::<Semi32>();
    is_key::<game::FailCode>();
    is_key::<Vector>();
    is_key::<Url>();
    is_key::<Scheme>();
    is_key::<polling::Ticket<u32>>();
    is_sorted::<TpString>();
    is_sorted::<Version>();
    is_sorted::<Semi32>();

    is_error::<DecodeError>();
    is_error::<EncodeError>();
    is_error::<FramingError>();
    is_error::<ParameterError>();
    is_error::<ParseEnumerationError>();
    is_error::<ParseVersionError>();
    is_error::<Error>();
    is_error::<Refusal>();
    is_error::<TransportError>();
    is_error::<UrlError>();
    is_error::<ServerError>();
    is_error::<SendError>();

    is_value::<Event>();
    crosses_threads::<Options>();
    crosses_threads::<client::Events>();
    crosses_threads::<client::Client>();
    crosses_threads::<admin::Client>();
    crosses_threads::<Server>();
    crosses_threads::<Peer>();
    is_moved::<blocking::Client>();
    is_moved::<polling::Client>();
};

#[cfg(any(feature = "zeroconf", feature = "metaserver"))]
const _: () = {
    is_error::<discovery::Error>();
    is_moved::<discovery::Browser>();
    is_key::<discovery::GameId>();
};
