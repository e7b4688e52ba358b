//! 中文：估算页。

use crate::i18n::size::Size;
use resync_core::era::BacklogKind;
use resync_desk::size::{Directive, Field, Form, Sizes, bytes_text, seconds_text};

const fn field(field: Field) -> &'static str {
    match field {
        Field::Rate => "复制流每秒字节数",
        Field::Writes => "每秒写入次数",
        Field::Value => "值的大小",
        Field::Outage => "要扛住的最长断开时间",
        Field::Margin => "余量倍数",
        Field::Dataset => "数据集（RDB 大小）",
        Field::Disk => "磁盘",
        Field::Network => "到一个从节点的网络",
        Field::Load => "加载",
        Field::Fork => "fork",
        Field::Replicas => "从节点数",
    }
}

fn means(directive: Directive, form: &Form, s: &Sizes) -> String {
    let rate = bytes_text(form.get(Field::Rate));
    let whole: u64 = s.full_ms.iter().sum();
    match directive {
        Directive::Backlog if s.backlog == s.backlog_default && s.least < s.backlog => {
            format!("默认值就够：能撑 {}。", seconds_text(s.covers_ms))
        }
        Directive::Backlog => format!(
            "断开不超过 {} 时，从节点每离开一秒只补 {rate}，而不是重传 {}。",
            seconds_text(s.covers_ms),
            bytes_text(form.get(Field::Dataset))
        ),
        Directive::Ttl => "没有从节点满一小时，主节点会释放积压缓冲区；这里的断开可能更久。".to_owned(),
        Directive::Limit if s.limit.1 > 64 << 20 => {
            format!("fork、保存、传输、加载：{} 的写入在排队，超过默认值。软限制与硬限制同样大，因为排队超过 60 s。", seconds_text(whole))
        }
        Directive::Limit => {
            let times = (256_u64 << 20).checked_div(s.waits).unwrap_or(0);
            format!("fork、保存、传输、加载：{} 的写入在排队。默认值能容纳它的 {times} 倍。", seconds_text(whole))
        }
        Directive::Timeout => format!("它量的是沉默，不是时长：传输 {} 并不沉默。", seconds_text(s.full_ms[2])),
        Directive::Ping => "算作沉默之前，有三次机会被听到。".to_owned(),
        Directive::ToWrite if s.to_write == 0 => "只有一个从节点时，它一重启就会拒绝写入。".to_owned(),
        Directive::ToWrite => "至少听得到一个从节点，否则拒绝写入。".to_owned(),
        Directive::MaxLag => "从节点沉默之后主节点宕机，最多丢失这么多已写入的数据。".to_owned(),
    }
}

fn comment(directive: Directive, form: &Form, s: &Sizes, default: bool) -> String {
    match directive {
        Directive::Backlog => format!("在 {}/s 下能撑 {}", bytes_text(form.get(Field::Rate)), seconds_text(s.covers_ms)),
        Directive::Limit if default => format!("默认值，容纳 {} 的写入", seconds_text(held_ms(form, s))),
        Directive::Limit => {
            format!("容纳 {} 的写入；一次全量复制需要 {}", seconds_text(held_ms(form, s)), seconds_text(s.full_ms.iter().sum()))
        }
        Directive::Ttl => "断开可能超过默认的 1 小时".to_owned(),
        Directive::ToWrite if s.to_write > 0 => format!("最多 {} s 的写入有风险", s.max_lag_s),
        _ if default => "默认值".to_owned(),
        Directive::Timeout => format!("三次 PING 加一次 {} 的 fork，再乘余量", seconds_text(s.full_ms[0])),
        _ => String::new(),
    }
}
fn held_ms(form: &Form, s: &Sizes) -> u64 {
    u64::try_from(u128::from(s.limit.0) * 1_000 / u128::from(form.get(Field::Rate))).unwrap_or(u64::MAX)
}

