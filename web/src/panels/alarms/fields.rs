//! A rule by fields, as Zabbix and CloudWatch have it; it becomes an expression in the box.

use crate::action::Action;
use crate::alarm::Wish;
use crate::i18n::{Strings, alarms_of};
use crate::panels::count::rendered;
use resync_alarms::forms::{CloudWatch, Function, METRICS, OPS, PERIODS_MAX, Statistic, Zabbix};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state};

/// Where the expression goes.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FieldsProps {
    /// Strings.
    pub(super) t: &'static Strings,
    /// Where wishes go.
    pub(super) on: Callback<Action>,
}

/// What is in the fields, as places in the lists.
#[derive(Clone, Copy, PartialEq)]
struct Filled {
    cloud: bool,
    metric: usize,
    function: usize,
    span_s: u32,
    op: usize,
    threshold: i64,
    datapoints: u32,
    of: u32,
}

impl Filled {
    fn expr(self) -> String {
        let (metric, op, threshold) = (METRICS[self.metric.min(METRICS.len() - 1)], OPS[self.op.min(OPS.len() - 1)], self.threshold);
        if self.cloud {
            let statistic = Statistic::ALL[self.function.min(Statistic::ALL.len() - 1)];
            CloudWatch { metric, statistic, period_s: self.span_s, op, threshold, datapoints: self.datapoints, of: self.of }.expr()
        } else {
            Zabbix { metric, function: Function::ALL[self.function.min(Function::ALL.len() - 1)], span_s: self.span_s, op, threshold }
                .expr()
        }
    }
}

/// The fields.
#[component]
pub(super) fn ByFields(props: &FieldsProps) -> Html {
    rendered();
    let t = &alarms_of(props.t).fields;
    let first = Filled { cloud: false, metric: 1, function: 1, span_s: 300, op: 0, threshold: 30, datapoints: 1, of: 1 };
    let filled = use_state(|| first);
    let now = *filled;
    let set = |change: fn(&mut Filled, i64)| {
        let filled = filled.clone();
        Callback::from(move |value: i64| {
            let mut next = *filled;
            change(&mut next, value);
            filled.set(next);
        })
    };
    let choice = |label: &'static str, words: Vec<&'static str>, at: usize, set: Callback<i64>| {
        let onchange =
            set.reform(|e: Event| i64::from(e.target_dyn_into::<HtmlSelectElement>().map_or(0, |select| select.selected_index())));
        let option = |(n, word): (usize, &&'static str)| html! { <option key={*word} selected={n == at}>{ *word }</option> };
        html! { <label><span>{ label }</span><select {onchange}>{ for words.iter().enumerate().map(option) }</select></label> }
    };
    let number = |label: &'static str, value: i64, least: i64, most: i64, set: Callback<i64>| {
        let onchange = Callback::from(move |e: Event| {
            let text = e.target_dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if let Ok(value) = text.trim().parse::<i64>() {
                set.emit(value.clamp(least, most));
            }
        });
        html! { <label><span>{ label }</span><input type="number" min={least.to_string()} max={most.to_string()} value={value.to_string()} {onchange} /></label> }
    };
    let functions: Vec<&str> = if now.cloud {
        Statistic::ALL.iter().map(|one| one.word()).collect()
    } else {
        Function::ALL.iter().map(|one| one.word()).collect()
    };
    let most = i64::from(PERIODS_MAX);
    let make = props.on.reform(move |_| Action::Alarm(Wish::Made(now.expr())));
    html! {
        <details class="fields">
            <summary>{ t.title }</summary>
            <div>
                { choice(t.tool, vec!["Zabbix", "CloudWatch"], usize::from(now.cloud), set(|filled, at| (filled.cloud, filled.function) = (at == 1, 0))) }
                { choice(t.metric, METRICS.to_vec(), now.metric, set(|filled, at| filled.metric = at.unsigned_abs() as usize)) }
                { choice(t.function, functions, now.function, set(|filled, at| filled.function = at.unsigned_abs() as usize)) }
                { number(t.span, now.span_s.into(), 1, 86_400, set(|filled, s| filled.span_s = s as u32)) }
                { choice(t.op, OPS.iter().map(|op| op.word()).collect(), now.op, set(|filled, at| filled.op = at.unsigned_abs() as usize)) }
                { number(t.threshold, now.threshold, -1_000_000_000_000, 1_000_000_000_000, set(|filled, value| filled.threshold = value)) }
                if now.cloud {
                    { number(t.datapoints, now.datapoints.into(), 1, most, set(|filled, n| filled.datapoints = n as u32)) }
                    { number(t.of, now.of.into(), 1, most, set(|filled, n| filled.of = n as u32)) }
                }
                <button onclick={make}>{ t.make }</button>
            </div>
        </details>
    }
}
