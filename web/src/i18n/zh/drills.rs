//! 简体中文：练习。

use crate::drill::Mark;
use crate::drill::reason::Reason;
use crate::format::{exact_size, grouped, short_id, short_ids, span_us};
use crate::i18n::drills::{Cards, Drills, Grade, Sit, Steps};
use resync_lessons::play::{Cause, Kind, Sends, Stands};

pub(crate) static DRILLS: Drills = Drills {
    title: "练习",
    lead: "由引擎评分",
    begin: "开始一轮",
    kind: |kind| match kind {
        Kind::Master => "当主节点",
        Kind::Replica => "当从节点",
        Kind::Info => "读 INFO",
        Kind::Size => "定大小",
    },
    asks: |kind| match kind {
        Kind::Master => "有从节点来敲门，你是主节点。",
        Kind::Replica => "你是从节点，收到这条。",
        Kind::Info => "两台服务器的 INFO：这里发生了什么？",
        Kind::Size => "链路要断一阵子，积压缓冲区要多大？",
    },
    graded_by: |era| format!("Redis {era} · 由引擎评分"),
    fade: |mine| match mine {
        0 => "三步都由引擎演示",
        1 => "第 1、2 步演示，第 3 步由你来",
        2 => "第 1 步演示，第 2、3 步由你来",
        _ => "三步都由你来",
    },
    short: |kind, step| match (kind, step) {
        (Kind::Master, 0) => "ID",
        (Kind::Master, 1) => "字节",
        (Kind::Master, _) => "回复",
        (Kind::Replica, 0) => "命令",
        (Kind::Replica, 1) => "字节",
        (Kind::Replica, _) => "状态",
        (Kind::Info, 0) => "链路",
        (Kind::Info, 1) => "恢复",
        (Kind::Info, _) => "原因",
        (Kind::Size, 0) => "字节数",
        (Kind::Size, 1) => "一种大小",
        (Kind::Size, _) => "最小",
    },
    played: "演示",
    yours: "你来",
    making: "引擎正在推演下一题。",
    fault: |why| format!("这道练习推演不了：{why}。"),
    steps: Steps {
        go_on_from: |byte| format!("能从字节 {byte} 接着发吗？"),
        is_enough: |size| format!("{size} 够吗？"),
        ask: |kind, step| match (kind, step) {
            (Kind::Master, 0) => "这是谁的 ID？",
            (Kind::Master, _) => "你怎么回复？",
            (Kind::Replica, 0) => "你接下来发哪条命令？",
            (Kind::Replica, 1) => "你接下来要哪个字节？",
            (Kind::Replica, _) => "这时你处于什么状态？",
            (Kind::Info, 0) => "按从节点的 INFO，链路通吗？",
            (Kind::Info, 1) => "从节点恢复了吗，怎样恢复的？",
            (Kind::Info, _) => "发生了什么？",
            (Kind::Size, 0) => "断开期间写了多少字节？",
            (Kind::Size, _) => "够用的最小一档是哪个？",
        },
        yes: "是",
        no: "否",
        whose: ["我的", "我的第二个 ID", "别人的，或 ?", "不看，直接报错"],
        replies: ["以及字节数", "以及偏移量", "错误"],
        before_number: ["随后的字节数", "偏移量"],
        plain_number: "照网络上的写法，不带空格",
        which_error: "哪个错误",
        sends: |sends| match sends {
            Sends::Ping => "在新连接上",
            Sends::Introduces => "说明自己是谁",
            Sends::Asks => "请求从哪里继续",
            Sends::Acks => "报告进度",
        },
        stands: |stands| match stands {
            Stands::Dials => "要重新连接",
            Stands::Waits => "在等回复",
            Stands::Receives => "在接收 RDB",
            Stands::Follows => "跟随复制流",
        },
        no_byte: "没有则填 −1",
        came: ["部分复制", "全量复制", "还没有恢复"],
        cause: |cause| match cause {
            Cause::Cut => "链路断着",
            Cause::Back => "断过一阵，积压缓冲区里还留着缺的部分",
            Cause::Window => "断过一阵，缺的部分已被覆盖",
            Cause::Silent => "链路冻结：什么都到不了，连接也没关",
            Cause::Promoted => "从节点被提升成了主节点",
            Cause::Replica => "从节点重启过，没有数据",
            Cause::Master => "主节点重启过",
        },
        bytes: "字节，误差 2 % 以内",
        not_asked: "不问",
        number: "数字",
        answer: "作答",
        play: "演示给我看",
        next: "下一题",
        open: "打开这一刻",
        say_first: |step| format!("第 {} 步还没答。", step + 1),
        keys: "作答，然后 Enter",
        keys_next: "下一题",
    },
    grade: Grade {
        right: "与引擎的决定一致",
        played: "演示：就是这样决定的",
        wrong: |step| format!("第 {} 步不是这样", step + 1),
        wrote: |said, truth| format!("你写的是 {said}，实际是 {truth}。"),
        said: |said| format!("你的回答：{said}。"),
        because,
        holds: "一致",
        fails: "不一致",
    },
    cards: Cards {
        backlog: "你的积压缓冲区",
        no_backlog: "你没有积压缓冲区。",
        window: |first, head, asked| format!("积压缓冲区保存着 {first} 到 {head}；对方要字节 {asked}。"),
        gone: "已覆盖",
        first: "首字节",
        head: "最新",
        next: "将写入",
        held: |bytes| format!("{bytes} 字节"),
        from_here: "从这里起还在",
        up_to_here: "写到这里",
        shared_up_to: "共有到这里",
        asked: "要这个",
        magnified: "放大到单个字节",
        ids: "ID 与门口",
        asked_with: "对方给的",
        mine: "我的",
        second: "第二个",
        up_to: |byte| format!("到字节 {byte} 为止有效"),
        no_second: |knows| if knows { "没有：未曾提升" } else { "这一版只有一个 ID" },
        door: "门口",
        password: |given| match given {
            None => "不要密码",
            Some(true) => "要密码，已给出",
            Some(false) => "要密码，还没给",
        },
        known: "你所知道的",
        state: "状态",
        stream: "复制流",
        applied: "已应用到",
        nothing: "没有",
        masterauth: "masterauth",
        before: "此前的消息",
        way: |up| if up { "发往主节点" } else { "来自主节点" },
        ends: "连接断开了",
        loaded: "RDB 加载完毕",
        with: |bytes| format!("一并到达 {bytes} 字节复制流"),
        info: ["主节点的 INFO", "从节点的 INFO"],
        rate: |rate, seconds| format!("每秒 {rate} 字节 · 断开 {seconds}"),
        sizes: "repl-backlog-size",
        missed: |bytes| format!("缺 {bytes} 字节"),
        log: |era| format!("你的日志，按 Redis {era} 的写法"),
        no_log: "没有写日志。",
    },
    sitting: Sit {
        heading: "这一轮",
        lead: "题型混合，每次换新数字",
        in_a_row: |row, of| format!("连续答对 {row} / {of}，跨两种题型"),
        heads: ["题型", "题面", "答案"],
        mark: |mark| match mark {
            Mark::Played => "演示",
            Mark::Right => "答对",
            Mark::Missed => "答错",
            Mark::Shown => "看了演示",
        },
        now: "当前",
        ends: "跨两种题型连续答对三题，且最后一题三步都由你来，这一轮就结束。",
        one_more: "已连续三题。再对一道三步都由你来的题，这一轮就结束。",
        again: "答错的会在这一轮里再来，换别的数字。",
        over: |right, of| format!("连续三题答对。共 {of} 题，对 {right} 题。"),
        kept: "各题型的进度保存在这个浏览器里，下一轮从那里开始。",
        another: "再来一轮",
    },
};

