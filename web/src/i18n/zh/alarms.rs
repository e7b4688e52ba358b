//! 中文：报警实验室。

use crate::alarm::{Export, Wrong};
use crate::i18n::alarms::{Alarms, Fields, Figure};
use resync_alarms::eval::EvalError;
use resync_alarms::expr::{DEPTH_MAX, ExprError, Kind, TEXT_MAX, Wrong as What};
use resync_alarms::matrix::Cell;
use resync_alarms::published::From;
use resync_alarms::rules::{RULES_MAX, TEXT_MAX as FILE_MAX, Wrong as InFile};
use resync_alarms::series::Labels;

pub(crate) static ALARMS: Alarms = Alarms {
    title: "报警实验室",
    lead: "你的报警会响吗？贴一条规则：按 Prometheus 的方式在八种天气里求值，旁边是实际情况。",
    begin: "试一条报警",
    rule: "规则",
    text: "用 redis_exporter 的名字写的表达式，或者一份 Prometheus 规则文件",
    hold: "for",
    read: |hold| format!("已读懂。持续 {hold} 不中断就会响。"),
    read_file: |alerts| format!("已读懂：{alerts} 条报警。"),
    empty: "贴一个表达式或一份规则文件，或者从表里选一条规则。",
    wrong,
    fails: |why| match why {
        EvalError::Many(labels) => format!("Prometheus 也会拒绝：一侧有几个元素对应 {}", braces(labels)),
        EvalError::Twice(labels) => format!("Prometheus 也会拒绝：几个元素会变成同一个 {}", braces(labels)),
    },
    fields: Fields {
        title: "像 Zabbix 或 CloudWatch 那样填",
        tool: "工具",
        metric: "指标",
        function: "函数",
        span: "时长（秒）",
        op: "比较",
        threshold: "阈值",
        datapoints: "数据点",
        of: "周期数",
        make: "变成表达式，放进框里",
    },
    scraper: "抓取",
    period: "间隔（秒）",
    phase: "首次（秒）",
    link: "这条规则的链接",
    matrix: "规则与天气",
    head: "规则",
    should: "该响吗？",
    yes: "该",
    no: "不该",
    right: "做对",
    of: |right, all| format!("{right} / {all}"),
    part: "一部分",
    ready: |ready, all| format!("已算出 {ready} / {all} 格"),
    weather: |id| match id {
        "freeze" => ("冻结", "链路无声"),
        "cut" => ("断开", "不再恢复"),
        "slow" => ("慢从节点", "带宽只有一半"),
        "sync-replica" => ("SYNC 从节点", "从不发 ACK"),
        "loop" => ("全量复制循环", "持续 3 分钟"),
        "partition" => ("网络分区", "4 个少了 2 个"),
        "restart" => ("计划重启", "离开 20 秒"),
        "first-sync" => ("首次同步", "历时 150 秒"),
        _ => ("？", ""),
    },
    event: |id| match id {
        "freeze" => "链路不再出声",
        "cut" => "链路断开",
        "slow" => "链路只带得动写入量的一半",
        "sync-replica" => "主节点重启，一个从节点退回 SYNC",
        "loop" => "断开 2 秒，引出全量复制循环",
        "partition" => "网络一分为二",
        "restart" => "一个从节点停机维护",
        "first-sync" => "新的从节点开始首次同步",
        _ => "开始",
    },
    cell: |cell, part| match cell {
        Cell::Rang(ms) => format!("响了，{} 秒", ms / 1_000),
        Cell::Never(_) if part => "不归它管".to_owned(),
        Cell::Never(_) => "从不响".to_owned(),
        Cell::Quiet => "安静".to_owned(),
        Cell::False(ms) if ms < 0 => "误报，之前".to_owned(),
        Cell::False(ms) => format!("误报，{} 秒", ms / 1_000),
    },
    waits: "还不知道",
    refused: "不能求值",
    own: "框里的规则",
    together: "这套规则合起来",
    from: |from| match from {
        From::Files(n) => format!("{n} 份公开的规则文件"),
        From::Samber => "awesome-prometheus-alerts".to_owned(),
        From::Zabbix => "Zabbix 模板".to_owned(),
        From::Netdata => "netdata".to_owned(),
        From::Cloud => "某家云".to_owned(),
        From::Blog => "某篇博客".to_owned(),
        From::Proposed => "这里建议的".to_owned(),
    },
    why,
    why_head: "为什么",
    take: "放进框里",
    sentence,
    beside: "规则每次抓取看到的，旁边是实际情况",
    figure: Figure {
        scrape: "抓取",
        compares: "被比较的值",
        state: "规则",
        truth: "实际",
        lacks: "落后最多的从节点缺多少字节",
        pending: |s| format!("等待中，{s} 秒"),
        firing: "在响",
        nothing: "从未进入等待",
        no_series: "没有可以比较的序列",
        now: "此刻",
    },
    open: "打开这次运行",
    back: "回到报警实验室",
    column: "报警和它的运行",
    of_card: "试试它的报警",
    export: |file| match file {
        Export::OpenMetrics => "序列（OpenMetrics）",
        Export::Rules => "规则（Prometheus）",
        Export::Promtool => "测试（promtool）",
    },
};

