//! The page of Resync: a Yew app over the engine's face for JavaScript, `resync-js`.
//!
//! Only `app`, and the desk of `resync-js`, call `&mut` on the engine.

pub mod action;
pub mod address;
pub mod alarm;
pub mod app;
pub mod browser;
pub mod caption;
pub mod channel;
pub mod coach;
pub mod draw;
pub mod drill;
pub mod files;
#[cfg(test)]
mod fixture;
pub mod format;
pub mod i18n;
pub mod incident;
pub mod keys;
pub mod lessons;
pub mod overlay;
pub mod panels;
pub mod pasted;
#[cfg(feature = "still")]
pub mod plain;
pub mod prefs;
pub mod recall;
pub mod sized;
#[cfg(any(test, feature = "still"))]
pub mod still;
pub mod teach;
pub mod terms;
pub mod ui;
