//! The alarm lab: would an alarm ring?
//!
//! A rule is an expression over the names that redis_exporter gives to what INFO says, and how long it has to hold. A [`scrape`]r looks at a run as Prometheus
//! would, every few seconds; [`eval`] evaluates the rule over what it saw, as Prometheus 2.42 does; [`alert`] says when it was pending and when it rang.
//! [`weather`] has the runs in which alarms are tried: what goes wrong, and what must not ring. [`matrix`] tries every rule in every weather.
//!
//! The parser is our own: that of a kept library, `promql-parser`, comes to 347 KB after brotli, and the page has a tenth of that for this desk.

pub mod alert;
pub mod eval;
pub mod export;
pub mod expr;
pub mod forms;
pub mod matrix;
pub mod published;
pub mod rules;
pub mod scrape;
pub mod series;
pub mod watched;
pub mod weather;
