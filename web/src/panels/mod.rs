//! The panels: Yew function components, pure in their props. Each takes `views`, `selection`, `pointed`, `t` and `on`.

pub mod caption;
pub mod console;
pub mod header;
pub mod info;
pub mod inspector;
pub mod knobs;
pub mod menu;
pub mod tables;
pub mod timeline;
