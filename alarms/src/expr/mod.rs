//! Expressions: what a rule says, read from its text.
//!
//! The language is that of Prometheus 2.42 as far as alarms on gauges and counters need it: no histograms, no subqueries, no `@`. What is not taken is refused
//! by name and place, and [`parse`] never guesses.

mod lex;
mod parse;

use std::fmt;

pub use lex::span_ms;
pub use parse::parse;
pub(crate) use parse::pattern;

/// Nested deeper than this an expression is refused.
pub const DEPTH_MAX: usize = 64;
/// Longer than this a text is refused, bytes.
pub const TEXT_MAX: usize = 16 * 1024;

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// A number.
    Number(f64),
    /// `metric{label="value"}`.
    Vector(Selector),
    /// `metric[5m]`: the samples of a span, ms.
    Range(Selector, i64),
    /// A function of these arguments.
    Call(Function, Vec<Expr>),
    /// `sum by (…) (…)`.
    Aggregate(Aggregate, Grouping, Box<Expr>),
    /// `… > …`.
    Binary(Box<Binary>),
    /// `-…`.
    Negated(Box<Expr>),
}

/// Which series are meant.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Selector {
    /// What labels have to be; the metric's name is one.
    pub matchers: Vec<Matcher>,
    /// How long ago, ms.
    pub offset_ms: i64,
}

/// What one label has to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// How it is compared …
    pub how: Match,
    /// … with this. A label that is not there is the empty text.
    pub value: String,
}

/// How a label is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `=~`, the whole value
    Like,
    /// `!~`
    NotLike,
}

/// The labels that make groups, or that tell which elements belong together.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Grouping {
    /// These labels alone (`by`, `on`); else all but these (`without`, `ignoring`).
    pub these: bool,
    /// The labels.
    pub labels: Vec<String>,
}

/// Two sides and what is between them.
#[derive(Clone, PartialEq, Debug)]
pub struct Binary {
    /// What is between them.
    pub op: Op,
    /// `bool`: a comparison says 0 or 1 instead of leaving out what does not hold.
    pub says: bool,
    /// Which elements of both sides belong together.
    pub matching: Grouping,
    /// Whether several of one side may belong to one of the other.
    pub many: Option<Many>,
    /// The left side.
    pub left: Expr,
    /// The right side.
    pub right: Expr,
}

/// `group_left`, `group_right`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Many {
    /// The left side is the one with several.
    pub left: bool,
    /// Labels taken over from the other side.
    pub with: Vec<String>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$row:meta])* $variant:ident $word:literal)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $name { $($(#[$row])* $variant),+ }
        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// As expressions spell it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
            /// The one that this word means.
            #[must_use]
            pub fn of(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// Operators.
    Op {
        /// +
        Add "+"
        /// -
        Sub "-"
        /// *
        Mul "*"
        /// /
        Div "/"
        /// %
        Mod "%"
        /// ^
        Pow "^"
        /// ==
        Eq "=="
        /// !=
        Ne "!="
        /// >
        Gt ">"
        /// <
        Lt "<"
        /// >=
        Ge ">="
        /// <=
        Le "<="
        /// and
        And "and"
        /// or
        Or "or"
        /// unless
        Unless "unless"
    }
}

impl Op {
    /// It compares.
    #[must_use]
    pub const fn compares(self) -> bool {
        matches!(self, Op::Eq | Op::Ne | Op::Gt | Op::Lt | Op::Ge | Op::Le)
    }
    /// It takes elements as they are.
    #[must_use]
    pub const fn of_sets(self) -> bool {
        matches!(self, Op::And | Op::Or | Op::Unless)
    }
    /// How firmly it binds; more is firmer.
    const fn binds(self) -> u8 {
        match self {
            Op::Or => 1,
            Op::And | Op::Unless => 2,
            Op::Eq | Op::Ne | Op::Gt | Op::Lt | Op::Ge | Op::Le => 3,
            Op::Add | Op::Sub => 4,
            Op::Mul | Op::Div | Op::Mod => 5,
            Op::Pow => 6,
        }
    }
}

words! {
    /// What makes one number of many.
    Aggregate {
        /// sum
        Sum "sum"
        /// count
        Count "count"
        /// min
        Min "min"
        /// max
        Max "max"
        /// avg
        Avg "avg"
    }
}

words! {
    /// Functions.
    Function {
        /// Whether nothing is there.
        Absent "absent"
        /// Without sign.
        Abs "abs"
        /// Up to the next whole number.
        Ceil "ceil"
        /// Down to it.
        Floor "floor"
        /// To the nearest.
        Round "round"
        /// Not above a number.
        ClampMax "clamp_max"
        /// Not below one.
        ClampMin "clamp_min"
        /// The time, s.
        Time "time"
        /// A number as a vector.
        Vector "vector"
        /// The only element's value.
        Scalar "scalar"
        /// Growth of a gauge.
        Delta "delta"
        /// Growth of a counter.
        Increase "increase"
        /// The same a second.
        Rate "rate"
        /// Between the last two samples, a second …
        Irate "irate"
        /// … or as it is.
        Idelta "idelta"
        /// How often it changed.
        Changes "changes"
        /// How often it fell.
        Resets "resets"
        /// The least of a span.
        MinOverTime "min_over_time"
        /// The most.
        MaxOverTime "max_over_time"
        /// The mean.
        AvgOverTime "avg_over_time"
        /// The sum.
        SumOverTime "sum_over_time"
        /// How many samples.
        CountOverTime "count_over_time"
        /// The newest.
        LastOverTime "last_over_time"
        /// Whether there was one.
        PresentOverTime "present_over_time"
        /// Whether nothing was there in a span.
        AbsentOverTime "absent_over_time"
    }
}

/// What an expression comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number.
    Scalar,
    /// Elements with labels.
    Vector,
    /// Their samples over a span.
    Range,
}

impl Function {
    /// What it takes; `true` after the arguments: the last one may be left out.
    pub(crate) const fn takes(self) -> (&'static [Kind], bool) {
        match self {
            Function::Time => (&[], false),
            Function::Absent | Function::Abs | Function::Ceil | Function::Floor | Function::Scalar => (&[Kind::Vector], false),
            Function::Round => (&[Kind::Vector, Kind::Scalar], true),
            Function::ClampMax | Function::ClampMin => (&[Kind::Vector, Kind::Scalar], false),
            Function::Vector => (&[Kind::Scalar], false),
            _ => (&[Kind::Range], false),
        }
    }
    /// What it gives.
    pub(crate) const fn gives(self) -> Kind {
        match self {
            Function::Time | Function::Scalar => Kind::Scalar,
            _ => Kind::Vector,
        }
    }
}

impl Expr {
    /// What it comes to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Expr::Number(_) => Kind::Scalar,
            Expr::Vector(_) | Expr::Aggregate(..) => Kind::Vector,
            Expr::Range(..) => Kind::Range,
            Expr::Call(function, _) => function.gives(),
            Expr::Negated(inner) => inner.kind(),
            Expr::Binary(binary) => match (binary.left.kind(), binary.right.kind()) {
                (Kind::Scalar, Kind::Scalar) => Kind::Scalar,
                _ => Kind::Vector,
            },
        }
    }
}

