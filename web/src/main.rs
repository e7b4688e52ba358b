//! Starts the page.

fn main() {
    yew::Renderer::<resync_web::app::App>::new().render();
}
