//! The guide: the page's own marks with one sentence each, why it all matters at this moment, and three things to try, which tick themselves.

use crate::draw::age_opacity;
use crate::draw::replicas::{Standing, replicas, top};
use crate::format::{grouped, size};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::note::Note;
use resync_core::repl::psync::{Reason, Verdict};
use resync_js::views::{Shared, Views};
use std::collections::BTreeSet;
use yew::{Html, Properties, classes, component, html};

/// What was seen is said so long, µs.
const SEEN_US: u64 = 12_000_000;

/// What the guide shows.
#[derive(Clone, PartialEq, Properties)]
pub struct GuideProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// Strings.
    pub t: &'static Strings,
}

/// Which of the three things have been done up to this moment: a partial resync after a cut; a full one for lack of backlog; the backlog enlarged while a
/// link was cut.
#[must_use]
pub fn tried(views: &Views) -> [bool; 3] {
    let mut done = [false; 3];
    let mut cut_once = false;
    let mut down: BTreeSet<[&str; 2]> = BTreeSet::new();
    let mut held = 0;
    for entry in views.journal.iter() {
        let pair = |peer: &'_ str| {
            let peer = views.nodes().find(|n| n.name == peer).map_or("", |n| n.name.as_str());
            let here = views.nodes().find(|n| n.ix == entry.node).map_or("", |n| n.name.as_str());
            if here < peer { [here, peer] } else { [peer, here] }
        };
        match &entry.note {
            Some(Note::LinkCut { peer }) => {
                cut_once = true;
                down.insert(pair(peer));
            }
            Some(Note::LinkHealed { peer }) => {
                down.remove(&pair(peer));
            }
            Some(Note::PsyncVerdict { ruling, .. }) => match ruling.decision().map(|decision| decision.verdict) {
                Some(Verdict::Partial { .. }) => done[0] |= cut_once,
                Some(Verdict::Full(Reason::Lack)) => done[1] |= cut_once,
                _ => {}
            },
            Some(Note::BacklogCreated { bytes, .. }) => held = *bytes,
            Some(Note::BacklogResized { bytes, .. }) => {
                done[2] |= !down.is_empty() && *bytes > held;
                held = *bytes;
            }
            _ => {}
        }
    }
    done
}

/// Heading and sentence about this moment.
fn moment(views: &Views, t: &'static Strings) -> (&'static str, String) {
    let g = &t.face.guide;
    let top = top(views);
    let left = replicas(views).iter().find_map(|r| match r.standing {
        Standing::Away(left) if r.applied.is_some() => left,
        _ => None,
    });
    let seen = (*views.verdict).as_ref().filter(|v| views.now_us.saturating_sub(v.at_us) < SEEN_US);
    let answer = seen.and_then(|v| v.ruling.decision()).map(|decision| decision.verdict);
    match (left, answer) {
        (Some(left), _) if left.partial_now && left.bytes > 0 => {
            (g.now_title, (g.now)(&grouped(top.map_or(0, |top| top.backlog.rate.cast_signed()))))
        }
        (Some(left), _) if left.bytes <= 0 => (g.now_title, g.too_late.to_owned()),
        (_, Some(Verdict::Partial { bytes, .. })) => {
            (g.saw_title, (g.saw_partial)(&grouped(bytes.cast_signed()), &size(top.map_or(0, |top| top.backlog.size))))
        }
        (_, Some(Verdict::Full(Reason::Lack))) => (g.saw_title, g.saw_full.to_owned()),
        _ => (g.why_title, g.why.to_owned()),
    }
}

/// A mark of the legend.
fn mark(inside: Html) -> Html {
    html! { <svg viewBox="0 0 44 20" aria-hidden="true">{ inside }</svg> }
}

