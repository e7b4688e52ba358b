use super::*;

fn wrong(text: &str) -> (usize, Wrong) {
    match parse(text) {
        Err(error) => (error.at, error.why),
        Ok(expr) => panic!("{text} is read as {expr:?}"),
    }
}

/// The tree, with all brackets.
fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Number(value) => value.to_string(),
        Expr::Vector(selector) => named(selector),
        Expr::Range(selector, ms) => format!("{}[{ms}]", named(selector)),
        Expr::Call(function, of) => format!("{}({})", function.word(), of.iter().map(shown).collect::<Vec<_>>().join(",")),
        Expr::Aggregate(how, grouping, of) => format!("{} {}{:?}({})", how.word(), grouping.these, grouping.labels, shown(of)),
        Expr::Binary(b) => format!("({}{}{})", shown(&b.left), b.op.word(), shown(&b.right)),
        Expr::Negated(inner) => format!("-{}", shown(inner)),
    }
}

fn named(selector: &Selector) -> String {
    selector.matchers.iter().map(|m| m.value.as_str()).collect::<Vec<_>>().join("/")
}

#[test]
fn operators_bind_as_in_prometheus() {
    for (text, wanted) in [
        ("a + b * c", "(a+(b*c))"),
        ("a - b - c", "((a-b)-c)"),
        ("2 ^ 3 ^ 2", "(2^(3^2))"),
        ("-a ^ 2", "-(a^2)"),
        ("- 2", "-2"),
        ("-a * b", "(-a*b)"),
        ("a > 1 and b == 2 or c unless d", "(((a>1)and(b==2))or(cunlessd))"),
        ("a AND b", "(aandb)"),
        ("(a or b) and c", "((aorb)andc)"),
        ("sum(a) by (x, y) > 3", "(sum true[\"x\", \"y\"](a)>3)"),
        ("count without(instance) (a{x=\"y\"})", "count false[\"instance\"](a/y)"),
        ("max(a)", "max true[](a)"),
        ("delta(a[1m]) < 0", "(delta(a[60000])<0)"),
        ("min", "min"),
        ("{__name__=~\"redis_.*\"}", "redis_.*"),
        ("a offset 5m", "a"),
        ("round(a)", "round(a)"),
        ("round(a, 5)", "round(a,5)"),
        ("time() - a", "(time()-a)"),
        ("a - on (x) group_left (role) b", "(a-b)"),
    ] {
        assert_eq!(parse(text).map(|expr| shown(&expr)), Ok(wanted.to_owned()), "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert_eq!(wrong(""), (0, Wrong::Ends));
    assert_eq!(wrong("a > "), (4, Wrong::Ends));
    assert_eq!(wrong("a b"), (2, Wrong::Unexpected { found: "b".into(), wanted: "an operator or the end" }));
    assert_eq!(wrong("(a"), (2, Wrong::Ends));
    assert_eq!(wrong("1 > 2"), (2, Wrong::Bool));
    assert!(parse("1 > bool 2").is_ok());
    assert_eq!(wrong("a + bool b").1, Wrong::NoComparison);
    assert_eq!(wrong("rate(a)").1, Wrong::Kind { given: Kind::Vector, by: "rate".into() });
    assert_eq!(wrong("a[5m] > 1").1, Wrong::Kind { given: Kind::Range, by: ">".into() });
    assert_eq!(wrong("a and 1").1, Wrong::Kind { given: Kind::Scalar, by: "and".into() });
    assert_eq!(wrong("histogram_quantile(0.9, a)"), (0, Wrong::Function("histogram_quantile".into())));
    assert_eq!(wrong("clamp_min(a)").1, Wrong::Arguments("clamp_min".into(), 1));
    assert_eq!(wrong("max_over_time(a[5m:1m])").1, Wrong::Absent("a subquery"));
    assert_eq!(wrong("a @ 5").1, Wrong::Absent("`@`"));
    assert_eq!(wrong("{x=\"\"}").1, Wrong::Everything);
    assert_eq!(wrong("a{x=~\"(\"}"), (5, Wrong::Pattern("(".into())));
    assert_eq!(wrong(&"(".repeat(100)).1, Wrong::Deep);
    assert_eq!(wrong(&"1+".repeat(9_000)).1, Wrong::Long);
}

#[test]
fn no_text_makes_it_panic() {
    const PIECES: [&str; 24] = [
        "a",
        "redis_up",
        "{",
        "}",
        "x=\"1\"",
        "[5m]",
        "[",
        "(",
        ")",
        "sum by (x)",
        "rate(",
        ">",
        "==",
        "and",
        "on (x)",
        "group_left ()",
        "offset 1m",
        "-",
        "1e",
        "\"",
        "滞后",
        "bool",
        ",",
        "^",
    ];
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut read = 0;
    for _ in 0..20_000 {
        let text: Vec<&str> = (0..1 + draw(8)).map(|_| PIECES[draw(PIECES.len())]).collect();
        let text = text.join(" ");
        match parse(&text) {
            Ok(_) => read += 1,
            Err(error) => assert!(error.at <= text.len() && text.is_char_boundary(error.at), "{text}: {error:?}"),
        }
    }
    assert!(read > 100, "some are expressions: {read}");
}