/// 带数字的理由。
fn because(reason: &Reason) -> String {
    let b = |byte: i64| grouped(byte);
    match *reason {
        Reason::Mine { id } => format!("是我的：{}。", short_id(id)),
        Reason::Second { id, up_to } => {
            format!("{} 是我的第二个 ID，即提升之前的复制流，到字节 {} 为止有效。", short_id(id), b(up_to))
        }
        Reason::Foreign { id } => format!("{} 不是我的：那是另一条复制流，字节就不看了。", short_id(id)),
        Reason::NoId => "? 没有指明复制流：它要全部。".to_owned(),
        Reason::Loading => "我正在加载自己的 RDB：还没看 ID 就拒绝 PSYNC。".to_owned(),
        Reason::NoLink => "我自己也是从节点，而且自己的链路断着：还没看 ID 就拒绝 PSYNC。".to_owned(),
        Reason::NoPassword => "这条连接没有给密码：还没看 ID 就被拒绝。".to_owned(),
        Reason::Held { first, asked, end } => {
            format!("{} ≤ {} ≤ {}：从首字节到最新字节的后一个。", b(first), b(asked), b(end))
        }
        Reason::TooOld { first, asked } => {
            format!("{} ≤ {} 不成立：旧了 {} 字节。", b(first), b(asked), b(first.saturating_sub(asked)))
        }
        Reason::TooNew { asked, end } => {
            format!("{} ≤ {} 不成立：超过最新字节的后一个，超出 {}。", b(asked), b(end), b(asked - end))
        }
        Reason::Parted { asked, up_to } => {
            format!("{} ≤ {} 不成立：字节 {} 之后两段历史已分开。", b(asked), b(up_to), b(up_to))
        }
        Reason::NotAsked => "前一步已经决定了。".to_owned(),
        Reason::Continue { end, asked, bytes } => format!("+CONTINUE，随后 {} − {} = {} 字节。", b(end), b(asked), b(bytes)),
        Reason::Full { head } => format!("+FULLRESYNC 报最新的偏移量 {}：RDB 所含的最后一个字节。", b(head)),
        Reason::Error { reply } => reply.to_owned(),
        Reason::Sends { text, after_ms: 0 } => format!("立刻发出：{}", short_ids(text)),
        Reason::Sends { text, after_ms } => format!("{} 后发出：{}", span_us(after_ms * 1_000), short_ids(text)),
        Reason::NoStream => "我还没有复制流，所以不指明字节：? −1。".to_owned(),
        Reason::After { applied, bytes: 0 } => format!("已应用的最后一个字节的后一个：{} + 1 = {}。", b(applied), b(applied + 1)),
        Reason::After { applied, bytes } => {
            format!("已应用 {}，又来了 {}；下一个是 {}。", b(applied), b(bytes), b(applied + bytes + 1))
        }
        Reason::FromRdb { offset } => format!("RDB 含到 {} 为止的全部；复制流从字节 {} 继续。", b(offset), b(offset + 1)),
        Reason::Fallback => "4.0 之前，任何错误都当作不认识 PSYNC。接着发 SYNC，而 SYNC 不指明字节：−1。".to_owned(),
        Reason::State { name, stands } => format!("{name}：{}。", (DRILLS.steps.stands)(stands)),
        Reason::Link { line } => format!("从节点打印 {line}。"),
        Reason::Came { way, full, ok, err } => {
            let counters = format!("sync_full:{full} sync_partial_ok:{ok} sync_partial_err:{err}");
            match way {
                0 => format!("{counters}：第一次是全量，这次是部分复制。"),
                1 => format!("{counters}：给它做了一次全量复制。"),
                _ => format!("{counters}：第一次同步之后什么也没做过。"),
            }
        }
        Reason::Happened(cause) => happened(cause).to_owned(),
        Reason::Written { rate, away_ms, written } => {
            format!("每秒 {} 字节 × {} = {} 字节。", b(rate), span_us(away_ms * 1_000), b(written))
        }
        Reason::Holds { size, gap, asked_ms } => {
            format!("链路恢复后 {}，从节点才请求；这时缺 {} 字节，装得下 {} 字节。", span_us(asked_ms * 1_000), b(gap), b(size as i64))
        }
        Reason::Smallest { size, gap } => format!("{} 是装得下 {} 字节的第一档。", exact_size(size), b(gap)),
    }
}

/// 两边的 INFO 怎么看出来。
fn happened(cause: Cause) -> &'static str {
    match cause {
        Cause::Cut => "从节点知道链路断了，也知道断了多久；主节点已把它移出列表。还没有恢复。",
        Cause::Back => "多了一次部分复制，没有被拒绝的：缺的字节积压缓冲区里都还有。",
        Cause::Window => "sync_partial_err 记下一次被拒绝的 PSYNC：它要的字节已被覆盖。两边运行时间都很长。",
        Cause::Silent => "两边都以为链路通着，但 lag 和 last io 一起增长：什么都没到，连接也没有关闭。",
        Cause::Promoted => "从节点打印 role:master。它不再跟随谁，主节点也失去了它。",
        Cause::Replica => "第二次全量复制，却没有被拒绝的 PSYNC：它问的是 ? −1。运行时间短的是它。",
        Cause::Master => "运行时间短的是主节点：计数、偏移量和 ID 都重新开始。",
    }
}
