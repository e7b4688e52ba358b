//! 词汇表，用中文。

use crate::i18n::glossary::{Row, Term, row};

/// The terms, in the order of the glossary. A second wording stands for the releases in which something holds.
pub(crate) static TERMS: &[Row] = &[
    row(Term::Replica, "从节点", &[], "复制主节点数据的服务器：先得到全部数据，此后得到每一条写命令；5.0 之前的 Redis 称它为 slave。"),
    row(Term::Stream, "复制流", &[], "主节点的写命令排成的一长串字节：每个从节点按同样的顺序收到同样的字节。"),
    row(Term::Offset, "复制偏移量", &["偏移量", "master_repl_offset"], "字节在复制流中的编号，从 1 数起；凭一个数字就知道谁缺什么。"),
    row(Term::Head, "最新", &[], "主节点写出的最新一个字节，它的偏移量就是 INFO 里的 master_repl_offset。"),
    row(
        Term::Backlog,
        "复制积压缓冲区",
        &["积压缓冲区"],
        "主节点在内存里保留的复制流最新部分，是一个环，新字节覆盖最旧的字节；从节点及时回来，就从这里补发它缺的字节。",
    )
    .where_it_holds(
        |r| r.blocks,
        "复制积压缓冲区",
        &["积压缓冲区"],
        "主节点在内存里保留的复制流最新部分，是与从节点输出缓冲区共用的一串块；从节点及时回来，就从这里补发它缺的字节。",
    ),
    row(Term::BacklogSize, "repl-backlog-size", &[], "复制积压缓冲区保留多少字节；修改它会丢弃已有的全部内容。").where_it_holds(
        |r| r.blocks,
        "repl-backlog-size",
        &[],
        "复制积压缓冲区至少保留多少字节；修改它时，装得下的内容都会保留。",
    ),
    row(Term::FirstByte, "首字节", &["首字节偏移量"], "积压缓冲区里最旧那个字节的偏移量；需要更早的字节，就只能全量复制。"),
    row(Term::Histlen, "histlen", &[], "积压缓冲区此刻有多少字节，即 INFO 里的 repl_backlog_histlen；首字节 + histlen = 偏移量 + 1。"),
    row(Term::WriteIndex, "idx", &["写入位置", "下次写入此处"], "环里下一个字节的写入位置，也正是最旧的字节所在之处。").where_it_holds(
        |r| r.blocks,
        "idx",
        &[],
        "环里下一个字节的写入位置；这个版本用块保存，没有这个数字。",
    ),
    row(Term::Runway, "余量", &[], "离线的从节点还剩多少字节（按现在的写入速度是多少秒），用完就只能全量复制。"),
    row(Term::Lens, "放大镜", &["放大"], "把复制流的一小段放大，每条命令是一个方框；可以拖动，也可以用滚轮缩放。"),
    row(Term::Acked, "已确认", &[], "从节点用 REPLCONF ACK 告诉主节点的最后一个偏移量；主节点对它的了解仅限于此。"),
    row(Term::Applied, "已接收并应用", &[], "从节点已经执行过的那些字节；在它上面只能读到这些数据。"),
    row(Term::Sent, "已发送", &[], "主节点已交给网络的字节；它们可能还在途中，也可能已经丢失。"),
    row(Term::Truth, "实际", &[], "真实的情况，只有模拟器知道；没有哪台服务器能看到对方此刻走到了哪里。"),
    row(Term::Info, "INFO", &[], "服务器对自己的报告；它说的是这台服务器以为的情况，不一定是事实。"),
    row(Term::NoLine, "未列出", &[], "主节点的 INFO 只列出连着的从节点；断开的没有这一行，也就没有 lag。"),
    row(Term::Lag, "lag", &[], "距主节点收到上一个 ACK 的整秒数，见于 INFO；它说的是从节点多久没出声，而不是缺多少。"),
    row(Term::Gap, "差距", &["实际差距（字节）"], "从节点此刻缺少复制流的多少字节。"),
    row(Term::Staleness, "落后时间", &[], "从节点的数据有多旧：距它缺少的第一条写命令过了多久。"),
    row(
        Term::Counters,
        "全量/部分/失败",
        &["sync_full", "sync_partial_ok", "sync_partial_err"],
        "即 INFO 的 sync_full、sync_partial_ok、sync_partial_err：全量复制、部分复制，以及被拒绝的部分复制请求各有多少次。",
    ),
    row(
        Term::GoodReplicas,
        "合格从节点",
        &[],
        "在线且 lag 不超过 min-slaves-max-lag 的从节点；少于 min-slaves-to-write 个时，主节点拒绝写命令。",
    )
    .where_it_holds(
        |r| r.replica,
        "合格从节点",
        &[],
        "在线且 lag 不超过 min-replicas-max-lag 的从节点；少于 min-replicas-to-write 个时，主节点拒绝写命令。",
    ),
    row(Term::Handshake, "握手", &[], "复制流开始之前从节点与主节点的对话：PING、可能有 AUTH、我是谁、我会什么、我停在哪里。"),
    row(
        Term::State,
        "repl_state",
        &["RECEIVE_PONG", "RECEIVE_PING_REPLY", "RECEIVE_PSYNC", "RECEIVE_PSYNC_REPLY", "TRANSFER"],
        "从节点处在握手的哪一步，以它正在等待的回复命名。",
    ),
    row(Term::Psync, "PSYNC", &["PSYNC ? -1"], "从节点的请求：我知道的是哪条复制流，下一个要的是哪个字节；? 和 -1 表示要全部数据。"),
    row(Term::Verdict, "PSYNC 判定", &["判定"], "主节点对一次 PSYNC 的决定：是不是我的复制流，那个字节还在不在；两项都通过就部分复制。"),
    row(
        Term::ReplId,
        "运行 ID",
        &[],
        "服务器每次启动随机生成的 40 位十六进制数；这个版本用它给复制流命名，所以重启或换主节点就要全量复制。",
    )
    .where_it_holds(
        |r| r.psync2,
        "复制 ID",
        &[],
        "给复制流命名的 40 位十六进制数；从节点升为主节点时换新的，旧的作为第二 ID 保留，让其他从节点可以续传。",
    ),
    row(Term::Partial, "部分复制", &["+CONTINUE"], "主节点只从积压缓冲区补发从节点缺的字节，回复是 +CONTINUE。"),
    row(
        Term::Full,
        "全量复制",
        &["+FULLRESYNC"],
        "主节点以 RDB 发送全部数据：一次 fork、一次传输、一次清空、一次加载，回复是 +FULLRESYNC。",
    ),
    row(Term::Rdb, "RDB", &[], "某一时刻全部数据的文件：既是磁盘上的备份，也是每次全量复制的开头。"),
    row(
        Term::Bgsave,
        "BGSAVE 子进程",
        &["BGSAVE", "子进程"],
        "用 fork 复制出来的进程，由它写 RDB，服务器照常工作；fork 本身会让服务器停顿片刻。",
    ),
    row(Term::Loading, "\u{2011}LOADING", &["-LOADING"], "服务器正在加载 RDB、还不能服务时的回复。"),
    row(Term::Sync, "SYNC", &[], "PSYNC 之前的请求：要全部数据；只有主节点不认识 PSYNC 时，从节点才改发它。").where_it_holds(
        |r| r.falls_back,
        "SYNC",
        &[],
        "PSYNC 之前的请求：要全部数据；这个版本的从节点一收到 PSYNC 的错误回复就改发它，此后在这条连接上不发 ACK。",
    ),
    row(Term::Ack, "ACK", &["REPLCONF ACK"], "即 REPLCONF ACK：从节点每秒把自己到达的偏移量告诉主节点，没有回复。"),
    row(Term::OutputBuffer, "输出缓冲区", &[], "主节点写给一个从节点、还没交给网络的内容；全量复制期间，新的写命令都积在这里。")
        .where_it_holds(
            |r| r.second,
            "输出缓冲区",
            &[],
            "主节点写给一个从节点、还没交给网络的内容；全量复制期间新的写命令积在这里，RDB 另走第二条连接时则由从节点存着。",
        ),
    row(Term::OutputLimit, "client-output-buffer-limit", &[], "输出缓冲区涨到多大就断开连接：硬上限立即断开，软上限持续若干秒后断开。"),
    row(Term::Timeout, "repl-timeout", &[], "多少秒没有动静就断开连接；两端各有各的设置。"),
    row(Term::Wait, "WAIT", &[], "等到指定数量的从节点确认了调用者的写命令，或者时间用完为止；它不会撤销任何写入。"),
    row(Term::Cut, "断开", &[], "链路中断，两端立即收到 RST；双方都知道，恢复之前重连都会被拒绝。"),
    row(Term::Freeze, "冻结", &["黑洞"], "链路吞掉一切而不通知任何一方，就像路由器坏了；两端各靠自己的超时发现。"),
    row(Term::Pause, "暂停进程", &["被暂停", "已暂停"], "即 SIGSTOP：进程停住，内核照样接收并确认字节，看上去一切正常。"),
    row(Term::Crash, "强制终止", &["kill \u{2011}9"], "即 kill -9：进程立即结束，内存中的数据丢失，内核关闭它的所有连接。"),
    row(Term::Physics, "延迟", &["带宽"], "一个字节单程要走多久，以及链路每秒能通过多少字节。"),
    row(Term::Event, "事件", &[], "运行中最小的一步：数据包到达、定时器触发、子进程结束；用 \u{2190} 和 \u{2192} 前后移动一步。"),
    row(Term::Auto, "自动", &[], "速度随情况变化：关键的消息在途中时放慢，没有动静时加快。"),
    row(Term::Seed, "随机种子", &[], "一次运行中所有随机数的来源；场景和种子相同，过程就逐字节相同。"),
    row(Term::Invariant, "不变量", &[], "任何时刻都必须成立的事，例如“已确认 \u{2264} 已应用 \u{2264} 已发送”；不成立时，对应的灯会报警。"),
];
