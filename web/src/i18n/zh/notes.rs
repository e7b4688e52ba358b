//! 发生了什么，用中文：每条一句，先说谁，用现在时，带上要紧的数字。

use crate::format::{error_code, grouped, short_id, size};
use resync_core::fact::{Errno, Fault, ForkKind, FreedWhy, HandshakeStep, RefusalCode, SessionEnd, UpstreamEnd, UpstreamPhase};
use resync_core::note::LoadError;
use resync_core::note::{HandshakeFailure, LoadFailure, Note, What, Why};
use resync_core::repl::psync::{Asked, Reason, Ruling, Verdict};

/// A number of bytes; the words that follow stand without a space.
fn bytes(n: i64) -> String {
    format!("{} 字节", grouped(n))
}

/// The sentence for a note of `who`. `name_of` turns the `ip:port` of a replica into its name.
pub(crate) fn say(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String {
    match note {
        Note::Started { run_id } => format!("{who} 作为新进程启动，运行 ID 为 {}。", short_id(run_id)),
        Note::LoadStarted { bytes: n } if *n < 0 => format!("{who} 一边接收 RDB 一边加载，加载完成之前只回复 ‑LOADING。"),
        Note::LoadStarted { bytes: n } => format!("{who} 开始加载 {}的 RDB，加载完成之前只回复 ‑LOADING。", bytes(*n)),
        Note::LoadDone { keys, ms } => format!("{who} 用 {} ms 加载了 {} 个键。", grouped(*ms), grouped(*keys)),
        Note::LoadFailed { why } => format!("{who} 无法加载 RDB：{}。", unloaded(why)),
        Note::ShutDown {} => format!("{who} 正常关闭。"),
        Note::Log { text, .. } => format!("{who} 写日志：{text}"),
        Note::Follows { host, port } => format!("{who} 现在复制 {}。", name_of(&format!("{host}:{port}"))),
        Note::Promoted { offset } => format!("{who} 现在是主节点，复制偏移量为 {}。", grouped(*offset)),
        Note::UpstreamState { from, to } => {
            format!("{who} 的复制状态从 {} 变为 {}。", from.name().to_ascii_uppercase(), to.name().to_ascii_uppercase())
        }
        Note::HandshakeFailed { step, why } => format!("{who} 没能完成{}：{}。", step_words(*step), failed(why)),
        Note::PsyncAsked { id, offset } if *offset < 0 || id == "?" => format!("{who} 请求全量复制：没有可续传的位置。"),
        Note::PsyncAsked { id, offset } => format!("{who} 请求从字节 {} 起续传 {}。", grouped(*offset), short_id(id)),
        Note::SyncFallback { reply } => fell_back(who, reply),
        Note::FullStarted { id, offset } => {
            format!("{who} 收到 +FULLRESYNC：全量复制开始，ID 为 {}，起始偏移量 {}。", short_id(id), grouped(*offset))
        }
        Note::PartialAccepted { offset } => format!("{who} 收到 +CONTINUE：复制流从字节 {} 继续。", grouped(*offset)),
        Note::TransferStarted { bytes: n } if *n < 0 => format!("{who} 开始接收 RDB，结束之前不知道大小。"),
        Note::TransferStarted { bytes: n } => format!("{who} 开始接收 {}的 RDB。", bytes(*n)),
        Note::TransferDone { bytes: n } => format!("{who} 收齐了 RDB，共 {}。", bytes(*n)),
        Note::Flushed { keys } => format!("{who} 清空旧数据，共 {} 个键。", grouped(*keys)),
        Note::FullDone { offset, pre_psync: true } => {
            format!("{who} 有了数据，但走的是 SYNC：它的偏移量是 {}，不会发送 ACK。", grouped(*offset))
        }
        Note::FullDone { offset, .. } => format!("{who} 全量复制完成，从偏移量 {} 接着收命令。", grouped(*offset)),
        Note::UpstreamLost { why, cached: true, offset } => {
            format!("{who} 与主节点断开（{}），缓存了主节点状态，重连后从偏移量 {} 续传。", ended(*why), grouped(*offset))
        }
        Note::UpstreamLost { why, .. } => format!("{who} 与主节点断开（{}），没有可续传的位置。", ended(*why)),
        Note::UpstreamTimeout { phase, after_s } => {
            let phase = match phase {
                UpstreamPhase::Connect => "连接与握手阶段",
                UpstreamPhase::Transfer => "RDB 传输阶段",
                UpstreamPhase::Stream => "命令传播阶段",
            };
            format!("{who} 有 {after_s} 秒没有收到任何数据，判定超时（{phase}）。")
        }
        Note::PsyncVerdict { replica, ruling } => ruled(who, &name_of(replica), ruling),
        Note::SessionState { replica, state } => format!("{who} 的 INFO 里 {} 的状态是 {state}。", name_of(replica)),
        Note::SessionEnded { replica, why, offset } => dropped(who, &name_of(replica), *why, *offset),
        Note::Forked { kind, ms, bytes: n } => forked(who, *kind, *ms, *n),
        Note::ChildDone { kind, ok } => child_done(who, *kind, *ok),
        Note::BacklogCreated { bytes: n, first } => {
            format!("{who} 建立 {}的复制积压缓冲区；首字节编号为 {}。", bytes(*n), grouped(*first))
        }
        Note::BacklogResized { asked, bytes: n, dropped, .. } => {
            let kept = if asked == n { String::new() } else { format!("（要求的是 {}，低于下限）", grouped(*asked)) };
            let price =
                if *dropped > 0 { format!("原有的 {}全部丢弃", bytes(*dropped)) } else { String::from("原有内容保留") };
            format!("{who} 的复制积压缓冲区现在是 {}{kept}，{price}。", bytes(*n))
        }
        Note::BacklogFreed { why } => freed(who, *why),
        Note::IdChanged { id, id2, second_offset } if *second_offset >= 0 => {
            format!("{who} 有了新的复制 ID {}，并在偏移量 {} 之前仍认 {}。", short_id(id), grouped(*second_offset), short_id(id2))
        }
        Note::IdChanged { id, .. } => format!("{who} 有了新的复制 ID {}：只持有旧 ID 的节点不能再部分复制。", short_id(id)),
        Note::GoodReplicas { good, need, refusing: true } => {
            format!("{who} 有 {good} 个合格从节点，需要 {need} 个：写命令被 ‑NOREPLICAS 拒绝。")
        }
        Note::GoodReplicas { good, need, .. } => format!("{who} 有 {good} 个合格从节点，需要 {need} 个：重新接受写命令。"),
        Note::Refused { command, code } => format!("{who} 以 ‑{code} 拒绝 {command}：{}。", refused(*code)),
        Note::ConfigSet { name, value } => format!("{who} 的 {name} 设为 {value}。"),
        Note::WaitDone { replicas, asked } => format!("{who} 的 WAIT 返回：要求 {asked} 个，确认了 {replicas} 个。"),
        Note::StrayReply { replica, text, bytes: n } => {
            let r = name_of(replica);
            format!("{who} 在复制链路上以 {text} 回应 {r}：{r} 把这 {}算进复制流，{who} 不算。", bytes(*n))
        }
        Note::Command { text, offset, bytes: n } => format!("{who} 执行 {text}：增加 {}，偏移量 {}。", bytes(*n), grouped(*offset)),
        Note::Applied { text, offset } => format!("{who} 应用 {text}，偏移量 {}。", grouped(*offset)),
        Note::AckSent { offset } => format!("{who} 确认偏移量 {}。", grouped(*offset)),
        Note::AckHeard { replica, offset } => format!("{who} 得知 {} 的偏移量是 {}。", name_of(replica), grouped(*offset)),
        Note::Newline {} => format!("{who} 发送一个换行保活。"),
        Note::Expired { key } => format!("{who} 的 {key} 过期，向从节点发 DEL。"),
        Note::LinkCut { peer } => format!("{who} 与 {peer} 的链路断开，两端立即收到 RST。"),
        Note::LinkHealed { peer } => format!("{who} 与 {peer} 的链路恢复。"),
        Note::LinkFrozen { peer } => format!("{who} 发往 {peer} 的数据有去无回（黑洞），双方都不知情。"),
        Note::LinkThawed { peer } => format!("{who} 与 {peer} 又能互相听到，TCP 送达它保存的字节。"),
        Note::LinkChanged { peer } => format!("{who} 到 {peer} 的链路参数已修改。"),
        Note::ClientMoved { client, from } => format!("{who} 从现在起接收 {client} 的命令，此前是 {from}。"),
        Note::Sentinel { sentinel, event, epoch, .. } => super::sentinel::say(who, sentinel, *event, *epoch),
        Note::Paused {} => format!("{who} 被暂停：内核照收字节，进程什么也不做。"),
        Note::Resumed {} => format!("{who} 继续运行。"),
        Note::Crashed {} => format!("{who} 被强制终止（kill ‑9），内核关闭它的所有连接。"),
        Note::PoweredOff {} => format!("{who} 断电，不再有任何响应。"),
        Note::Restarted { with_rdb: true } => format!("{who} 重启，保留 RDB。"),
        Note::Restarted { .. } => format!("{who} 重启，数据为空。"),
        Note::FaultSet { what } => fault(who, *what),
        Note::ClientReply { command, reply } => format!("{who} 回复 {command}：{reply}"),
        Note::Expectation { text, ok: true } => format!("符合预期：{text}。"),
        Note::Expectation { text, .. } => format!("不符合预期：{text}。"),
        Note::InvariantBroken { invariant, why } => format!("不变量 {invariant} 被破坏：{}。", broken(why)),
    }
}
fn fell_back(who: &str, reply: &str) -> String {
    let reply = error_code(reply).map_or_else(|| format!("“{reply}”"), |code| format!(" {code} "));
    format!("{who} 把{reply}当成不支持 PSYNC，改发 SYNC；如果成功，这条连接上就不再有 ACK。")
}
fn freed(who: &str, why: FreedWhy) -> String {
    let why = match why {
        FreedWhy::Follows => "改为复制另一个主节点",
        FreedWhy::Promoted => "升为主节点，没有从节点",
        FreedWhy::FullSync => "即将全量复制",
        FreedWhy::Ttl => "repl-backlog-ttl 已到",
    };
    format!("{who} 释放复制积压缓冲区（{why}），原来的从节点不能再部分复制。")
}
/// What of the way to a master was not done.
const fn step_words(step: HandshakeStep) -> &'static str {
    match step {
        HandshakeStep::Connect => "连接主节点这一步",
        HandshakeStep::Ping => "握手的 PING 这一步",
        HandshakeStep::Auth => "握手的 AUTH 这一步",
        HandshakeStep::Port => "握手的 REPLCONF listening-port 这一步",
        HandshakeStep::Ip => "握手的 REPLCONF ip-address 这一步",
        HandshakeStep::Plain => "握手的 REPLCONF rdb-no-compress 这一步",
        HandshakeStep::Capa => "握手的 REPLCONF capa 这一步",
        HandshakeStep::Version => "握手的 REPLCONF version 这一步",
        HandshakeStep::Psync => "握手的 PSYNC 这一步",
        HandshakeStep::Sync => "等待 RDB 长度这一步",
        HandshakeStep::Transfer => "接收 RDB 这一步",
        HandshakeStep::Load => "加载 RDB 这一步",
    }
}
const fn errno(errno: Errno) -> &'static str {
    match errno {
        Errno::Refused => "连接被拒绝",
        Errno::NoRoute => "没有到主机的路由",
        Errno::UnknownHost => "主机名无法解析",
        Errno::TimedOut => "连接超时",
        Errno::Reset => "连接被重置",
        Errno::Success | Errno::InProgress | Errno::Again => "主节点关闭了连接",
    }
}
/// Why a handshake came to nothing.
fn failed(why: &HandshakeFailure) -> String {
    match why {
        HandshakeFailure::Errno(of) => errno(*of).to_owned(),
        HandshakeFailure::Said(text) => format!("主节点回复“{text}”"),
        HandshakeFailure::Uncached => "主节点回复 +CONTINUE，但没有缓存的主节点可以续传".to_owned(),
        HandshakeFailure::BadProtocol => "收到的不是 RDB 长度".to_owned(),
        HandshakeFailure::HeaderCut(of) => format!("RDB 长度还没到，{}", errno(*of)),
        HandshakeFailure::TransferCut(of) => format!("RDB 还没收齐，{}", errno(of.unwrap_or(Errno::Success))),
        HandshakeFailure::Unloadable => "收到的 RDB 无法加载".to_owned(),
        HandshakeFailure::NoFile => "数据目录里无法创建 RDB 文件".to_owned(),
    }
}
/// Why an RDB was not loaded.
fn unloaded(why: &LoadFailure) -> String {
    match why {
        LoadFailure::Cut(of) => errno(*of).to_owned(),
        LoadFailure::Broken { error, .. } => match error {
            LoadError::Signature => "文件开头不是 REDIS".to_owned(),
            LoadError::Version(version) => format!("格式版本 {version} 太新"),
            LoadError::Checksum { .. } => "校验和不符".to_owned(),
            LoadError::Short => "文件不完整".to_owned(),
            LoadError::Database { has } => format!("用到的数据库编号超出现有的 {has} 个"),
            LoadError::Duplicate { db, .. } => format!("数据库 {db} 里有一个键出现两次"),
            LoadError::Module { name, .. } => format!("含有模块类型 {name} 的数据"),
            LoadError::Bad { at, .. } => format!("字节 {} 处的内容无法解析", grouped(*at as i64)),
        },
    }
}
/// How a link to a master ended.
const fn ended(why: UpstreamEnd) -> &'static str {
    match why {
        UpstreamEnd::Here => "本端关闭",
        UpstreamEnd::Closed => "主节点关闭",
        UpstreamEnd::Reset => "连接被重置",
        UpstreamEnd::TimedOut => "TCP 重传超时",
    }
}
/// Why the master `who` has the replica `r` no longer, which had acknowledged `offset`.
fn dropped(who: &str, r: &str, why: SessionEnd, offset: i64) -> String {
    let last = format!("（最后确认 {}）", grouped(offset));
    match why {
        SessionEnd::Timeout => format!("{who} 超过 repl-timeout 没收到 {r} 的 ACK，断开它{last}。"),
        SessionEnd::OutputLimit => format!("{who} 断开 {r}：它的输出缓冲区超过上限。"),
        SessionEnd::BgsaveFailed => format!("{who} 断开 {r}：它等待的 BGSAVE 失败了。"),
        SessionEnd::Answered => format!("{who} 断开 {r}：它发来需要回复的命令，而从节点得不到回复。"),
        SessionEnd::RdbOnly => format!("{who} 关闭与 {r} 的连接：它只要 RDB。"),
        SessionEnd::Killed => format!("{who} 用 CLIENT KILL 断开 {r}。"),
        SessionEnd::Closed => format!("{who} 与 {r} 的连接断开{last}。"),
        SessionEnd::Reset => format!("{who} 与 {r} 的连接被重置{last}。"),
    }
}
fn forked(who: &str, kind: ForkKind, ms: i64, n: i64) -> String {
    let what = match kind {
        ForkKind::Disk => "保存 RDB",
        ForkKind::Sockets => "向从节点直接传送 RDB",
        ForkKind::Aof => "重写 AOF",
    };
    let blocked = if ms == 0 { "不到 1 ms".to_owned() } else { format!("{ms} ms") };
    format!("{who} 用 fork 创建子进程{what}（{}），主进程停顿 {blocked}。", size(n.unsigned_abs()))
}
fn child_done(who: &str, kind: ForkKind, ok: bool) -> String {
    match (kind, ok) {
        (ForkKind::Disk, true) => format!("{who} 的子进程已保存好 RDB。"),
        (ForkKind::Disk, false) => format!("{who} 的子进程没能保存 RDB。"),
        (ForkKind::Sockets, true) => format!("{who} 的子进程已传送完 RDB。"),
        (ForkKind::Sockets, false) => format!("{who} 的子进程没能传送完 RDB。"),
        (ForkKind::Aof, true) => format!("{who} 的子进程已重写好 AOF。"),
        (ForkKind::Aof, false) => format!("{who} 的子进程没能重写 AOF。"),
    }
}
const fn refused(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::Err | RefusalCode::Noauth => "调用方还没有通过 AUTH",
        RefusalCode::Oom => "已用内存超过 maxmemory",
        RefusalCode::Misconf => "上一次 BGSAVE 失败了",
        RefusalCode::Noreplicas => "合格从节点不够",
        RefusalCode::Readonly => "从节点只读",
        RefusalCode::Masterdown => "与主节点的连接断着",
        RefusalCode::Loading => "正在加载 RDB",
    }
}
fn fault(who: &str, what: Fault) -> String {
    match what {
        Fault::None => format!("{who} 的故障解除。"),
        Fault::ChildSlow(percent) => format!("{who} 注入故障：子进程的速度降到 {percent}%。"),
        Fault::ChildSilent => format!("{who} 注入故障：子进程停止输出。"),
        Fault::ChildFails => format!("{who} 注入故障：子进程以出错结束。"),
        Fault::DiskFull => format!("{who} 注入故障：磁盘已满，写不进去。"),
        Fault::ForkFails => format!("{who} 注入故障：内存不足，无法 fork 子进程。"),
        Fault::FolderGone => format!("{who} 注入故障：数据目录不见了。"),
        Fault::FolderReadOnly => format!("{who} 注入故障：数据目录变成只读。"),
    }
}
/// A master's decision about the replica `r`, and what decided it.
fn ruled(who: &str, r: &str, ruling: &Ruling) -> String {
    let Asked::Psync { id, offset, decision } = &ruling.asked else {
        return format!("{who} 让 {r} 全量复制：{r} 用的是 SYNC，只能全量复制。");
    };
    let at = grouped(offset.unwrap_or(-1));
    let own = if ruling.lineage.second.is_some() { "复制 ID" } else { "运行 ID" };
    let why = match (decision.verdict, ruling.window) {
        (Verdict::Partial { bytes: 0, .. }, _) => return format!("{who} 回复 +CONTINUE：{r} 什么也不缺，不用补发。"),
        (Verdict::Partial { bytes, .. }, _) => {
            return format!("{who} 回复 +CONTINUE：{r} 缺的 {} 字节还在积压缓冲区里，直接补发。", grouped(bytes as i64));
        }
        (Verdict::Full(Reason::Asked), _) => format!("{r} 请求的就是全量复制（PSYNC ? −1）"),
        (Verdict::Full(Reason::Foreign), _) if id.is_empty() => format!("{r} 的请求里没有 ID"),
        (Verdict::Full(Reason::Foreign), _) => format!("{own} 对不上，请求的是 {}", short_id(id)),
        (Verdict::Full(Reason::SecondTooFar), _) => {
            let up_to = ruling.lineage.second.map_or(-1, |(_, up_to)| up_to.0);
            format!("{} 是它以前的复制 ID，只到字节 {} 为止有效，而请求的是 {at}", short_id(id), grouped(up_to))
        }
        (Verdict::Full(Reason::NotANumber), _) => "请求的偏移量不是数字".to_owned(),
        (Verdict::Full(Reason::Lack | Reason::Ahead), None) => "它没有复制积压缓冲区".to_owned(),
        (Verdict::Full(Reason::Lack), Some(window)) => {
            format!("字节 {at} 已被覆盖，首字节偏移量是 {}", grouped(window.first.0))
        }
        (Verdict::Full(Reason::Ahead), Some(_)) => format!("字节 {at} 超出了它的复制偏移量"),
    };
    format!("{who} 让 {r} 全量复制：{why}。")
}
/// What is wrong, without its stop.
fn broken(why: &Why) -> String {
    let (who, other) = (&why.who, &why.other);
    let [a, b, c] = why.n.map(grouped);
    match why.what {
        What::OffsetFell => format!("{who} 的 master_repl_offset 在同一个 ID 下从 {a} 降到 {b}"),
        What::AppliedFell => format!("{who} 已应用的偏移量在同一个 ID 下从 {a} 降到 {b}"),
        What::NobodysData => format!("{who} 的数据与 {other} 任何时刻的状态都不相同"),
        What::DataDiffer => format!("{who} 一个字节也不缺，已到 {other} 的复制流的 {a}，数据却不同"),
        What::OtherRdb => format!("{who} 加载的偏移量 {a} 的 RDB 不是 {other} 当时的数据"),
        What::WindowAmiss => format!("{who} 的积压缓冲区首字节 {a} 加长度 {b} 不等于偏移量 {c} 加一"),
        What::RingAmiss => format!("{who} 的环有 {a} 字节，却存着 {b} 字节，写入位置为 {c}"),
        What::SentAhead => format!("{who} 发给 {other} 的已到 {a}，而它的偏移量是 {b}"),
        What::AckUnsent => format!("{other} 向 {who} 确认了 {a}，而只发送到 {b}"),
        What::AckUnheld => format!("{other} 向 {who} 确认了 {a}，而它只有 {b}"),
    }
}