/// The guide.
#[component]
pub fn Guide(props: &GuideProps) -> Html {
    rendered();
    let g = &props.t.face.guide;
    let size = top(&props.views).map_or(0, |top| top.backlog.size);
    let (title, said) = moment(&props.views, props.t);
    let ramp = (0..8).map(|i| {
        let opacity = format!("{:.2}", age_opacity(f64::from(i) / 7.0));
        html! { <rect x={format!("{}", f64::from(i) * 5.5)} y="4" width="5.8" height="12" class="fnew" {opacity} /> }
    });
    let pipe = html! { <path d="M0 4h44M0 16h44" class="fn sl w1" /> };
    let legend = [
        (mark(html! { <>{ pipe.clone() }<rect x="11" y="6" width="22" height="8" class="f1" /></> }), g.write.to_owned()),
        (mark(html! { <>{ pipe }<circle cx="22" cy="10" r="4" class="fp s1 w15" /></> }), g.ack.to_owned()),
        (mark(html! { <>{ for ramp }</> }), (g.backlog)(&grouped(size.cast_signed()))),
        (
            mark(html! { <><path d="M3 10H41" class="fn sf w2 d2" /><path d="M9 5l-7 5l7 5M35 5l7 5l-7 5" class="fn sf w2" /></> }),
            g.runway.to_owned(),
        ),
        (
            mark(
                html! { <><path d="M0 4h14l-3 4l3 4l-3 4H0M44 4H30l3 4l-3 4l3 4H44" class="fn si w1" /><path d="M19 7l6 6m0 -6l-6 6" class="fn sf w2" /></> },
            ),
            g.cut.to_owned(),
        ),
    ];
    let done = tried(&props.views);
    html! {
        <div class="guide scroll" tabindex="0">
            <ul class="legend">{ for legend.into_iter().map(|(mark, words)| html! { <li>{ mark }<span>{ words }</span></li> }) }</ul>
            <div class="why"><h3>{ title }</h3><p>{ said }</p></div>
            <div class="why"><h3>{ g.try_title }</h3>
                <ol class="tries">{ for g.tries.into_iter().zip(done).map(|(words, done)| html! {
                    <li class={classes!(done.then_some("done"))}>
                        <i aria-hidden="true">{ if done { "✓" } else { "" } }</i>
                        <span>if done { <span class="hidden">{ g.done }{ " " }</span> }{ words }</span>
                    </li>
                }) }</ol>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::tests::played;

    #[test]
    fn what_was_tried_ticks_itself() {
        let seen = |acts: &[(u64, &str)], to_ms: u64| tried(&played(acts, to_ms));
        let (cut, heal) = ("cut master replica-1", "heal master replica-1");
        assert_eq!(seen(&[], 12_000), [false; 3], "the first contact is no cut");
        assert_eq!(seen(&[(12_000, cut)], 14_000), [false; 3]);
        assert_eq!(seen(&[(12_000, cut), (14_000, heal)], 20_000), [true, false, false]);
        assert_eq!(seen(&[(12_000, cut), (40_000, heal)], 45_000), [false, true, false]);
        let larger = "master: CONFIG SET repl-backlog-size 65536";
        assert_eq!(seen(&[(12_000, larger), (13_000, cut)], 14_000), [false; 3], "before the cut it is no rescue");
        assert_eq!(seen(&[(12_000, cut), (13_000, larger)], 14_000), [false, false, true]);
    }

    #[test]
    fn the_guide_speaks_of_the_moment() {
        let t = crate::i18n::Lang::En.strings();
        let (cut, heal) = ((12_000, "cut master replica-1"), |at| (at, "heal master replica-1"));
        let title = |acts: &[(u64, &str)], to_ms: u64| moment(&played(acts, to_ms), t);
        assert_eq!(title(&[], 30_000).0, t.face.guide.why_title);
        assert!(title(&[cut], 14_000).1.contains("B/s"));
        assert_eq!(title(&[cut], 40_000).1, t.face.guide.too_late);
        assert!(title(&[cut, heal(14_000)], 20_000).1.contains("16 KB"));
        assert_eq!(title(&[cut, heal(40_000)], 45_000).1, t.face.guide.saw_full);
    }
}
