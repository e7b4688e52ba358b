//! Alarms as two other tools ask for them, as a choice of fields; each becomes an expression.
//!
//! Zabbix: an item, a function over a span, a comparison. CloudWatch: a metric, a statistic over a period, a threshold, and in how many of the last periods it
//! has to be crossed; a period without data counts as one in which it is not (`notBreaching`).

use crate::expr::Op;

/// What can be chosen: the numbers that both tools have of Redis, under redis_exporter's names.
pub const METRICS: [&str; 9] = [
    "redis_connected_slave_lag_seconds",
    "redis_master_last_io_seconds_ago",
    "redis_master_link_up",
    "redis_master_sync_in_progress",
    "redis_connected_slaves",
    "redis_master_repl_offset",
    "redis_connected_slave_offset_bytes",
    "redis_replica_resyncs_full",
    "redis_up",
];

/// Comparisons that can be chosen.
pub const OPS: [Op; 6] = [Op::Gt, Op::Ge, Op::Lt, Op::Le, Op::Eq, Op::Ne];

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$row:meta])* $variant:ident $word:literal)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$row])* $variant),+ }
        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// As the tool spells it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

choices! {
    /// Zabbix's functions.
    Function {
        /// The newest value.
        Last "last"
        /// The least of a span.
        Min "min"
        /// The most.
        Max "max"
        /// The mean.
        Avg "avg"
        /// The newest less the one before.
        Change "change"
        /// Nothing came in a span.
        Nodata "nodata"
    }
}

choices! {
    /// CloudWatch's statistics.
    Statistic {
        /// The mean of a period.
        Average "Average"
        /// The least.
        Minimum "Minimum"
        /// The most.
        Maximum "Maximum"
        /// The sum.
        Sum "Sum"
    }
}

/// An alarm as Zabbix has it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Zabbix {
    /// Of [`METRICS`].
    pub metric: &'static str,
    /// What is made of its values.
    pub function: Function,
    /// Over this span, s.
    pub span_s: u32,
    /// How that is compared.
    pub op: Op,
    /// With what.
    pub threshold: i64,
}

impl Zabbix {
    /// As an expression.
    #[must_use]
    pub fn expr(&self) -> String {
        let Zabbix { metric, function, span_s, op, threshold } = self;
        let over = |function: &str| format!("{function}({metric}[{span_s}s]) {} {threshold}", op.word());
        match function {
            Function::Last => format!("{metric} {} {threshold}", op.word()),
            Function::Min => over("min_over_time"),
            Function::Max => over("max_over_time"),
            Function::Avg => over("avg_over_time"),
            Function::Change => over("idelta"),
            Function::Nodata => format!("absent_over_time({metric}[{span_s}s])"),
        }
    }
}

/// So many periods can be looked back at.
pub const PERIODS_MAX: u32 = 10;

/// An alarm as CloudWatch has it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CloudWatch {
    /// Of [`METRICS`].
    pub metric: &'static str,
    /// What is made of the values of a period.
    pub statistic: Statistic,
    /// How long a period is, s.
    pub period_s: u32,
    /// How that is compared.
    pub op: Op,
    /// With what.
    pub threshold: i64,
    /// In so many …
    pub datapoints: u32,
    /// … of the last so many periods, [`PERIODS_MAX`] at the most.
    pub of: u32,
}

