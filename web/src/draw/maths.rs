//! Functions of real numbers. The browser has them; those of the standard library would be 8 KB of the page's module.

#[cfg(not(target_arch = "wasm32"))]
mod own {
    pub(super) fn sin(x: f64) -> f64 {
        x.sin()
    }
    pub(super) fn cos(x: f64) -> f64 {
        x.cos()
    }
    pub(super) fn pow(x: f64, y: f64) -> f64 {
        x.powf(y)
    }
    pub(super) fn log(x: f64) -> f64 {
        x.ln()
    }
    pub(super) fn hypot(x: f64, y: f64) -> f64 {
        x.hypot(y)
    }
    pub(super) fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }
}
#[cfg(target_arch = "wasm32")]
use js_sys::Math as own;

/// Sine and cosine of an angle in radians.
#[must_use]
pub fn sin_cos(angle: f64) -> (f64, f64) {
    (own::sin(angle), own::cos(angle))
}
/// `x` to the power of `y`.
#[must_use]
pub fn powf(x: f64, y: f64) -> f64 {
    own::pow(x, y)
}
/// The natural logarithm.
#[must_use]
pub fn ln(x: f64) -> f64 {
    own::log(x)
}
/// The length of a way of `x` to the side and `y` up.
#[must_use]
pub fn hypot(x: f64, y: f64) -> f64 {
    own::hypot(x, y)
}
/// The angle in radians of the direction `y` up and `x` to the side.
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    own::atan2(y, x)
}
