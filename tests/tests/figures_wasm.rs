//! The figures of `cargo xtask bench`, in wasm in a browser: the same code as natively, built as the page is.
#![cfg(target_arch = "wasm32")]

use resync_tests::figures;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

#[wasm_bindgen_test]
fn figures_in_wasm() {
    let mut told = 0;
    figures::all(&|| now() / 1000.0, "", &mut |figure| {
        told += 1;
        assert!(figure.value.is_finite() && figure.value > 0.0, "{} is a figure", figure.name);
        console_log!("figure\t{}\t{}", figure.name, figure.value);
    });
    assert!(told > 0, "something was measured");
}
