//! What was seen of real servers without a recording that says it: claims of numbers and of words, each with the eras it is said of, against whole
//! worlds of the engine.
//!
//! A measure is taken at many moments, since it hangs on where two clocks stand: all of it must lie in the range that was seen.

mod accounts;
mod measures;
mod tale;

use resync_core::era::Era;

const SINCE_2_8: &[Era] = &[Era::V2_8, Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0];
const SINCE_3_0: &[Era] = &[Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0];
const STORY: &[Era] = &[Era::V2_8, Era::V3_0, Era::V3_2];
