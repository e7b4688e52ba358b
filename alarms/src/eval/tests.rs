use super::*;
use crate::expr::parse;

/// Name, labels, values.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// A scrape each 15 s: `a 1 2 x 4` is the series `a`, missing from the third. Labels as in expressions.
fn store(series: &[Row<'_>]) -> Store {
    let mut store = Store::default();
    let rows: Vec<Vec<&str>> = series.iter().map(|(.., values)| values.split(' ').collect()).collect();
    for scrape in 0..rows.iter().map(Vec::len).max().unwrap_or_default() {
        let samples = series.iter().zip(&rows).filter_map(|((name, labels, _), row)| {
            let value = row.get(scrape)?.parse().ok()?;
            let mut all: Labels = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            all.insert(NAME.to_owned(), (*name).to_owned());
            Some((all, value))
        });
        store.scraped(scrape as i64 * 15_000, &Labels::new(), samples.collect::<Vec<_>>());
    }
    store
}

fn said(store: &Store, text: &str, at_s: i64) -> String {
    match at(&parse(text).expect(text), store, at_s * 1_000) {
        Ok(Value::Scalar(value)) => value.to_string(),
        Ok(Value::Vector(all)) => {
            let one = |one: &Element| {
                let labels = one.labels.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
                format!("{{{}}} {}", labels.join(","), (one.value * 1e6).round() / 1e6)
            };
            all.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        Err(why) => why.to_string(),
    }
}

#[test]
fn the_newest_sample_stands_until_its_series_ends_or_five_minutes_have_passed() {
    let store = store(&[("a", &[("x", "1")], "1 2 x x"), ("b", &[], "7")]);
    assert_eq!(said(&store, "a", 0), "{__name__=a,x=1} 1");
    assert_eq!(said(&store, "a", 14), "{__name__=a,x=1} 1");
    assert_eq!(said(&store, "a", 15), "{__name__=a,x=1} 2");
    assert_eq!(said(&store, "a", 30), "", "it was missing from that scrape");
    assert_eq!(said(&store, "a offset 15s", 30), "{__name__=a,x=1} 2");
    assert_eq!(said(&store, "b", 14), "{__name__=b} 7");
    assert_eq!(said(&store, "b", -1), "");
}

#[test]
fn a_sample_of_a_series_that_nobody_ended_stands_for_five_minutes() {
    let mut store = Store::default();
    store.scraped(0, &Labels::new(), [([(NAME.to_owned(), "a".to_owned())].into(), 1.0)]);
    assert_eq!(said(&store, "a", 299), "{__name__=a} 1");
    assert_eq!(said(&store, "a", 300), "");
}

#[test]
fn spans_are_made_of_as_prometheus_makes_of_them() {
    let store = store(&[("c", &[], "0 10 20 5 15"), ("g", &[], "5 5 6 x 4")]);
    // 0 → 20 over 30 s, drawn out to the span's ends: it reaches both.
    assert_eq!(said(&store, "increase(c[30s])", 30), "{} 20");
    assert_eq!(said(&store, "rate(c[30s])", 30), "{} 0.666667");
    // Fell from 20 to 5: it began anew.
    assert_eq!(said(&store, "increase(c[1m])", 60), "{} 35");
    assert_eq!(said(&store, "delta(c[1m])", 60), "{} 15");
    assert_eq!(said(&store, "resets(c[1m])", 60), "{} 1");
    // The end stands 10 s before the moment, nearer than 1.1 of 15 s: the line is drawn out, at the beginning not below zero.
    assert_eq!(said(&store, "increase(c[1m])", 40), "{} 26.666667");
    assert_eq!(said(&store, "changes(g[1m])", 60), "{} 2");
    assert_eq!(said(&store, "min_over_time(g[1m])", 60), "{} 4");
    assert_eq!(said(&store, "max_over_time(g[15s])", 30), "{} 6");
    assert_eq!(said(&store, "avg_over_time(g[30s])", 30), "{} 5.333333");
    assert_eq!(said(&store, "count_over_time(g[1m])", 60), "{} 4", "the end of a series is no sample");
    assert_eq!(said(&store, "irate(c[1m])", 45), "{} 0.333333", "after a fall the new count is the growth");
    assert_eq!(said(&store, "increase(c[10s])", 30), "", "one sample shows no growth");
}

#[test]
fn sides_belong_together_by_their_labels() {
    let store = store(&[
        ("m", &[("instance", "a"), ("r", "1")], "100"),
        ("m", &[("instance", "a"), ("r", "2")], "90"),
        ("n", &[("instance", "a")], "110"),
        ("n", &[("instance", "b")], "7"),
        ("up", &[("instance", "b")], "0"),
    ]);
    assert_eq!(said(&store, "n - on (instance) group_right () m", 0), "{instance=a,r=1} 10; {instance=a,r=2} 20");
    assert_eq!(said(&store, "m > on (instance) group_left () n", 0), "");
    assert_eq!(said(&store, "m / ignoring (r) n", 0), "several elements belong to {instance=\"a\"}");
    assert_eq!(said(&store, "n and on (instance) up", 0), "{__name__=n,instance=b} 7");
    assert_eq!(said(&store, "n unless on (instance) up", 0), "{__name__=n,instance=a} 110");
    assert_eq!(said(&store, "up or n", 0), "{__name__=up,instance=b} 0; {__name__=n,instance=a} 110");
    assert_eq!(said(&store, "n > 10", 0), "{__name__=n,instance=a} 110");
    assert_eq!(said(&store, "10 < n", 0), "{__name__=n,instance=a} 110", "the element's own value stays");
    assert_eq!(said(&store, "n > bool 10", 0), "{instance=a} 1; {instance=b} 0");
    assert_eq!(said(&store, "sum(m) by (instance)", 0), "{instance=a} 190");
    assert_eq!(said(&store, "count(n) - 1", 0), "{} 1");
    assert_eq!(said(&store, "max without (r) (m)", 0), "{instance=a} 100");
    assert_eq!(said(&store, "m{r=~\"1|3\"}", 0), "{__name__=m,instance=a,r=1} 100");
    assert_eq!(said(&store, "m{r!=\"1\"}", 0), "{__name__=m,instance=a,r=2} 90");
    assert_eq!(said(&store, "absent(m{r=\"9\", instance=~\".+\"})", 0), "{r=9} 1");
    assert_eq!(said(&store, "absent(m)", 0), "");
    assert_eq!(said(&store, "-n{instance=\"b\"}", 0), "{instance=b} -7");
    assert_eq!(said(&store, "1 + 2 * 3 ^ 2 % 4", 0), "3");
}
