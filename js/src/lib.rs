//! The engine for JavaScript: the class `Resync`, which is `window.resync` on the page and the whole of the npm package.
//!
//! Beneath it stands what any screen needs and no screen should have to build again: [`desk`] holds the runs of a page, [`player`] lets simulated time
//! follow the wall clock, [`views`] and [`inspection`] are what is shown of a moment, [`share`] makes a link of a run. All of these are plain Rust,
//! tested natively; only [`api`] and [`plain`] know JavaScript.
//!
//! Absent on purpose: the DOM, Yew, human languages, lessons. The page (`resync-web`) adds them.

pub mod api;
pub mod completion;
pub mod desk;
pub mod fleet;
pub mod ids;
pub mod inspection;
pub mod matters;
pub mod plain;
pub mod player;
pub mod refusal;
pub mod share;
pub mod views;