impl CloudWatch {
    /// As an expression.
    #[must_use]
    pub fn expr(&self) -> String {
        let CloudWatch { metric, statistic, period_s, op, threshold, .. } = self;
        let function = match statistic {
            Statistic::Average => "avg_over_time",
            Statistic::Minimum => "min_over_time",
            Statistic::Maximum => "max_over_time",
            Statistic::Sum => "sum_over_time",
        };
        let of = self.of.clamp(1, PERIODS_MAX);
        let datapoints = self.datapoints.clamp(1, of);
        if of == 1 {
            return format!("{function}({metric}[{period_s}s]) {} {threshold}", op.word());
        }
        let all_s = period_s * of;
        let term = |back: u32| {
            let offset = if back == 0 { String::new() } else { format!(" offset {}s", back * period_s) };
            format!(
                "(({function}({metric}[{period_s}s]{offset}) {} bool {threshold}) or 0 * last_over_time({metric}[{all_s}s]))",
                op.word()
            )
        };
        let terms: Vec<String> = (0..of).map(term).collect();
        format!("{} >= {datapoints}", terms.join("\n+ "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{Rule, alerts};
    use crate::series::{Labels, NAME, Store};

    fn rang_s(text: &str, values: &[Option<f64>]) -> Option<i64> {
        let rule = Rule::new("r", text, 0).unwrap_or_else(|why| panic!("{text}: {why}"));
        let mut store = Store::default();
        for (at, value) in values.iter().enumerate() {
            let labels: Labels = [(NAME.to_owned(), "redis_up".to_owned()), ("instance".to_owned(), "x".to_owned())].into();
            store.scraped(at as i64 * 15_000, &Labels::new(), value.map(|value| (labels, value)));
        }
        let all = alerts(&rule, &store, (0..values.len() as i64).map(|at| at * 15_000)).expect(text);
        all.first().and_then(|alert| alert.rang_ms).map(|ms| ms / 1_000)
    }

    #[test]
    fn zabbix_s_fields_are_an_expression() {
        let zabbix = |function, op, threshold| Zabbix { metric: "redis_up", function, span_s: 60, op, threshold }.expr();
        assert_eq!(zabbix(Function::Last, Op::Gt, -1), "redis_up > -1");
        let low = [Some(1.0), Some(1.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0), Some(0.0)];
        assert_eq!(rang_s(&zabbix(Function::Last, Op::Eq, 0), &low), Some(30));
        assert_eq!(rang_s(&zabbix(Function::Change, Op::Lt, 0), &low), Some(30));
        assert_eq!(rang_s(&zabbix(Function::Min, Op::Lt, 1), &low), Some(30));
        assert_eq!(rang_s(&zabbix(Function::Max, Op::Lt, 1), &low), Some(90), "the last 1 has to leave the span");
        assert_eq!(rang_s(&zabbix(Function::Avg, Op::Lt, 1), &low), Some(30));
        let gone = [Some(1.0), None, None, None, None, None, None];
        assert_eq!(rang_s(&zabbix(Function::Nodata, Op::Gt, 0), &gone), Some(75));
        for metric in METRICS {
            for function in Function::ALL {
                for op in OPS {
                    let text = Zabbix { metric, function: *function, span_s: 300, op, threshold: 5 }.expr();
                    assert!(Rule::new("r", &text, 0).is_ok(), "{text}");
                }
            }
        }
    }

    #[test]
    fn cloudwatch_s_fields_are_an_expression() {
        let of = |datapoints, of| CloudWatch {
            metric: "redis_up",
            statistic: Statistic::Maximum,
            period_s: 30,
            op: Op::Lt,
            threshold: 1,
            datapoints,
            of,
        };
        let low = [
            Some(1.0),
            Some(1.0),
            Some(1.0),
            Some(1.0),
            Some(1.0),
            Some(0.0),
            Some(0.0),
            Some(0.0),
            Some(0.0),
            Some(0.0),
            Some(0.0),
            Some(0.0),
        ];
        // Prometheus 2.42 takes both ends of a span: one of 30 s has three scrapes of 15 s.
        assert_eq!(rang_s(&of(1, 1).expr(), &low), Some(105));
        assert_eq!(rang_s(&of(1, 3).expr(), &low), Some(105));
        assert_eq!(rang_s(&of(2, 3).expr(), &low), Some(135));
        assert_eq!(rang_s(&of(3, 3).expr(), &low), Some(165));
        // A gap does not break what was counted: its periods count as good ones.
        let gap = [Some(0.0), Some(0.0), Some(0.0), Some(0.0), None, None, None, None, Some(0.0), Some(0.0), Some(0.0)];
        assert!(rang_s(&of(2, 5).expr(), &gap).is_some());
        assert_eq!(rang_s(&of(5, 5).expr(), &gap), None);
        assert_eq!(of(9, 40).expr().matches("offset").count(), PERIODS_MAX as usize - 1);
    }
}
