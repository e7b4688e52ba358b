//! The runs that prove it, each on the same axis: the outage, the request, the byte that is overwritten.

use super::props::SizeProps;
use crate::draw::n;
use crate::format::grouped;
use crate::i18n::size::Size as Words;
use crate::i18n::size_of;
use crate::sized::{Shown, Wish};
use resync_desk::size::{Asked, Field, Sizes, bytes_text, seconds_text};
use yew::{Html, classes, html};

/// Units of a bar.
const WIDTH: f64 = 1_000.0;

/// The runs.
pub(super) fn proof(props: &SizeProps, sizes: &Sizes) -> Html {
    let t = size_of(props.t);
    let sized = &props.sized;
    let took = sized.took_ms.map(|ms| (t.took)(&format!("{}.{}", ms / 1_000, ms / 100 % 10)));
    let longest = (sizes.covers_ms as f64 * 1.12).max(sized.form.get(Field::Outage) as f64 * 1_300.0);
    html! {
        <section class="proof" aria-label={t.proof}>
            <div class="head">
                <h3>{ t.proof }</h3><span class="muted">{ (t.runs)(sized.runs.len(), sized.form.get(Field::Outage)) }</span><span class="space"></span><span class="muted" role="status">{ took }</span>
            </div>
            if sized.scale > 1 { <p class="muted">{ (t.scaled)(sized.scale) }</p> }
            <ol>{ for sized.runs.iter().enumerate().map(|(at, run)| one(props, t, at, run, longest)) }</ol>
            if sizes.smaller.is_none() { <p class="muted">{ t.no_smaller }</p> }
        </section>
    }
}

/// A time after the cut, ms: of a byte that is or will be overwritten.
fn lost_ms(asked: &Asked, rate: u64) -> u64 {
    asked.at_ms.saturating_add_signed(asked.spare_ms(rate))
}

fn one(props: &SizeProps, t: &Words, at: usize, run: &Shown, longest: f64) -> Html {
    let size = bytes_text(run.size);
    let rate = props.sized.form.get(Field::Rate);
    let words = match &run.asked {
        None if run.failed => html! { <p class="grave">{ t.failed }</p> },
        None => html! { <p class="muted">{ t.playing }</p> },
        Some(asked) => {
            let time = seconds_text(asked.spare_ms(rate).unsigned_abs());
            let (class, verdict) = if asked.sent.is_some() { ("c2", (t.to_spare)(&time)) } else { ("cf", (t.too_late)(&time)) };
            let reply = match asked.sent {
                Some(bytes) => (t.sent)(&asked.reply, &grouped(i64::try_from(bytes).unwrap_or(i64::MAX))),
                None => (t.anew)(&asked.reply, &bytes_text(props.sized.form.get(Field::Dataset))),
            };
            html! {
                <p>
                    <b class={class}>{ verdict }</b><b class="mono">{ reply }</b>
                    <span class="muted">{ format!("{} · {}", (t.asks_at)(&at_text(asked.at_ms)), (t.lost_at)(&seconds_text(lost_ms(asked, rate)))) }</span>
                </p>
            }
        }
    };
    html! {
        <li key={run.size}>
            <b class="mono">{ size.clone() }</b>
            <div>{ bar(run, props.sized.form.get(Field::Outage) * 1_000, rate, longest) }{ words }</div>
            <button class={classes!((at == 0).then_some("primary"))} onclick={props.wish(Wish::Open(at))}>{ (t.open)(&size) }</button>
        </li>
    }
}

/// A moment with hundredths: `60.34 s`.
fn at_text(ms: u64) -> String {
    format!("{}.{:02} s", ms / 1_000, ms / 10 % 100)
}

/// The bar of a run: the outage hatched, filled once the byte is gone; the request a diamond; the byte's end a stroke.
fn bar(run: &Shown, outage_ms: u64, rate: u64, longest: f64) -> Html {
    let x = |ms: u64| (ms as f64 / longest * WIDTH).min(WIDTH);
    let asked = run.asked.as_ref();
    let until = asked.map_or(outage_ms, |asked| asked.at_ms);
    let lost = asked.map(|asked| lost_ms(asked, rate));
    let gone = lost.filter(|lost| *lost < until);
    let hatched = gone.unwrap_or(until);
    html! {
        <svg class="bar" viewBox="0 0 1000 22" preserveAspectRatio="none" aria-hidden="true">
            <rect x="0" y="3" width="1000" height="16" class="fwash" />
            <rect x="0" y="3" width={n(x(hatched))} height="16" class="gone" opacity="0.7" />
            if let Some(gone) = gone { <rect x={n(x(gone))} y="3" width={n(x(until) - x(gone))} height="16" class="ff" opacity="0.8" /> }
            if let Some(lost) = lost.filter(|lost| *lost >= until) { <path d={format!("M{} 11H{}", n(x(until)), n(x(lost)))} class="fn sf w2 d2 still" /> }
            if let Some(lost) = lost { <path d={format!("M{} 0V22", n(x(lost)))} class="fn sf w25 still" /> }
            if asked.is_some() { <path d={format!("M{} 0V22", n(x(until)))} class="fn si w25 still" /> }
        </svg>
    }
}
