//! The page of Resync: a Yew app over the JavaScript face of the engine.
//!
//! `desk`, `player` and `views` know neither Yew nor the browser and are tested natively. Only `app` and `desk` call `&mut` on the engine.

#[cfg(feature = "page")]
pub mod action;
#[cfg(feature = "page")]
pub mod caption;
#[cfg(feature = "page")]
pub mod draw;
#[cfg(all(test, feature = "page"))]
mod fixture;
pub mod format;
pub mod i18n;
#[cfg(feature = "page")]
pub mod inspection;
pub mod keys;
#[cfg(feature = "page")]
pub mod overlay;
#[cfg(feature = "page")]
pub mod panels;
pub mod player;
#[cfg(feature = "page")]
pub mod prefs;
pub mod share;
#[cfg(feature = "page")]
pub mod stage;
pub mod views;
