//! 发生了什么，用中文：每条一句，先说谁，用现在时，带上要紧的数字。

use crate::format::{grouped, short_id, size};
use resync_core::fact::{ForkKind, SessionEnd};
use resync_core::note::{Note, What, Why};

/// The sentence for a note of `who`. `name_of` turns the `ip:port` of a replica into its name.
pub(super) fn say(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String {
    let bytes = |n: i64| format!("{} 字节", grouped(n));
    match note {
        Note::Started { run_id } => format!("{who} 作为新进程启动，运行 ID 为 {}。", short_id(run_id)),
        Note::LoadStarted { bytes: n } => format!("{who} 开始载入 {} 的 RDB；载入完成之前只回复 -LOADING。", bytes(*n)),
        Note::LoadDone { keys, ms } => format!("{who} 用 {} ms 载入了 {} 个键。", grouped(*ms), grouped(*keys)),
        Note::LoadFailed { why } => format!("{who} 无法载入 RDB：{why}。"),
        Note::ShutDown {} => format!("{who} 正常关闭。"),
        Note::Log { text, .. } => format!("{who} 写日志：{text}"),
        Note::Follows { host, port } => format!("{who} 现在跟随 {}。", name_of(&format!("{host}:{port}"))),
        Note::Promoted { offset } => format!("{who} 现在是主节点，复制偏移量为 {}。", grouped(*offset)),
        Note::UpstreamState { from, to } => format!("{who} 的状态从 {from} 变为 {to}。"),
        Note::HandshakeFailed { step, why } => format!("{who} 的握手在 {step} 一步失败：{why}。"),
        Note::PsyncAsked { id, offset } if *offset < 0 || id == "?" => format!("{who} 请求全量复制：它没有可以接续的过去。"),
        Note::PsyncAsked { id, offset } => format!("{who} 请求从字节 {} 起接续 {}。", grouped(*offset), short_id(id)),
        Note::SyncFallback { reply } => format!("{who} 把“{reply}”当成不支持 PSYNC，改发 SYNC：在这条连接上它永远不会发送 ACK。"),
        Note::FullStarted { id, offset } => {
            format!("{who} 收到 +FULLRESYNC：从 {} 的偏移量 {} 起全部重来。", short_id(id), grouped(*offset))
        }
        Note::PartialAccepted { offset } => format!("{who} 收到 +CONTINUE：复制流从字节 {} 继续。", grouped(*offset)),
        Note::TransferStarted { bytes: n } if *n < 0 => format!("{who} 开始接收 RDB，结束之前不知道大小。"),
        Note::TransferStarted { bytes: n } => format!("{who} 开始接收 {} 的 RDB。", bytes(*n)),
        Note::TransferDone { bytes: n } => format!("{who} 收齐了 RDB，共 {}。", bytes(*n)),
        Note::Flushed { keys } => format!("{who} 清空旧数据，共 {} 个键。", grouped(*keys)),
        Note::FullDone { offset, pre_psync: true } => {
            format!("{who} 有了数据，但走的是 SYNC：它的偏移量是 {}，不会发送 ACK。", grouped(*offset))
        }
        Note::FullDone { offset, .. } => format!("{who} 数据齐全；复制流从偏移量 {} 继续。", grouped(*offset)),
        Note::UpstreamLost { cached: true, offset, .. } => {
            format!("{who} 在偏移量 {} 失去主节点，记住了位置，以后请求剩下的部分。", grouped(*offset))
        }
        Note::UpstreamLost { why, .. } => format!("{who} 失去主节点（{why}），没有可以接续的位置。"),
        Note::UpstreamTimeout { phase, after_s } => format!("{who} 在 {after_s} 秒没有动静之后放弃等待（{phase}）。"),
        Note::PsyncVerdict { replica, partial: true, bytes: n, .. } => {
            format!("{who} 还保存着 {} 缺少的部分，从复制积压缓冲区发出 {}。", name_of(replica), bytes(*n))
        }
        Note::PsyncVerdict { replica, id_ok, window_ok, asked_offset, window_first, asked_id, has_backlog, .. } => {
            let r = name_of(replica);
            if asked_id == "?" {
                format!("{who} 让 {r} 全量复制：这正是 {r} 的请求。")
            } else if !id_ok {
                format!("{who} 让 {r} 全量复制：{} 不是它自己的复制流。", short_id(asked_id))
            } else if !has_backlog {
                format!("{who} 让 {r} 全量复制：它没有复制积压缓冲区。")
            } else if !window_ok && asked_offset < window_first {
                format!("{who} 让 {r} 全量复制：字节 {} 已被覆盖，首字节偏移量是 {}。", grouped(*asked_offset), grouped(*window_first))
            } else {
                format!("{who} 让 {r} 全量复制：字节 {} 超出了它的复制偏移量。", grouped(*asked_offset))
            }
        }
        Note::SessionState { replica, state } => format!("{who} 把 {} 看作 {state}。", name_of(replica)),
        Note::SessionEnded { replica, why, offset } => {
            let r = name_of(replica);
            match why {
                SessionEnd::Timeout => format!("{who} 太久没有听到 {r}，在偏移量 {} 断开它。", grouped(*offset)),
                SessionEnd::OutputLimit => format!("{who} 断开 {r}：它的输出缓冲区超过了上限。"),
                SessionEnd::BgsaveFailed => format!("{who} 断开 {r}：它等待的 BGSAVE 失败了。"),
                SessionEnd::Answered => format!("{who} 断开 {r}：它发来了需要回应的命令，而从节点不该得到回应。"),
                SessionEnd::RdbOnly => format!("{who} 关闭 {r}：它只要 RDB。"),
                SessionEnd::Killed => format!("{who} 用 CLIENT KILL 断开 {r}。"),
                SessionEnd::Closed | SessionEnd::Reset => format!("{who} 在偏移量 {} 失去了 {r} 的连接。", grouped(*offset)),
            }
        }
        Note::Forked { kind, ms, bytes: n } => {
            let what = match kind {
                ForkKind::Sockets => "把 RDB 直接发给从节点",
                ForkKind::Aof => "重写 AOF",
                ForkKind::Disk => "保存 RDB",
            };
            format!("{who} 执行 fork 以{what}（{}）；fork 让它停顿 {ms} ms。", size(n.unsigned_abs()))
        }
        Note::ChildDone { ok: true, .. } => format!("{who} 发现子进程已经完成。"),
        Note::ChildDone { .. } => format!("{who} 发现子进程失败了。"),
        Note::BacklogCreated { bytes: n, first } => {
            format!("{who} 建立 {} 的复制积压缓冲区；首字节编号为 {}。", bytes(*n), grouped(*first))
        }
        Note::BacklogResized { asked, bytes: n, dropped, .. } => {
            let kept = if asked == n { String::new() } else { format!("（要求的是 {}，低于下限）", grouped(*asked)) };
            let price = if *dropped > 0 {
                format!("，其中 {} 的过去已丢弃", bytes(*dropped))
            } else {
                String::from("，没有丢失过去")
            };
            format!("{who} 的复制积压缓冲区现在是 {}{kept}{price}。", bytes(*n))
        }
        Note::BacklogFreed { why } => format!("{who} 释放复制积压缓冲区（{why}）：没有从节点还能接续。"),
        Note::IdChanged { id, id2, second_offset } if *second_offset >= 0 => {
            format!("{who} 有了新的复制 ID {}，并在偏移量 {} 之前仍认 {}。", short_id(id), grouped(*second_offset), short_id(id2))
        }
        Note::IdChanged { id, .. } => format!("{who} 有了新的复制 ID {}：只知道旧 ID 的节点无法接续。", short_id(id)),
        Note::GoodReplicas { good, need, refusing: true } => {
            format!("{who} 有 {good} 个合格从节点，需要 {need} 个：写命令被 -NOREPLICAS 拒绝。")
        }
        Note::GoodReplicas { good, need, .. } => format!("{who} 有 {good} 个合格从节点，需要 {need} 个：重新接受写命令。"),
        Note::Refused { command, code } => format!("{who} 以 -{code} 拒绝 {command}。"),
        Note::ConfigSet { name, value } => format!("{who} 的 {name} 设为 {value}。"),
        Note::WaitDone { replicas, asked } => format!("{who} 回复 WAIT：{asked} 个中有 {replicas} 个从节点已确认。"),
        Note::StrayReply { replica, text, bytes: n } => {
            format!("{who} 在复制链路上以 {text} 回应 {}：这 {} 不计入它自己的偏移量。", name_of(replica), bytes(*n))
        }
        Note::Command { text, offset, bytes: n } => format!("{who} 执行 {text}：增加 {}，偏移量 {}。", bytes(*n), grouped(*offset)),
        Note::Applied { text, offset } => format!("{who} 应用 {text}，偏移量 {}。", grouped(*offset)),
        Note::AckSent { offset } => format!("{who} 确认偏移量 {}。", grouped(*offset)),
        Note::AckHeard { replica, offset } => format!("{who} 得知 {} 的偏移量是 {}。", name_of(replica), grouped(*offset)),
        Note::Newline {} => format!("{who} 发送一个换行，免得对方放弃等待。"),
        Note::Expired { key } => format!("{who} 让 {key} 过期；从节点收到的是 DEL。"),
        Note::LinkCut { peer } => format!("{who} 与 {peer} 之间断开；两端立刻知道。"),
        Note::LinkHealed { peer } => format!("{who} 与 {peer} 又能互相到达。"),
        Note::LinkFrozen { peer } => format!("{who} 发往 {peer} 的字节落入黑洞；谁也没有被通知。"),
        Note::LinkThawed { peer } => format!("{who} 与 {peer} 又能听到对方；TCP 送达它保存的字节。"),
        Note::LinkChanged { peer } => format!("{who} 到 {peer} 的线路变了。"),
        Note::Paused {} => format!("{who} 被暂停：内核照收字节，进程什么也不做。"),
        Note::Resumed {} => format!("{who} 继续运行。"),
        Note::Crashed {} => format!("{who} 被杀死；内核关闭它的所有连接。"),
        Note::PoweredOff {} => format!("{who} 断电：再也没有它的消息。"),
        Note::Restarted { with_rdb: true } => format!("{who} 带着它的 RDB 重新启动。"),
        Note::Restarted { .. } => format!("{who} 重新启动，数据为空。"),
        Note::FaultSet { what } => format!("{who} 有故障：{what}。"),
        Note::ClientReply { command, reply } => format!("{who} 回复 {command}：{reply}"),
        Note::Expectation { text, ok: true } => format!("符合预期：{text}。"),
        Note::Expectation { text, .. } => format!("不符合预期：{text}。"),
        Note::InvariantBroken { invariant, why } => format!("不变量 {invariant} 被破坏：{}。", broken(why)),
    }
}
/// What is wrong, without its stop.
fn broken(why: &Why) -> String {
    let (who, other) = (&why.who, &why.other);
    let [a, b, c] = why.n.map(grouped);
    match why.what {
        What::OffsetFell => format!("{who} 的 master_repl_offset 在同一个 ID 下从 {a} 降到 {b}"),
        What::AppliedFell => format!("{who} 已应用的偏移量在同一个 ID 下从 {a} 降到 {b}"),
        What::NobodysData => format!("{who} 的数据不是 {other} 曾经有过的任何状态"),
        What::DataDiffer => format!("{who} 一个字节也不缺，已到 {other} 的流的 {a}，数据却不同"),
        What::OtherRdb => format!("{who} 载入的偏移量 {a} 的 RDB 不是 {other} 当时的数据"),
        What::WindowAmiss => format!("{who} 的积压缓冲区首字节 {a} 加长度 {b} 不等于偏移量 {c} 加一"),
        What::RingAmiss => format!("{who} 的环有 {a} 字节，却存着 {b} 字节，写位置为 {c}"),
        What::SentAhead => format!("{who} 发给 {other} 的已到 {a}，而它的偏移量是 {b}"),
        What::AckUnsent => format!("{other} 向 {who} 确认了 {a}，而只发送到 {b}"),
        What::AckUnheld => format!("{other} 向 {who} 确认了 {a}，而它只有 {b}"),
    }
}