fn braces(labels: &Labels) -> String {
    let all: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{{{}}}", all.join(", "))
}

/// 在文本的哪里。
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let character = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    if text.contains('\n') { format!("第 {line} 行第 {character} 个字符") } else { format!("第 {character} 个字符") }
}

fn wrong(wrong: &Wrong, text: &str) -> String {
    match wrong {
        Wrong::Expr(why) => format!("{}：{}。", place(text, why.at), expr(why)),
        Wrong::Rules(why) => format!("第 {} 行：{}。", why.line, in_file(&why.why)),
        Wrong::For(span) => format!("for：“{span}”不是一段时间；30s、5m、1h30m 才是。"),
    }
}

fn in_file(why: &InFile) -> String {
    match why {
        // The reader's own words.
        InFile::Yaml(why) => format!("不是 YAML（{why}）"),
        InFile::Large => format!("文件最多 {FILE_MAX} 字节、{RULES_MAX} 条报警，嵌套也不能太深"),
        InFile::Alias => "不跟随别名".to_owned(),
        InFile::NoRules => "里面没有报警".to_owned(),
        InFile::NoExpr(name) => format!("{name} 没有 expr"),
        InFile::Expr(name, why) => format!("{name}：{}", expr(why)),
        InFile::Span(text) => format!("`{text}` 不是一段时间；30s、5m、1h30m 才是"),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Scalar => "一个数",
        Kind::Vector => "一组元素",
        Kind::Range => "像 metric[5m] 这样的区间",
    }
}

/// 这里应该是什么。
fn wanted(what: &str) -> &str {
    match what {
        "an operator or the end" => "运算符或结尾",
        "a list of labels in brackets" => "括号里的一串标签",
        "a label" => "一个标签",
        "a comma or the closing bracket" => "逗号或右括号",
        "a comma or the closing brace" => "逗号或右花括号",
        "the opening bracket" => "左括号",
        "the closing bracket" => "右括号",
        "a metric, a number or a function" => "指标、数或函数",
        "a span like 5m" => "像 5m 这样的一段时间",
        "one of = != =~ !~" => "= != =~ !~ 之一",
        "a text in quotes" => "引号里的文本",
        other => other,
    }
}

fn expr(why: &ExprError) -> String {
    match &why.why {
        What::Ends => "表达式没有写完".to_owned(),
        What::Long => format!("表达式最多 {TEXT_MAX} 字节"),
        What::Deep => format!("嵌套超过 {DEPTH_MAX} 层"),
        What::Character(c) => format!("{c:?} 在这里没有意义"),
        What::Unexpected { found, wanted: what } => format!("应该是{}，不是 `{found}`", wanted(what)),
        What::Quote => "文本缺少结尾的引号".to_owned(),
        What::Number(text) => format!("`{text}` 不是数"),
        What::Span(text) => format!("`{text}` 不是一段时间；30s、5m、1h30m 才是"),
        What::Function(name) => format!("这里没有函数 `{name}`"),
        What::Absent(what) => {
            let what = match *what {
                "a subquery" => "子查询",
                "a text by itself" => "单独的文本",
                "group_left between sets" => "集合之间的 group_left",
                other => other,
            };
            format!("{what} 在这里不能试")
        }
        What::Kind { given, by } => format!("`{by}` 不接受{}", kind(*given)),
        What::Arguments(name, count) => format!("`{name}` 不接受 {count} 个参数"),
        What::Bool => "两个数相比，运算符后面要写 `bool`".to_owned(),
        What::NoComparison => "`bool` 只属于比较".to_owned(),
        What::Everything => "选择器要写明一个指标，或者一个不为空的标签".to_owned(),
        What::Pattern(text) => format!("`{text}` 不是正则表达式"),
    }
}

