//! One server. There is no other way in than [`api::Input`], and nothing else comes out than [`api::Outbox`].

pub mod api;