fn prices(form: &Form, s: &Sizes) -> Vec<String> {
    let keeps = match form.era.capabilities().backlog {
        BacklogKind::Blocks => "调整大小会保留已有内容。",
        BacklogKind::Ring => "7.0 之前，调整大小会清空积压缓冲区：请在所有从节点在线时进行。",
    };
    let mut all = vec![format!("每个可能成为主节点的节点多占 {} 内存。{keeps}", bytes_text(s.backlog))];
    if s.waits_all > s.waits {
        all.push(format!("7.0 之前每个从节点各有一份输出缓冲区：同时全量复制时共 {}。", bytes_text(s.waits_all)));
    }
    if s.to_write > 0 {
        all.push(format!("所有从节点沉默超过 {} s 时，主节点拒绝写入。", s.max_lag_s));
    }
    all
}

pub(crate) static SIZE: Size = Size {
    title: "估算",
    lead: "积压缓冲区、输出缓冲区、超时该多大：由你的数字算出，每项都有公式，并由引擎的运行来证明。",
    begin: "开始估算",
    fill: "用这些数字估算",
    numbers: "你的数字",
    parts: ["写入", "故障", "全量复制"],
    field,
    wrong: |name, from, to| format!("{name}：{from} 到 {to}。"),
    stated: "写入速率的表示方式",
    by_rate: "每秒字节数",
    by_writes: "次数 × 大小",
    rate_is: "是 master_repl_offset 的增长，不是数据集的增长",
    each_is: |bytes, rate| format!("一次 SET 在复制流里占 {bytes}：{rate}。"),
    release: "版本",
    infos: "从两份 INFO 读取",
    infos_lead: "贴上主节点的 INFO，几秒后再贴一次。内容只留在这个页面里。",
    boxes: ["主节点的 INFO", "几秒之后的同样内容"],
    found: |rate| format!("它们说的是 {rate}。"),
    not_found: "还看不出速率：需要两次 master_repl_offset。",
    example: "第一个例子",
    bad_link: |field| match field {
        Some(field) => format!("链接里的“{field}”不成立，表单显示第一个例子。"),
        None => "读不懂链接里的表单，这是第一个例子。".to_owned(),
    },
    question: "积压缓冲区要多大？",
    drag: "拖动圆点，或直接输入",
    sides: ["全量复制", "部分复制"],
    cut_for: |seconds| format!("断开 {seconds} s"),
    left: |size, time| format!("{size}：还剩 {time}"),
    late: |size, time| format!("{size}：晚了 {time}"),
    figure: |rate, least, backlog, outage| {
        format!("积压缓冲区大小与断开时间，写入 {rate}。断开 {outage} s 至少需要 {least}，加上余量是 {backlog}。")
    },
    proof: "证明",
    runs: |runs, outage| format!("引擎运行 {runs} 次，断开 {outage} s"),
    playing: "正在运行……",
    failed: "没有等到请求：什么也没有证明",
    took: |seconds| format!("用时 {seconds} s"),
    open: |size| format!("打开 {size}"),
    to_spare: |time| format!("还剩 {time}"),
    too_late: |time| format!("晚了 {time}"),
    asks_at: |time| format!("断开后 {time} 发出请求"),
    lost_at: |time| format!("它要的下一个字节在 {time} 被覆盖"),
    sent: |reply, bytes| format!("{reply}，{bytes} 字节"),
    anew: |reply, dataset| format!("{reply}，{dataset}"),
    scaled: |bytes| format!("运行里的一个字节代表 {bytes} 个；时间不变。"),
    no_smaller: "不会太小：Redis 接受的最小值 16 KB 也撑得更久。",
    answers: "指令、取值与公式",
    means,
    conf: "redis.conf",
    both: "所有节点",
    copy: "复制",
    link: "复制链接",
    copied: "已复制。",
    comment,
    typed: "不重启生效",
    price: "代价",
    prices,
    not_needed: "不需要",
    nothing: &["更大的积压缓冲区不会让慢的从节点变快。", "更大的 repl-timeout 不会让全量复制成功。"],
};
