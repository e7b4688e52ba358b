//! How many nodes there are.

use resync_js::views::{Shared, Views};
use yew::{Html, Properties, component, html};

/// What the panel shows.
#[derive(Clone, PartialEq, Properties)]
pub struct ThrowawayProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
}

/// The panel.
#[component]
pub fn Throwaway(props: &ThrowawayProps) -> Html {
    html! { <p class="throwaway">{ props.views.cluster.nodes.len() }</p> }
}
