#![allow(warnings, clippy::all)]
#[path = "../it/any_client.rs"]
mod any_client;
#[path = "../it/client_reconnect/mod.rs"]
mod client_reconnect;
#[path = "../it/client_redirects.rs"]
mod client_redirects;
#[path = "../it/operations.rs"]
mod operations;
#[path = "../it/peer.rs"]
mod peer;
#[path = "../it/proxy.rs"]
mod proxy;
