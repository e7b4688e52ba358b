//! The panels: Yew function components, pure in their props. Each takes `views`, `selection`, `pointed`, `t` and `on`.
//!
//! A figure of the dock is a folder and a line here: its `place.txt` says where it stands there, and the build writes `dock` from these.

pub mod alarms;
pub mod caption;
pub mod cards;
pub mod class;
pub mod coach;
pub mod count;
pub mod course;
pub mod diagnose;
pub mod drill;
pub mod field;
pub mod figures;
pub mod handshake;
pub mod header;
pub mod incident;
pub mod inspector;
pub mod knobs;
pub mod known;
pub mod lag;
pub mod lesson;
pub mod menu;
pub mod packet;
pub mod presenter;
pub mod recall;
pub mod ruler;
pub mod size;
pub mod stage;
pub mod steady;
pub mod ten;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod verdict;
pub mod words;

include!(concat!(env!("OUT_DIR"), "/dock.rs"));
