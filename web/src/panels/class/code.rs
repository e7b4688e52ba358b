//! The code of a link, for the room.

use crate::action::Action;
use crate::i18n::{Strings, class_of};
use crate::panels::count::rendered;
use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use std::fmt::Write as _;
use yew::{AttrValue, Callback, Html, Properties, component, html, use_memo, use_state_eq};

/// A link of more bytes has no code, bytes: that is version 20 with the least correction, 97 modules wide, of which a projector of 720 lines gives each five
/// pixels. Smaller ones are not read from the last row.
pub const ROOM_BYTES_MAX: usize = 858;

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct CodeProps {
    /// The lesson's own link, where a lesson is open.
    pub lesson: Option<AttrValue>,
    /// The run at this moment.
    pub run: AttrValue,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The dark modules of a code as one path, and how many modules it is wide, the quiet ones at its edges included; nothing if the link is too long.
#[must_use]
pub(super) fn drawn(link: &str) -> Option<(String, usize)> {
    const QUIET: usize = 4;
    if link.len() > ROOM_BYTES_MAX {
        return None;
    }
    // More correction where it makes the code no wider than a short link has anyway.
    let ecl = if link.len() <= 152 { ECL::M } else { ECL::L };
    let code = QRBuilder::new(link).ecl(ecl).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let run = (x..code.size).take_while(|x| code[y][*x].value()).count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    Some((path, code.size + 2 * QUIET))
}

/// The sheet.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    rendered();
    let t = &class_of(props.t).code;
    let of_run = use_state_eq(|| props.lesson.is_none());
    // The run as it was when somebody asked: a code that changes while it is read is no code.
    let run = use_state_eq(|| props.run.clone());
    // The lesson's own link is short, but for one that somebody wrote.
    let short = props.lesson.clone().filter(|lesson| lesson.len() <= ROOM_BYTES_MAX);
    let asked = props.lesson.clone().filter(|_| !*of_run).unwrap_or_else(|| (*run).clone());
    let too_long = asked.len() > ROOM_BYTES_MAX;
    let link = short.clone().filter(|_| too_long).unwrap_or_else(|| asked.clone());
    let code = use_memo(link.clone(), |link| drawn(link));
    let choice = |of: bool, name: &'static str| {
        let (of_run, run, now) = (of_run.clone(), run.clone(), props.run.clone());
        let pressed = (*of_run == of).to_string();
        let onclick = move |_| {
            run.set(now.clone());
            of_run.set(of);
        };
        html! { <button aria-pressed={pressed} {onclick}>{ name }</button> }
    };
    html! {
        <div class="code">
            if props.lesson.is_some() { <div class="row" role="group" aria-label={t.title}>{ choice(false, t.lesson) }{ choice(true, t.run) }</div> }
            if too_long { <p role="status">{ (t.too_long)(asked.chars().count(), ROOM_BYTES_MAX) }if short.is_some() { { " " }{ t.instead } }</p> }
            if let Some((path, wide)) = &*code {
                <svg class="qr" viewBox={format!("0 0 {wide} {wide}")} role="img" aria-label={(t.picture)(&link)} shape-rendering="crispEdges"><path d={path.clone()} /></svg>
            }
            <p class="mono link">{ &link }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of the modules, read off the path.
    fn modules(path: &str, wide: usize) -> Vec<Vec<bool>> {
        let mut all = vec![vec![false; wide]; wide];
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').expect("x");
            let (y, rest) = rest.split_once('h').expect("y");
            let (w, _) = rest.split_once('v').expect("w");
            let (x, y, w): (usize, usize, usize) = (x.parse().expect("x"), y.parse().expect("y"), w.parse().expect("w"));
            (x..x + w).for_each(|x| all[y][x] = true);
        }
        all
    }

    #[test]
    fn a_code_has_its_three_eyes_and_a_quiet_edge() {
        let (path, wide) = drawn("https://x.example/resync/#13-where-the-write-went").expect("short enough");
        let all = modules(&path, wide);
        let eye = |x0: usize, y0: usize| {
            (0..7).all(|y| {
                (0..7).all(|x| {
                    let edge = x == 0 || y == 0 || x == 6 || y == 6;
                    let heart = (2..5).contains(&x) && (2..5).contains(&y);
                    all[y0 + y][x0 + x] == (edge || heart)
                })
            })
        };
        assert!(eye(4, 4) && eye(wide - 11, 4) && eye(4, wide - 11));
        assert!((0..wide).all(|i| (0..4).all(|q| !all[q][i] && !all[i][q] && !all[wide - 1 - q][i] && !all[i][wide - 1 - q])));
        assert_eq!((wide - 8) % 4, 1, "a version's size");
    }

    #[test]
    fn a_link_that_no_row_can_read_has_no_code() {
        let (_, wide) = drawn(&"a".repeat(ROOM_BYTES_MAX)).expect("just fits");
        assert_eq!(wide, 97 + 8);
        assert_eq!(drawn(&"a".repeat(ROOM_BYTES_MAX + 1)), None);
        assert!(drawn("").is_some(), "even nothing has one");
    }
}
