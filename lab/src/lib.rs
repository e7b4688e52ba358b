//! The lab: a seed draws a world, its weather and what is done to it; a witness judges every event; then everything heals and must come together.
//!
//! [`draw`] makes the scenario text of a seed (`councils`: of one with sentinels), [`play`] plays a text under watch, [`situations`] counts what was met on the way, [`twin`] compares a
//! run with one that was never interrupted, [`shrink`] makes a failing text short. What fails is a scenario like any other: the page and `Timeline`
//! play it too. The swarm of the tests is this in large numbers.
//!
//! Absent on purpose: files, clocks, threads, the command line. It runs wherever the engine does.

mod councils;
mod dice;
pub mod draw;
pub mod play;
pub mod shrink;
pub mod situations;
pub mod twin;
