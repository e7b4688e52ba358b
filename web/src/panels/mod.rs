//! The panels: Yew function components, pure in their props. Each takes `views`, `selection`, `pointed`, `t` and `on`.
