//! The page of Resync: a Yew app over the JavaScript face of the engine.
//!
//! `desk`, `player` and `views` know neither Yew nor the browser and are tested natively. Only `app` and `desk` call `&mut` on the engine.

pub mod action;
pub mod api;
#[cfg(feature = "page")]
pub mod app;
#[cfg(feature = "page")]
pub mod caption;
pub mod desk;
#[cfg(feature = "page")]
pub mod draw;
#[cfg(feature = "page")]
pub mod export;
#[cfg(all(test, feature = "page"))]
mod fixture;
pub mod format;
pub mod i18n;
pub mod ids;
pub mod inspection;
pub mod keys;
pub mod lessons;
#[cfg(feature = "page")]
pub mod overlay;
#[cfg(feature = "page")]
pub mod panels;
pub mod plain;
pub mod player;
#[cfg(feature = "page")]
pub mod prefs;
pub mod share;
#[cfg(feature = "page")]
pub mod ui;
pub mod views;
