//! The answers as lines of redis.conf and as CONFIG SET, in an era's words.

use super::answer::{LIMIT, Sizes, TIMEOUT_S, TTL_S, sizes};
use super::form::Form;
use resync_core::condition::size_text;

/// A directive that is sized.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Directive {
    /// `repl-backlog-size`.
    Backlog,
    /// `repl-backlog-ttl`.
    Ttl,
    /// `client-output-buffer-limit`.
    Limit,
    /// `repl-timeout`.
    Timeout,
    /// `repl-ping-replica-period`.
    Ping,
    /// `min-replicas-to-write`.
    ToWrite,
    /// `min-replicas-max-lag`.
    MaxLag,
}

/// A line of redis.conf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it sets.
    pub directive: Directive,
    /// Its name, in the era's word.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The value as CONFIG SET takes it in every era: bytes without a unit.
    pub plain: String,
    /// Whether the era has this value without the line.
    pub default: bool,
}

/// The lines, in the order of the sheet.
#[must_use]
pub fn conf(form: &Form) -> Vec<Line> {
    let Sizes { backlog, backlog_default, ttl_s, limit: (hard, soft), timeout_s, ping_s, to_write, max_lag_s, .. } = sizes(form);
    let word = if form.era.capabilities().says_replica { "replica" } else { "slave" };
    let plural = if word == "replica" { "replicas" } else { "slaves" };
    let line = |directive: Directive, name: &str, value: String, plain: Option<String>, default: bool| Line {
        directive,
        name: name.to_owned(),
        plain: plain.unwrap_or_else(|| value.clone()),
        value,
        default,
    };
    let usual = (hard, soft) == (LIMIT.0, LIMIT.1);
    let seconds = LIMIT.2;
    let mut lines =
        vec![line(Directive::Backlog, "repl-backlog-size", size_text(backlog), Some(backlog.to_string()), backlog == backlog_default)];
    if ttl_s != TTL_S {
        lines.push(line(Directive::Ttl, "repl-backlog-ttl", ttl_s.to_string(), None, false));
    }
    lines.push(line(
        Directive::Limit,
        "client-output-buffer-limit",
        format!("{word} {} {} {seconds}", size_text(hard), size_text(soft)),
        Some(format!("\"{word} {hard} {soft} {seconds}\"")),
        usual,
    ));
    lines.push(line(Directive::Timeout, "repl-timeout", timeout_s.to_string(), None, timeout_s == TIMEOUT_S));
    lines.push(line(Directive::Ping, &format!("repl-ping-{word}-period"), ping_s.to_string(), None, true));
    lines.push(line(Directive::ToWrite, &format!("min-{plural}-to-write"), to_write.to_string(), None, to_write == 0));
    if to_write > 0 {
        lines.push(line(Directive::MaxLag, &format!("min-{plural}-max-lag"), max_lag_s.to_string(), None, true));
    }
    lines
}

/// What is typed so that it holds without a restart.
#[must_use]
pub fn config_set(form: &Form) -> Vec<String> {
    let set = conf(form).into_iter().filter(|line| !line.default).map(|line| format!("CONFIG SET {} {}", line.name, line.plain));
    set.chain(["CONFIG REWRITE".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::size::Field;
    use resync_core::era::Era;
    use resync_core::timeline::Timeline;

    #[test]
    fn the_words_are_the_era_s() {
        let text = |era: Era, form: Form| {
            let lines = conf(&form.in_era(era));
            lines.iter().map(|line| format!("{} {}", line.name, line.value)).collect::<Vec<_>>()
        };
        assert_eq!(
            text(Era::V7_0, Form::default()),
            [
                "repl-backlog-size 12mb",
                "client-output-buffer-limit replica 256mb 64mb 60",
                "repl-timeout 60",
                "repl-ping-replica-period 10",
                "min-replicas-to-write 1",
                "min-replicas-max-lag 10"
            ]
        );
        let old = text(Era::V3_0, Form::default());
        assert!(old.contains(&"min-slaves-to-write 1".to_owned()) && old[1] == "client-output-buffer-limit slave 256mb 64mb 60", "{old:?}");
        assert_eq!(text(Era::Valkey8_0, Form::default().with(Field::Outage, 10))[0], "repl-backlog-size 10mb", "Valkey's own default");
        assert_eq!(
            config_set(&Form::default()),
            ["CONFIG SET repl-backlog-size 12582912", "CONFIG SET min-replicas-to-write 1", "CONFIG REWRITE"]
        );
    }

    /// A server of each era takes the lines, in its redis.conf and typed.
    #[test]
    fn every_era_takes_its_lines() {
        for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
            let form = Form::default().in_era(era).with(Field::Dataset, 64 << 30).with(Field::Outage, 5_400).with(Field::Fork, 900);
            let conf: Vec<String> = conf(&form).iter().map(|line| format!("{} {}", line.name, line.value)).collect();
            let text = format!("era {}\nnode master {}\nnode typed\n", era.name(), conf.join(" "));
            let mut run = Timeline::from_text(&text).unwrap_or_else(|why| panic!("{why}:\n{text}"));
            for command in config_set(&form).iter().filter(|command| !command.ends_with("REWRITE")) {
                let said = run.act_line(&format!("typed: {command}")).unwrap_or_else(|why| panic!("{why}: {command}"));
                assert_eq!(said.as_deref(), Some("OK"), "{} {command}", era.name());
            }
        }
    }
}
