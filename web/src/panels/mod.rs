//! The panels: Yew function components, pure in their props. Each takes `views`, `selection`, `pointed`, `t` and `on`.

pub mod backlog;
pub mod handshake;
pub mod lag;
pub mod ruler;
pub mod verdict;