fn sentence(rule: &str, weather: &str, cell: Cell, held_s: i64, part: bool) -> String {
    match cell {
        Cell::Rang(ms) => format!("在“{weather}”里，{rule} 过 {} 秒后响。", ms / 1_000),
        Cell::Never(_) if part => format!("在“{weather}”里，{rule} 不出声：由这套规则里别的来响。"),
        Cell::Never(0) => format!("在“{weather}”里，{rule} 从不成立，也就从不响。"),
        Cell::Never(ms) => format!("在“{weather}”里，{rule} 要持续 {held_s} 秒，只等到 {} 秒，从不响。", ms / 1_000),
        Cell::Quiet => format!("在“{weather}”里，{rule} 不出声，正该如此。"),
        Cell::False(ms) if ms < 0 => format!("在“{weather}”里，出事前 {} 秒一切正常，{rule} 就响了。", -ms / 1_000),
        Cell::False(ms) => format!("在“{weather}”里，{rule} 过 {} 秒后响，其实并没有出事。", ms / 1_000),
    }
}

fn why(id: &str) -> &'static str {
    match id {
        "lag-5-2m" | "lag-10-1m" | "lag-10-2m" | "lag-10-5m" | "lag-30-2m" => {
            "lag 是距上一个 ACK 的整秒数。从节点没了声音，它数到 60，主节点就放弃它，这一行在几分钟凑满之前就从 INFO 里消失了。慢的从节点每秒照样发 ACK：lag 一直是 0 或 1。"
        }
        "lag-30" => "没有 `for`，无声的从节点的 lag 从 30 走到 60 时它会响。然后这一行消失，报警也自己结束。",
        "lag-60" => "超过 60 秒，这一行已经没有了，没有东西可比。只有 SYNC 从节点会让它响，而那里的数据可能是完整的。",
        "last-io-min-30" | "last-io-30-2m" | "last-io-10-5m" => {
            "last_io 是从节点眼里主节点沉默了多久。60 秒后从节点放弃这条链路，last_io 变成 −1，低于任何阈值。没有哪种故障能让它在阈值之上停留那么久。"
        }
        "last-io-30" => "沉默从 30 秒走到 60 秒时它会响；然后 last_io 是 −1，报警结束。链路一断开，last_io 立刻就是 −1。",
        "link-down-2m" => "好信号，晚了两分钟。慢从节点和 SYNC 从节点的链路都是 up。",
        "link-down" => "好信号，不拖延；但每次首次同步也会响：要加上 `and redis_master_sync_in_progress == 0`。",
        "replica-lost" => "时机对；但计划中的重启也会响，而且一分钟后报警就结束了，尽管从节点还没回来。",
        "replicas-missing" => "只有一个主节点时是对的。两个主节点加在一起总会少一个从节点，于是一直响。",
        "flapping" => "一秒内就恢复的链路，哪次抓取都看不到它断开。`sync_partial_ok` 和 `sync_full` 会记下来。",
        "many-masters" => "只有一个分片时是对的。本来就该有的两个主节点会让它一直响。",
        "gap-64mb" => "字节是对的量。这个数是某家云的：你的应该是积压缓冲区的大小，或者输出上限的一半。",
        "gap-1mib" => "1 MiB 是默认的积压缓冲区，所以它说的是：现在断开就要全量复制。写得慢的主节点，慢从节点到不了这个数。",
        "gap-1000" => "一千字节不过是几条在途的命令：每次突发写入都会响。",
        "offsets-differ" => "它读的是从节点上的 `master_repl_offset`，4.0 之前那是从节点自己的，不是复制流的；而且 100 MB 太远。",
        "partial-denied" => "五分钟内拒绝一次就响。从 4.0 起，当过主节点的服务器会带着自己的 ID 来问，被拒绝一次，其实什么也没丢。",
        "gone" => "你写下的一个数：应该有这么多从节点。从节点被放弃时它才响，不会更早。",
        "stuck" => "同步比上一次的两倍还久。循环里的每次同步都在那之前结束：那里由 `again` 来响。",
        "silent" => "立刻响，没有 `for`：60 秒后这一行就没有了。之后由 `gone` 接着响。",
        "behind" => "差距的字节除以每秒写入的字节：读者落后的秒数。慢从节点的 lag 是 0，它看得见。",
        "again" => "数全量复制的次数：十分钟里超过两次就是循环。",
        "sync-replica" => "offset 是 0，状态是 online，lag 还在涨：这是走 SYNC 来的从节点，从不发 ACK。别再等它的 lag 降下来。",
        _ => "",
    }
}
