//! 为什么没有采用，用中文：先说在哪里，再说哪里不对，最后说应该是什么。关键字、例子和 Redis 自己的话保持原样。

use resync_core::condition::{ACTS, CONDITIONS, Expected, Quantity, TextError, Thing, Unit, Wrong, eras, invariants, notes};
use resync_core::limits::{EVENTS_PER_INSTANT_MAX, NAME_CHARS_MAX, NODES_MAX, OPENS_MAX, RUNS_MAX, SCENARIO_BYTES_MAX};
use resync_core::sim::{ActError, WorldError};
use resync_core::timeline;
use resync_js::refusal::Refusal;
use resync_js::share::ShareError;

/// What is wrong and where, without a stop.
pub(super) fn refusal(why: &Refusal) -> String {
    match why {
        Refusal::Run(why) => run(why),
        Refusal::Link(why) => link(*why),
        Refusal::NobodyListens => String::from("那里没有人在听：进程没有运行"),
        Refusal::NoRun(id) => format!("没有编号为 {id} 的运行"),
        Refusal::TooManyRuns => format!("已经有 {RUNS_MAX} 次运行：请先去掉一次"),
        Refusal::InFocus => String::from("正在看的运行不能去掉：请先换到另一次"),
        Refusal::NothingDropped => String::from("最近没有去掉过运行"),
        Refusal::NotHeld { condition, until_ms } => format!("直到 {until_ms} ms，“{condition}”都没有成立"),
        // The browser's own words.
        Refusal::TooLarge { name, bytes, most } => format!("{name} 有 {bytes} 字节，场景文本最多 {most} 字节"),
        Refusal::Lesson(wrong) => format!("这段文本不是一课：\n{}", wrong.join("\n")),
        Refusal::Browser(why) => why.clone(),
    }
}
fn run(why: &timeline::Refusal) -> String {
    match why {
        timeline::Refusal::Text(why) => text(why),
        timeline::Refusal::World(why) => world(why),
        timeline::Refusal::Act(why) => act(why),
        timeline::Refusal::Stuck(stuck) => {
            format!("第 {} µs 这一刻已经有 {} 个事件（最多 {EVENTS_PER_INSTANT_MAX} 个），时间不再前进", stuck.at.as_micros(), stuck.events)
        }
        timeline::Refusal::NotHeld { condition, within } => format!("{} ms 之内，“{condition}”都没有成立", within.as_millis()),
    }
}
fn link(why: ShareError) -> String {
    match why {
        ShareError::Encoding => String::from("链接不是“#v1.”加上 base64url"),
        ShareError::Short => String::from("链接结束得太早，也许被截断了"),
        ShareError::Version(version) => format!("链接的版本是 {version}，本页只读版本 1"),
        ShareError::TooLong => format!("链接里的场景超过 {SCENARIO_BYTES_MAX} 字节"),
        ShareError::Text => String::from("链接里的场景不是 UTF-8 文本"),
    }
}
fn world(why: &WorldError) -> String {
    match why {
        WorldError::TooManyNodes => format!("最多 {NODES_MAX} 个节点"),
        WorldError::NodeTwice(node) => format!("已经有节点 {node}"),
        WorldError::AddressTaken { node, ip, port } => format!("节点 {node} 的地址 {ip}:{port} 已被占用"),
        WorldError::FollowsNobody { node, master } => format!("节点 {node} 要跟随 {master}，但没有这个节点"),
        WorldError::Config { node, reason } => format!("节点 {node} 的配置：{reason}"),
        WorldError::LinkNowhere { from, to } => format!("连线 {from} {to} 的一端不是节点"),
        WorldError::LinkToItself(node) => format!("连线需要两个节点，而两端都是 {node}"),
        WorldError::ClientTwice(client) => format!("已经有客户端 {client}"),
        WorldError::ClientOnNobody { client, node } => format!("客户端 {client} 要连 {node}，但没有这个节点"),
    }
}
fn act(why: &ActError) -> String {
    match why {
        ActError::NoNode(name) => format!("没有节点 {name}"),
        ActError::NoClient(name) => format!("没有客户端 {name}"),
        ActError::OneNode(name) => format!("连线需要两个节点，而两端都是 {name}"),
        ActError::NotRunning(name) => format!("{name} 没有运行"),
        // What redis-cli prints.
        ActError::NobodyListens { ip, port } => format!("Could not connect to Redis at {ip}:{port}: Connection refused"),
        ActError::ConsoleReads(node) => format!("{node} 的 redis-cli 正在打印收到的内容：先按 Ctrl-C（interrupt {node}）"),
        ActError::NoFiller(client) => format!("{client} 的命令里没有 {{N bytes}}"),
        ActError::World(why) => world(why),
    }
}
fn text(why: &TextError) -> String {
    let place = match (why.line, why.column) {
        (0, 0) => String::new(),
        (0, column) => format!("第 {column} 列："),
        (line, 0) => format!("第 {line} 行："),
        (line, column) => format!("第 {line} 行第 {column} 列："),
    };
    format!("{place}{}；应该是{}", wrong(&why.wrong), expected(&why.expected))
}
const fn thing(of: Thing) -> &'static str {
    match of {
        Thing::Node => "节点",
        Thing::Client => "客户端",
    }
}
/// With its measure word.
const fn unit(of: Unit) -> &'static str {
    match of {
        Unit::Bytes => "个字节",
        Unit::Characters => "个字符",
        Unit::Nodes => "个节点",
        Unit::Clients => "个客户端",
        Unit::Sentinels => "个 Sentinel",
        Unit::ScriptLines => "行脚本",
        Unit::WordsLines => "行文字",
        Unit::ConfigWords => "个配置词",
        Unit::CommandWords => "个命令词",
        Unit::Levels => "层 not 和括号",
    }
}
const fn quantity(of: Quantity) -> &'static str {
    match of {
        Quantity::Number => "数字",
        Quantity::UnixSeconds => "unix 秒数",
        Quantity::Factor => "倍数",
        Quantity::Percentage => "百分数",
        Quantity::Port => "端口",
        Quantity::Keys => "键的个数",
        Quantity::Commands => "命令的条数",
    }
}
fn wrong(of: &Wrong) -> String {
    let plain = match of {
        Wrong::Found(word) => return format!("这里是“{word}”"),
        Wrong::LongText(bytes) => return format!("文本有 {bytes} 个字节"),
        Wrong::Directive { line, by_default, reason } => {
            let from = if *by_default { "（来自 default node）" } else { "" };
            return format!("“{line}”{from}：{reason}");
        }
        Wrong::TooMany(what) => return format!("超过 {} {}", what.most(), unit(*what)),
        Wrong::Exists(of, name) => return format!("已经有{} {name}", thing(*of)),
        Wrong::NoSuch(of, name) => return format!("没有{} {name}", thing(*of)),
        Wrong::NotYesOrNo(field) => return format!("{field} 本身不是“是”或“否”"),
        Wrong::WordsTwice { topic, language } => return format!("{language} 的 {topic} 已经有了"),
        Wrong::LineEnds => "行在这里结束",
        Wrong::TextEnds => "文本在这里结束",
        Wrong::OpenQuote => "引号没有闭合",
        Wrong::QuoteInWord => "引号在词的中间闭合",
        Wrong::OpenBrace => "{ 没有闭合（要写这个字符本身，请加引号）",
        Wrong::TooLong => "太长",
        Wrong::SeveralLines => "有好几行",
        Wrong::NothingAfterName => "名字后面什么也没有",
        Wrong::NothingChanged => "什么也没有改变",
        Wrong::TooMuchData => "数据太多",
        Wrong::LongCommand => "命令太长",
        Wrong::NoBound => "until 要有时限",
        Wrong::NoNode => "场景里没有节点",
        Wrong::TooDeep => "嵌套太深",
        Wrong::OpensTwice => "opens 写了两次",
    };
    String::from(plain)
}
/// `a、b 或 c`.
fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!(" {one}"),
        [first @ .., last] => format!(" {} 或 {last}", first.join("、")),
    }
}
fn expected(of: &Expected) -> String {
    let plain = match of {
        Expected::OneOf(words) => return either(words),
        Expected::Act => return format!("一个动作：{}", either(ACTS).trim_start()),
        Expected::Condition => return format!("一个条件：{}", either(CONDITIONS).trim_start()),
        Expected::NewName(of) => {
            return format!("{}的名字：字母、数字和 -，最多 {NAME_CHARS_MAX} 个，不能是关键字", thing(*of));
        }
        Expected::FreeName(of) => return format!("还没有{}用过的名字", thing(*of)),
        Expected::KnownName(of, known) if known.is_empty() => return format!("一行先定义这个{}", thing(*of)),
        Expected::KnownName(_, known) => return format!(" {} 之一", known.join("、")),
        Expected::Lesson => return format!("课的名字：字母、数字和 -，最多 {NAME_CHARS_MAX} 个"),
        Expected::Time(example) => return format!("时间，例如 {example}"),
        Expected::TimeUpTo => return format!("不超过 {} 秒的时间", OPENS_MAX.as_millis() / 1_000),
        Expected::Size(example) => return format!("大小，例如 {example}"),
        Expected::Rate(example) => return format!("每秒字节数，例如 {example}"),
        Expected::Era => return format!("一个版本：{}", eras().join("、")),
        Expected::Number(what, None) => return String::from(quantity(*what)),
        Expected::Number(what, Some((least, most))) => return format!("{}，从 {least} 到 {most}", quantity(*what)),
        Expected::ValueOf(directive) => return format!(" {directive} 的值"),
        Expected::DirectiveOf(era) => return format!(" Redis {} 接受的配置项和它接受的值", era.release()),
        Expected::AtMost(what) => return format!("最多 {} {}", what.most(), unit(*what)),
        Expected::Invariant => return format!(" {} 之一", invariants().join("、")),
        Expected::Field(names) if names.is_empty() => "字段",
        Expected::Field(names) => return format!("字段：{}", names.join("、")),
        Expected::Note => return format!("记录的名字：{}", notes().join("、")),
        Expected::Node => "节点的名字",
        Expected::OtherNode => "另一个节点的名字",
        Expected::OtherNodeOrArrow => "另一个节点的名字，或者 ->",
        Expected::NodeAndColon => "节点的名字和一个冒号",
        Expected::Client => "客户端的名字",
        Expected::Replica => "从节点的名字",
        Expected::FirstNode => "这样的一行：node master",
        Expected::Language => "语言，例如 en 或 zh-CN",
        Expected::WhatItSays => "要说的话",
        Expected::OneLineEach => "每种语言、每个话题一行",
        Expected::OneOpening => "只写一行 opens",
        Expected::Command => "一条命令",
        Expected::ClientCommand => "一条命令，例如 SET key:{1..100} {32 bytes}",
        Expected::Braces => " {a..b}、{n} 或 {N bytes}（要写花括号本身，请加引号）",
        Expected::SizeUpTo => "不超过 8mb 的大小",
        Expected::BufferSize => " 1 到 64mb 的大小",
        Expected::RateOrUnlimited => "每秒字节数，例如 10mb/s，或者 unlimited",
        Expected::KeyRate => "每秒键数，例如 2000000keys/s",
        Expected::ForkCost => "每 MiB 的微秒数，例如 20us/mib",
        Expected::Cost => "它的代价",
        Expected::Address => "地址，例如 10.0.0.9",
        Expected::Directive => "一个配置项",
        Expected::Allocator => " libc 或者 jemalloc",
        Expected::DirectiveOrOwn => " redis.conf 的配置项，或者 follows、keys、era、port、ip、skew、allocator",
        Expected::LessData => "最多 256 MB 数据（每个键另算 64 字节）",
        Expected::ShorterLine => "短一些的一行",
        Expected::ShorterCondition => "短一些的条件",
        Expected::OneLine => "一行",
        Expected::EndOfLine => "行的结尾",
        Expected::ClosingQuote => "闭合的引号",
        Expected::BlankAfterQuote => "闭合引号之后的空格",
        Expected::ClosingBrace => "闭合的 }",
        Expected::ClosingParenthesis => "闭合的 )",
        Expected::Sign => "比较符号：= != < <= > >= ~",
        Expected::Key => "一个键名",
        Expected::Value => "一个值",
        Expected::TrueOrFalse => " true 或 false",
        Expected::Text => "文本",
        Expected::NumberAfterSign => "这个符号之后的数字",
        Expected::NoteField => "这条记录的字段",
    };
    String::from(plain)
}
