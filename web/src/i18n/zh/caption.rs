//! 解说，用中文：每件事一句话。

use super::notes::say;
use crate::caption::said::{Again, Away, Below, Dead, Event, Frozen, Party, Paused, Round, Said, Silent, TwoWays};
use crate::format::{grouped, size, span_us, unbroken};
use resync_core::fact::{BesideStage, ReplState, SessionEnd};

/// The sentence.
pub(crate) fn tell(said: &Said) -> String {
    match said {
        Said::Note(noted) => say(&noted.note, &noted.who, &|address| noted.name_of(address)),
        Said::Event(of) => event(of),
        Said::Round(of) => round(of),
        Said::Unborn { who } => format!("{who} 还没有启动。"),
        Said::Dead(of) => dead(of),
        Said::Paused(of) => paused(of),
        Said::Busy { who, for_us } => format!("{who} 已连续忙碌 {}，其他请求都在等待。", span_us(*for_us)),
        Said::Frozen(of) => frozen(of),
        Said::Away(of) => away(of),
        Said::Foreign { who, master, id: Some(id) } => {
            format!("{who} 记得的 ID 是 {id}，{master} 不认识：两者没有共同的偏移量，只能全量复制。")
        }
        Said::Foreign { who, master, id: None } => {
            format!("{who} 的数据属于另一段历史，与 {master} 没有共同的偏移量，只能全量复制。")
        }
        Said::Cut { who, master, for_us } => format!("{who} 与 {master} 的链路已断开 {}。", span_us(*for_us)),
        Said::Handshake { who, master, state } => match state {
            ReplState::Connect => format!("{who} 即将连接 {master}：每秒试一次。"),
            ReplState::Connected => format!("{who} 的数据已齐，{master} 还没有把它设为 online。"),
            _ => format!("{who} 正在与 {master} 握手，状态为 {}。", state.name().to_ascii_uppercase()),
        },
        Said::HalfOpen { who, master } => format!("{master} 已没有 {who} 的连接，{who} 还不知情。"),
        Said::Waits { who, master } => format!("{who} 等待 {master} 的 RDB。"),
        Said::Transfer { who, done, total } if *total < 0 => format!("{who} 已收到 RDB 的 {} 字节。", count(*done)),
        Said::Transfer { who, done, total } => format!("{who} 已收到 RDB 的 {} 字节，共 {} 字节。", count(*done), grouped(*total)),
        Said::Loading { who, replica: true } => format!("{who} 正在加载主节点发来的 RDB，完成之前只回复 ‑LOADING。"),
        Said::Loading { who, .. } => format!("{who} 正在加载自己的 RDB，完成之前只回复 ‑LOADING。"),
        Said::TwoWays(of) => two_ways(of),
        Said::Silent(of) => silent(of),
        Said::Refusing { master, good, need } => {
            format!("{master} 以 ‑NOREPLICAS 拒绝写命令：合格从节点有 {good} 个，需要 {need} 个。")
        }
        Said::Apart { who, master } => {
            format!("{who} 跟随 {master}，途中也没有数据，可它执行的并不是 {master} 写下的那些字节：偏移量看不出来。")
        }
        Said::Behind { who, gap, queued } => {
            format!("{who} 落后 {} 字节，其中 {} 字节还在主节点的输出缓冲区里。", grouped(*gap), count(*queued))
        }
        Said::Level { master, replicas } => level(master, replicas),
        Said::Alone { who } => format!("{who} 没有从节点。"),
    }
}

/// 走两条连接的全量复制。
fn two_ways(of: &TwoWays) -> String {
    let TwoWays { who, master, held, .. } = of;
    let held = count(*held);
    match (of.stage, of.full, of.done) {
        (BesideStage::Opens, ..) => format!("{who} 正在与 {master} 建立第二条连接：RDB 走它，复制流同时走第一条。"),
        (BesideStage::Joins, ..) => format!("{who} 通过第一条连接请 {master} 从 RDB 的末尾继续。"),
        (BesideStage::Applies, ..) => format!("{who} 已加载 RDB，正在执行另存的复制流，还剩 {held} 字节。"),
        (BesideStage::Beside, Some(waits), _) => {
            format!("{who} 另存的复制流达到上限，有 {held} 字节：后面的压在 {master} 的输出缓冲区里，有 {} 字节。", count(waits))
        }
        (BesideStage::Beside, None, Some(done)) => {
            format!("{who} 从第二条连接收到 RDB 的 {} 字节，同时另存复制流 {held} 字节。", count(done))
        }
        (BesideStage::Beside, None, None) => format!("{who} 正在加载 RDB，另存着同时到来的复制流 {held} 字节。"),
    }
}