/// Why a text is no expression, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExprError {
    /// From the start of the text, bytes.
    pub at: usize,
    /// What is wrong there.
    pub why: Wrong,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// The text ends where more is wanted.
    Ends,
    /// Longer than [`TEXT_MAX`].
    Long,
    /// Deeper than [`DEPTH_MAX`].
    Deep,
    /// A character that begins nothing.
    Character(char),
    /// This stands where `wanted` belongs.
    Unexpected {
        /// What stands there.
        found: String,
        /// What belongs there.
        wanted: &'static str,
    },
    /// A text without its closing quote.
    Quote,
    /// No number.
    Number(String),
    /// No span of time; `5m`, `30s`, `1h30m` are.
    Span(String),
    /// A function that this lab does not have.
    Function(String),
    /// Something of the language that this lab does not have.
    Absent(&'static str),
    /// A function or operator that cannot take this.
    Kind {
        /// What it is given.
        given: Kind,
        /// What takes it.
        by: String,
    },
    /// So many arguments are given to this.
    Arguments(String, usize),
    /// Two numbers are compared without `bool`.
    Bool,
    /// `bool` where nothing is compared.
    NoComparison,
    /// A selector that would match every series.
    Everything,
    /// A pattern that cannot be read.
    Pattern(String),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Scalar => "a number",
            Kind::Vector => "a vector",
            Kind::Range => "a range like metric[5m]",
        })
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: ", self.at + 1)?;
        match &self.why {
            Wrong::Ends => f.write_str("the expression ends too early"),
            Wrong::Long => write!(f, "an expression has at most {TEXT_MAX} bytes"),
            Wrong::Deep => write!(f, "nested more than {DEPTH_MAX} deep"),
            Wrong::Character(c) => write!(f, "{c:?} means nothing here"),
            Wrong::Unexpected { found, wanted } => write!(f, "{wanted} is wanted, not `{found}`"),
            Wrong::Quote => f.write_str("a text without its closing quote"),
            Wrong::Number(text) => write!(f, "`{text}` is no number"),
            Wrong::Span(text) => write!(f, "`{text}` is no span of time; 30s, 5m and 1h30m are"),
            Wrong::Function(name) => write!(f, "there is no function `{name}` here"),
            Wrong::Absent(what) => write!(f, "{what} cannot be tried here"),
            Wrong::Kind { given, by } => write!(f, "`{by}` cannot take {given}"),
            Wrong::Arguments(name, count) => write!(f, "`{name}` does not take {count} arguments"),
            Wrong::Bool => f.write_str("two numbers are compared with `bool` after the operator"),
            Wrong::NoComparison => f.write_str("`bool` belongs to comparisons"),
            Wrong::Everything => f.write_str("a selector names a metric or a label that is not empty"),
            Wrong::Pattern(text) => write!(f, "`{text}` is no pattern"),
        }
    }
}

impl std::error::Error for ExprError {}

#[cfg(test)]
mod tests;
