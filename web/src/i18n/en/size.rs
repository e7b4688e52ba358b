//! English: the sheet *Size it*.

use crate::i18n::size::Size;
use resync_core::era::BacklogKind;
use resync_desk::size::{Directive, Field, Form, Sizes, bytes_text, seconds_text};

const fn field(field: Field) -> &'static str {
    match field {
        Field::Rate => "bytes a second in the stream",
        Field::Writes => "writes a second",
        Field::Value => "value size",
        Field::Outage => "longest outage to survive",
        Field::Margin => "margin",
        Field::Dataset => "dataset, as an RDB",
        Field::Disk => "disk",
        Field::Network => "network to a replica",
        Field::Load => "load",
        Field::Fork => "fork",
        Field::Replicas => "replicas",
    }
}

fn means(directive: Directive, form: &Form, s: &Sizes) -> String {
    let rate = bytes_text(form.get(Field::Rate));
    let whole: u64 = s.full_ms.iter().sum();
    match directive {
        Directive::Backlog if s.backlog == s.backlog_default && s.least < s.backlog => {
            format!("The default is enough: it lasts {}.", seconds_text(s.covers_ms))
        }
        Directive::Backlog => format!(
            "After a cut of up to {} a replica gets {rate} for each second away, not {}.",
            seconds_text(s.covers_ms),
            bytes_text(form.get(Field::Dataset))
        ),
        Directive::Ttl => "After an hour without replicas a master frees its backlog: here an outage may last longer.".to_owned(),
        Directive::Limit if s.limit.1 > 64 << 20 => {
            format!(
                "Fork, save, send, load: {} of writes wait, more than the default holds. Soft as large as hard: it lasts longer than 60 s.",
                seconds_text(whole)
            )
        }
        Directive::Limit => {
            let times = (256_u64 << 20).checked_div(s.waits).unwrap_or(0);
            format!("Fork, save, send, load: {} of writes wait. The default holds {times} times that.", seconds_text(whole))
        }
        Directive::Timeout => format!("It measures silence, not duration: a send of {} is not silent.", seconds_text(s.full_ms[2])),
        Directive::Ping => "Three chances to be heard before it counts as silence.".to_owned(),
        Directive::ToWrite if s.to_write == 0 => "With one replica it would refuse writes whenever that one restarts.".to_owned(),
        Directive::ToWrite => "One replica must be heard, or writes are refused.".to_owned(),
        Directive::MaxLag => "Written and lost at worst, if the master dies once its replicas are silent.".to_owned(),
    }
}

fn comment(directive: Directive, form: &Form, s: &Sizes, default: bool) -> String {
    match directive {
        Directive::Backlog => format!("survives {} at {}/s", seconds_text(s.covers_ms), bytes_text(form.get(Field::Rate))),
        Directive::Limit if default => format!("default, holds {} of writes", seconds_text(held_ms(form, s))),
        Directive::Limit => {
            format!("holds {} of writes; a full resync takes {}", seconds_text(held_ms(form, s)), seconds_text(s.full_ms.iter().sum()))
        }
        Directive::Ttl => "an outage may last longer than the default, 1 h".to_owned(),
        Directive::ToWrite if s.to_write > 0 => format!("at most {} s of writes at risk", s.max_lag_s),
        _ if default => "default".to_owned(),
        Directive::Timeout => format!("three PINGs and a fork of {}, and the margin", seconds_text(s.full_ms[0])),
        _ => String::new(),
    }
}
fn held_ms(form: &Form, s: &Sizes) -> u64 {
    u64::try_from(u128::from(s.limit.0) * 1_000 / u128::from(form.get(Field::Rate))).unwrap_or(u64::MAX)
}

fn prices(form: &Form, s: &Sizes) -> Vec<String> {
    let keeps = match form.era.capabilities().backlog {
        BacklogKind::Blocks => "The resize keeps what the backlog holds.",
        BacklogKind::Ring => "The resize empties the backlog (before 7.0): do it while all replicas are online.",
    };
    let mut all = vec![format!("{} of memory on each node that may be master. {keeps}", bytes_text(s.backlog))];
    if s.waits_all > s.waits {
        all.push(format!("Each replica has a buffer of its own before 7.0: {} if all of them resync at once.", bytes_text(s.waits_all)));
    }
    if s.to_write > 0 {
        all.push(format!("The master refuses writes when all replicas are silent for more than {} s.", s.max_lag_s));
    }
    all
}

pub(crate) static SIZE: Size = Size {
    title: "Size it",
    lead: "How large a backlog, an output buffer, a timeout: from your numbers, each with its formula, and proved by runs of the engine.",
    begin: "Size it",
    fill: "Size it with these numbers",
    numbers: "Your numbers",
    parts: ["Writes", "Trouble", "Full resync"],
    field,
    wrong: |name, from, to| format!("{name}: from {from} to {to}."),
    stated: "The rate is stated as",
    by_rate: "bytes a second",
    by_writes: "writes × size",
    rate_is: "the growth of master_repl_offset, not of the dataset",
    each_is: |bytes, rate| format!("One SET is {bytes} in the stream: {rate}."),
    release: "Release",
    infos: "From two INFOs",
    infos_lead: "Paste INFO of the master, and the same again some seconds later. It stays in this page.",
    boxes: ["INFO of the master", "The same, some seconds later"],
    found: |rate| format!("They say {rate}."),
    not_found: "They do not say a rate yet: it takes master_repl_offset twice.",
    example: "First example",
    bad_link: |field| match field {
        Some(field) => format!("The link's “{field}” cannot be; the form shows the first example."),
        None => "The link's form cannot be read; this is the first example.".to_owned(),
    },
    question: "How large must the backlog be?",
    drag: "drag the point, or type",
    sides: ["full resync", "partial resync"],
    cut_for: |seconds| format!("cut for {seconds} s"),
    left: |size, time| format!("{size}: {time} left"),
    late: |size, time| format!("{size}: {time} late"),
    figure: |rate, least, backlog, outage| {
        format!("Backlog size against outage, at {rate}. A cut of {outage} s needs at least {least}; with the margin {backlog}.")
    },
    proof: "Proof",
    runs: |runs, outage| format!("{runs} runs of the engine, cut for {outage} s"),
    playing: "is played …",
    failed: "came to no request: nothing is proved",
    took: |seconds| format!("played in {seconds} s"),
    open: |size| format!("Open {size}"),
    to_spare: |time| format!("{time} to spare"),
    too_late: |time| format!("{time} too late"),
    asks_at: |time| format!("asks {time} after the cut"),
    lost_at: |time| format!("its next byte is overwritten at {time}"),
    sent: |reply, bytes| format!("{reply} and {bytes} bytes"),
    anew: |reply, dataset| format!("{reply}, {dataset}"),
    scaled: |bytes| format!("In the runs one byte stands for {bytes}; times are as stated."),
    no_smaller: "No backlog can be too small: the least that Redis takes, 16 KB, lasts longer.",
    answers: "Directives, values and formulas",
    means,
    conf: "redis.conf",
    both: "all nodes",
    copy: "Copy",
    link: "Copy link",
    copied: "Copied.",
    comment,
    typed: "Without a restart",
    price: "Price",
    prices,
    not_needed: "Not needed",
    nothing: &["A larger backlog does not make a slow replica faster.", "A larger repl-timeout does not make a full resync succeed."],
};