fn count(n: u64) -> String {
    grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

fn event(of: &Event) -> String {
    match of {
        Event::Arrived { from, to, text } => format!("{to} 收到 {from} 发来的 {text}。"),
        Event::Sent { from, to, text } => format!("{from} 向 {to} 发送 {text}。"),
        Event::Ran { who } => format!("{who} 的定时器运行了一次，没有变化。"),
        Event::Read { who, from: Some(from @ Party::Node(_)) } => format!("{who} 读取 {} 的字节，没有变化。", party(from)),
        Event::Read { who, from: Some(from) } => format!("{who} 处理 {} 发来的请求，数据没有变化。", party(from)),
        Event::Read { who, from: None } => format!("{who} 读完一条已关闭的连接。"),
        Event::Below(of) => below(of),
    }
}

fn party(of: &Party) -> String {
    match of {
        Party::Node(name) | Party::Client(name) => name.clone(),
        Party::Console(name) => format!("{name} 旁的 redis-cli"),
        Party::Sentinel(nth) => format!("第 {nth} 个 sentinel"),
    }
}

fn below(of: &Below) -> String {
    match of {
        Below::Act => String::from("场景有一处变动，节点还没有察觉。"),
        Below::Gone => String::from("一条已无人持有的连接结束了。"),
        Below::Packet { from, to: Party::Node(to) } => format!("{} 发来的字节到了 {to} 的内核；进程正忙，稍后才读。", party(from)),
        Below::Packet { from, to } => format!("{} 收到 {} 的回复。", party(to), party(from)),
        Below::Sentinel { nth } => format!("第 {nth} 个 sentinel 的定时器运行了一次，没有变化。"),
        Below::Taken { from, to } => format!("{} 的内核得知 {} 已收下一些字节，可以继续发送。", party(from), party(to)),
        Below::Dial { from, to: Some(to), answer: false } => format!("{from} 的 SYN 到达 {to} 所在的机器。"),
        Below::Dial { from, to: Some(to), answer: true } => format!("{from} 等不到 {to} 对 SYN 的应答，再发一次。"),
        Below::Dial { from, to: None, .. } => format!("{from} 连接的地址上没有任何机器。"),
        Below::Child { of } => format!("{of} 的子进程继续写 RDB。"),
        Below::File { of } => format!("磁盘写完了 {of} 的一个文件。"),
        Below::Turn { who } => format!("{who} 继续做手头的事。"),
        Below::Sent { who, to } => format!("{who} 向 {to} 发送下一条命令。"),
        Below::Waits { who, to } => format!("{who} 该发下一条命令了，但还在等 {to} 的回复。"),
        Below::Refused { who, to } => format!("{who} 连不上 {to}：没有进程接受连接。"),
    }
}

fn round(of: &Round) -> String {
    let who = of.who.join(" 和 ");
    let (master, times, span) = (&of.master, of.times, span_us(of.span_us));
    match &of.what {
        Again::Full { why, limit, after_us } => {
            let why = match (why, after_us) {
                (SessionEnd::OutputLimit, Some(us)) => {
                    format!("每次收齐 RDB 后 {}，输出缓冲区就到了上限 {}，被 {master} 断开", span_us(*us), size(*limit))
                }
                (SessionEnd::OutputLimit, None) => {
                    format!("每次 RDB 还没传完，输出缓冲区就到了上限 {}，被 {master} 断开", size(*limit))
                }
                (SessionEnd::Timeout, _) => format!("每次 {master} 超过 repl-timeout 没收到 ACK，就断开它"),
                (SessionEnd::BgsaveFailed, _) => format!("每次 {master} 的 BGSAVE 都失败"),
                _ => format!("每次与 {master} 的连接都中途断开"),
            };
            format!("{who} 在 {span} 内第 {times} 次全量复制：{why}。")
        }
        Again::Refused { reply } => {
            let why = if reply == "-LOADING" { "，因为它正在加载 RDB" } else { "" };
            let reply = unbroken(reply);
            format!("{who} 在 {span} 内请求了 {times} 次：{master} 每次都回复 {reply}{why}。")
        }
        Again::Timeout { after_s, partial } => {
            let then = if *partial { "每次部分复制就够了" } else { "随后要全量复制" };
            format!("{who} 在 {span} 内第 {times} 次判定超时：{after_s} 秒没有收到任何数据，超过了 repl-timeout；{then}。")
        }
    }
}

fn dead(of: &Dead) -> String {
    let (who, span, n) = (&of.who, span_us(of.for_us), of.followers);
    match (of.off, n) {
        (true, 0) => format!("{who} 已断电 {span}，没有任何一方得到通知。"),
        (true, _) => format!("{who} 已断电 {span}：写命令无人处理，{n} 个从节点没有得到通知，也没有了主节点。"),
        (false, 0) => format!("{who} 已被强制终止 {span}：连接全部关闭，内存中的数据已丢失。"),
        (false, _) => format!("{who} 已被强制终止 {span}：写命令无人处理，积压缓冲区已不存在，{n} 个从节点没有了主节点。"),
    }
}

fn paused(of: &Paused) -> String {
    let Paused { who, for_us, listed } = of;
    let listed = match listed {
        Some((master, true, lag)) => format!("{master} 的 INFO 仍显示 online，lag={lag}。"),
        Some((master, false, _)) => format!("{master} 的 INFO 仍列出它。"),
        None => String::new(),
    };
    format!("{who} 已暂停 {}：内核照收字节，进程什么也不做。{listed}", span_us(*for_us))
}

fn frozen(of: &Frozen) -> String {
    let Frozen { from, to, replica, .. } = of;
    let master = if from == replica { to } else { from };
    let (span, kept) = (span_us(of.for_us), count(of.kept));
    let what = if of.both {
        format!("{from} 与 {to} 已 {span} 互相收不到数据，TCP 缓冲区里压着给 {to} 的 {kept} 字节")
    } else {
        format!("{from} 发往 {to} 的数据 {span} 没有到达，TCP 缓冲区里压着 {kept} 字节")
    };
    match (of.listed, of.believes) {
        (Some(lag), true) => format!("{what}，双方都还不知情。INFO 仍显示 online，lag={lag}。"),
        (Some(lag), false) => format!("{what}。{replica} 已判定超时；{master} 的 INFO 仍显示 online，lag={lag}。"),
        (None, true) => format!("{what}。{master} 已断开，{replica} 还不知情。"),
        (None, false) => format!("{what}；{master} 没有与 {replica} 的复制连接。"),
    }
}

fn away(of: &Away) -> String {
    let who = &of.who;
    let since = of.cut_us.map_or_else(|| String::from("不在线"), |us| format!("已断开 {}", span_us(us)));
    let lacks = if of.gap > 0 { format!("，缺少 {} 字节", grouped(of.gap)) } else { String::from("，暂时什么也不缺") };
    let wants = grouped(of.wants);
    match (of.partial, of.left_ms) {
        (true, Some(ms)) if ms < 3_600_000 => {
            let left = span_us(ms.saturating_mul(1_000));
            format!("{who} {since}{lacks}。照现在的写入速度，{left} 后它要的字节 {wants} 就会被覆盖，届时只能全量复制。")
        }
        (true, _) => format!("{who} {since}{lacks}。几乎没有写入时，它要的字节 {wants} 会一直留在积压缓冲区里。"),
        (false, _) if of.left < 0 => format!("{who} {since}{lacks}。它要的字节 {wants} 已被覆盖，只能全量复制。"),
        (false, _) => format!("{who} {since}{lacks}。主节点无法从字节 {wants} 续传，只能全量复制。"),
    }
}

fn silent(of: &Silent) -> String {
    let Silent { who, master, offset, lag, equal } = of;
    let data = if *equal { "而数据其实相同" } else { "与它收到多少数据无关" };
    format!("{who} 走的是 SYNC，不会主动发送 ACK：{master} 显示 offset={offset}、lag={lag}，并且一直增长，{data}。")
}

fn level(master: &str, replicas: &[String]) -> String {
    let who = match replicas {
        [one] => format!("{one} 已跟上 {master}"),
        [_, _] => format!("两个从节点都已跟上 {master}"),
        _ => format!("{} 个从节点都已跟上 {master}", replicas.len()),
    };
    format!("{who}，除了正在途中的数据，什么也不缺。")
}
