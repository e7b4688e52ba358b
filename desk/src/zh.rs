//! 中文的诊断结论。

use crate::words::Words;

/// Each rule's sentences.
pub(crate) const RULES: &[(&str, Words)] = &[
    (
        "sync-replica",
        Words {
            title: "{replica} 是用 SYNC 来的：它永远不会确认，lag 会一直增长。",
            why: "从节点每秒发一次 ACK；SYNC 没有偏移量，之后就不发。PSYNC 得到错误时会走到这一步（3.2 及以前连 LOADING 和“not connected with my master”也算），2.6 的从节点也是。在第一次 ACK 之前就冻结的从节点，在 repl-timeout 之前看起来一样。",
            cost: "数据照常到达。但 WAIT 和 min-replicas 不算它，Sentinel 把它排在最后，每次断开都要全量复制。",
            price: "在从节点上输入：做一次全量复制，ACK 就来了。",
        },
    ),
    (
        "sync-fallback",
        Words {
            title: "它退回到 SYNC 取得数据：以后不会再有它的 ACK。",
            why: "PSYNC 得到的回复是 {reply}；4.0 以前把任何错误都当作不认识 PSYNC，于是改发 SYNC，而这时主节点已经就绪。",
            cost: "主节点上显示 offset=0，lag 一直增长；WAIT 和 min-replicas 不算它；每次断开都要全量复制。",
            price: "在从节点上输入：做一次全量复制。4.0 起从节点会改为等待。",
        },
    ),
    (
        "sync-sticky",
        Words {
            title: "它用空的 ID 去请求：每次重连都变成 SYNC 和全量复制。",
            why: "SYNC 之后没有 ID 可用；ID 为空的 PSYNC 少一个参数，得到的错误又让它退回 SYNC。",
            cost: "每次断开都是全量复制，而且仍然没有 ACK。",
            price: "在从节点上输入：再做最后一次这样的全量复制。",
        },
    ),
    (
        "sync-diverged",
        Words {
            title: "这个从节点的数据很可能已经不一致：它从错误的位置续传了。",
            why: "SYNC 之后它从 -1 数起，却保留旧 ID，于是请求的偏移量太低，主节点却接受了：有些命令执行了两次。",
            cost: "计数偏大，列表偏长，而两边的偏移量之后又一致：没有任何日志提到它。",
            price: "在从节点上输入：一次全量复制，换成主节点的数据。",
        },
    ),
    (
        "refused",
        Words {
            title: "{master} 上没有进程在监听：连接被拒绝。",
            why: "{error}：主机有回应，但这个端口上没有进程。主节点停了，或用别的端口，或只监听 127.0.0.1。",
            cost: "没有复制；从节点每秒重试一次。",
            price: "",
        },
    ),
    (
        "unreachable",
        Words {
            title: "到 {master} 没有路。",
            why: "{error}：这是网络或防火墙说的，不是 Redis。",
            cost: "没有复制；从节点每秒重试一次。",
            price: "",
        },
    ),
    (
        "name",
        Words {
            title: "主节点的名字解析不了。",
            why: "“Unable to connect”出现在发送任何内容之前：这个地址在这里没有意义。后面的词（{error}）是过时的 errno。",
            cost: "名字能解析之前没有复制。",
            price: "",
        },
    ),
    (
        "dial-timeout",
        Words {
            title: "{master} 接受了连接，却什么也不说。",
            why: "冻结或停住的主机仍会接受连接；丢包的防火墙看起来也一样。",
            cost: "没有复制；每次尝试都要等到 repl-timeout。",
            price: "",
        },
    ),
    (
        "auth-missing",
        Words {
            title: "主节点要密码，而从节点没有设置。",
            why: "{reply}：这个从节点没有 masterauth（或者主节点后来才设置 requirepass）。",
            cost: "没有复制；6.2 起它每秒重试上千次。",
            price: "在从节点上设置，也写进它的 redis.conf。CONFIG REWRITE 会保存。",
        },
    ),
    (
        "auth-wrong",
        Words {
            title: "主节点不接受从节点的密码。",
            why: "{reply}：masterauth 与那边的 requirepass（或用户的密码）不同。",
            cost: "没有复制；每秒重试一次。",
            price: "在从节点上设置，也写进它的 redis.conf。",
        },
    ),
    (
        "auth-superfluous",
        Words {
            title: "从节点发了密码，而主节点没有设密码。",
            why: "{reply}：没有设密码时 AUTH 会失败，握手到此结束。",
            cost: "没有复制；每秒重试一次。",
            price: "在从节点上去掉；或者在主节点上设置 requirepass。",
        },
    ),
    (
        "no-permission",
        Words {
            title: "用于复制的用户在主节点上没有这个权限。",
            why: "{reply}：ACL 用户至少要有 +psync +replconf +ping。",
            cost: "没有复制。",
            price: "在主节点上设置；ACL SAVE 会保存。",
        },
    ),
    (
        "master-loading",
        Words {
            title: "主节点正在加载数据，从节点在等。",
            why: "{reply}：加载结束之前都这样回复。",
            cost: "在此之前没有复制。4.0 以前，时机不巧的 PSYNC 会让它变成 SYNC 从节点。",
            price: "",
        },
    ),
    (
        "stale-master",
        Words {
            title: "它的主节点自己也是从节点，链路断着，什么也不提供。",
            why: "{reply}：那里的 serve-stale-data 是 no，复制也一并拒绝。",
            cost: "下面整条链都停着，并且失去了下次部分复制所需的状态。",
            price: "在中间的节点上设置：客户端在那里会读到旧数据。",
        },
    ),
    (
        "no-master-link",
        Words {
            title: "上面的节点是从节点，它还没有连上自己的主节点。",
            why: "{reply}：链在更上一级断了，去那里看。",
            cost: "下面的都在等。",
            price: "",
        },
    ),
    (
        "protected-mode",
        Words {
            title: "主节点处于保护模式，只和本机通话。",
            why: "{reply}：没有密码又没有 bind 时，3.2 及以后拒绝别的主机。",
            cost: "没有复制。",
            price: "在主节点上设置，然后在从节点上设置 masterauth。",
        },
    ),
    (
        "master-misconf",
        Words {
            title: "主节点保存失败，连 PING 都拒绝。",
            why: "{reply}：上一次 BGSAVE 失败了，而 stop-writes-on-bgsave-error 是 yes。",
            cost: "写入不被接受，从节点也过不了握手。",
            price: "",
        },
    ),
    (
        "not-a-master",
        Words {
            title: "那里回应的不是会发 RDB 的 Redis。",
            why: "第一个字节应当是 $，收到的却是“{received}”。端口错了，或是代理，或是来迟的回复。",
            cost: "没有复制。",
            price: "",
        },
    ),
    (
        "tls",
        Words {
            title: "一边用 TLS，另一边不用。",
            why: "“wrong version number”是 OpenSSL 看到明文时说的话。",
            cost: "没有复制。",
            price: "在从节点上设置，主节点的端口用 TLS 端口。",
        },
    ),
    (
        "link-down",
        Words {
            title: "到 {master} 的链路断着（{down}）；粘贴的内容里没有原因。",
            why: "INFO 说它断了，从节点的日志才说为什么。",
            cost: "数据停在断开的那一刻。",
            price: "",
        },
    ),
    (
        "never-linked",
        Words {
            title: "自启动以来它从未连上过 {master}。",
            why: "-1（6.0 及以前是整个 unix 时间）表示从未。一秒前才收到命令的从节点也这样显示。",
            cost: "Sentinel 不会提升它。它若有数据，也是它自己的。",
            price: "",
        },
    ),
    (
        "same-address",
        Words {
            title: "两个从节点的地址一样：{address}。",
            why: "它们在 NAT 后面（Docker 网桥），或声明了同一个端口。",
            cost: "Sentinel 和客户端只看到其中一个，也许一个都连不上。",
            price: "在每个从节点上设置别人能访问的地址（3.2.2 及以后）。",
        },
    ),
    (
        "waits-for-bgsave",
        Words {
            title: "{replica} 在等 RDB 生成（{since}）。",
            why: "全量复制先由子进程写 RDB；其间主节点每秒发一个换行，所以写磁盘的子进程多久都可以。",
            cost: "一次 fork，写出整个数据集，还有随每次写入增长的缓冲区。",
            price: "",
        },
    ),
    (
        "sends-rdb",
        Words {
            title: "{replica} 正在接收 RDB。",
            why: "send_bulk：字节在流动。只看一次，不知道现在是否还在流动。",
            cost: "在它上线之前，每次写入都要为它保留。",
            price: "",
        },
    ),
    (
        "receives-rdb",
        Words {
            title: "它正在接收 RDB：还剩 {left}，{rate}，{eta} 后完成。",
            why: "全量复制正在进行。再贴一次 INFO 就知道有多快。",
            cost: "结束之前它只有旧数据，或没有数据。",
            price: "",
        },
    ),
    (
        "transfer-stalls",
        Words {
            title: "RDB 已经 {silent} 没有动静。",
            why: "到 {timeout} 它就放弃重来。忙于一个键的无盘子进程什么也不发；停滞的链路也是。",
            cost: "放弃的传输等于白做一次 fork 和一个数据集。",
            price: "",
        },
    ),
    (
        "loads",
        Words {
            title: "它正在把数据加载到内存。",
            why: "loading:1：加载完之前客户端得到 LOADING。",
            cost: "那里不能读也不能写。",
            price: "",
        },
    ),
    (
        "limit-loop",
        Words {
            title: "永远完不成的全量复制：从节点在完成之前就被断开。",
            why: "cmd=psync 是还没有发过 ACK 的从节点。{age} 后积压了 {omem}：写入约 {rate}。见到 {rounds} 次。不是 repl-timeout 的问题：调大它在这里什么也改变不了。",
            cost: "每一轮一次 fork、一个完整数据集，其间没有从节点。",
            price: "在主节点上设置：空间要大于写入速率 ×（保存 + 发送 + 加载），这里留了余量，共 {need}。代价：同步时最多占这么多内存。",
        },
    ),
    (
        "limit-once",
        Words {
            title: "一个还在同步的从节点因输出缓冲区限制被断开。",
            why: "{age} 后积压了 {omem}：写入约 {rate}，超过了限制的空间。",
            cost: "这次传输白做了；下一次会遇到同样的限制。",
            price: "在主节点上设置。代价：同步时最多占 {need} 的内存。",
        },
    ),
    (
        "limit-online",
        Words {
            title: "一个在线的从节点太慢，因输出缓冲区限制被断开。",
            why: "cmd=replconf：它发过 ACK。为它积压了 {omem}。",
            cost: "它会回来：复制积压缓冲区里还有就部分复制，否则全量复制。",
            price: "在主节点上设置。代价是内存，而且从节点不会因此变快。",
        },
    ),
    (
        "silent-child",
        Words {
            title: "无盘复制的子进程沉默超过 repl-timeout，从节点放弃了（{rounds} 次）。",
            why: "无盘子进程运行时不再发换行：一个巨大的键、慢磁盘、停住的子进程，都是沉默。",
            cost: "它永远从头再来，每次一个 fork。",
            price: "在主节点上改为写磁盘，那样会发换行；或者把从节点的 repl-timeout 调长。",
        },
    ),
    (
        "stalled-transfer",
        Words {
            title: "RDB 的传输停了超过 repl-timeout（{rounds} 次）。",
            why: "传输已经开始，之后什么也没来：repl-timeout 量的是沉默，不是时长。原因是链路，或主节点不发。",
            cost: "整个传输从头再来。",
            price: "",
        },
    ),
    (
        "transfer-timeout",
        Words {
            title: "从节点等不到 RDB，放弃了（{rounds} 次）。",
            why: "一个字节都没来。从这里看，三种原因一样：主节点因输出缓冲区断开了它，而子进程还占着套接字；沉默的无盘子进程；断掉的链路。那一刻主节点的日志能说明。",
            cost: "白做一次全量复制。",
            price: "",
        },
    ),
    (
        "rdb-version",
        Words {
            title: "从节点比主节点旧，读不了它的 RDB（版本 {version}）。",
            why: "每个版本只能读自己和更旧版本的 RDB。",
            cost: "它已经空了：旧数据在加载之前就清掉了。而且马上又从头再来。",
            price: "在从节点上输入：循环会停，数据不会回来。先升级从节点。",
        },
    ),
    (
        "rdb-broken",
        Words {
            title: "主节点发来的内容无法加载。", why: "RDB 被截断或损坏。", cost: "旧数据已经没有，而它又从头再来。", price: ""
        },
    ),
    (
        "disk-full",
        Words {
            title: "磁盘满了：RDB 写不出来。",
            why: "No space left on device。新文件写在旧文件旁边，要占第二份空间。",
            cost: "没有全量复制，没有保存；stop-writes-on-bgsave-error 为 yes 时也不能写。",
            price: "",
        },
    ),
    (
        "fork-failed",
        Words {
            title: "fork(2) 失败：没有子进程，也就没有全量复制。",
            why: "内核不肯再承诺一份内存。",
            cost: "需要全量复制的从节点一直等。",
            price: "在主机上设置：内核此后承诺的会多于它拥有的。",
        },
    ),
    (
        "child-killed",
        Words {
            title: "写 RDB 的子进程被强制终止（信号 {signal}）。",
            why: "9 多半是内核的内存不足处理：被改写的页要多占一份。",
            cost: "全量复制从头再来，又在同处结束。",
            price: "",
        },
    ),
    (
        "dropped-while-sending",
        Words {
            title: "{replica} 被断开时，它的 RDB 还有字节在路上。",
            why: "内核收下最后一个字节，它就算在线；之后 repl-timeout 内要有 ACK，而它还在接收或加载。",
            cost: "加载完发现链路断了，再来请求：复制积压缓冲区里还有就部分复制。",
            price: "在主节点上设置：要比最慢的链路送完套接字里的字节更久。",
        },
    ),
    (
        "resync-loop",
        Words {
            title: "同一个从节点全量复制了 {rounds} 次，这份日志里没有原因。",
            why: "可能是输出缓冲区限制、沉默的子进程、停滞的链路。另一边的日志里有。",
            cost: "每次一个 fork 和一个完整数据集。",
            price: "",
        },
    ),
    (
        "resyncs-counted",
        Words {
            title: "两次 INFO 之间有 {rounds} 次全量复制。",
            why: "sync_full 增加了。",
            cost: "每次一个 fork 和一个完整数据集。",
            price: "",
        },
    ),
    (
        "no-replicas",
        Words {
            title: "写入被拒绝：{replicas} 个从节点里有 {good} 个合格。",
            why: "合格是在线并且 lag 不超过 min-replicas-max-lag；每秒数一次，其间沿用。与偏移量无关，SYNC 从节点从不合格。",
            cost: "每次写入都得到 NOREPLICAS。",
            price: "在主节点上设置：写入会被接受，但别的节点上没有。",
        },
    ),
    (
        "read-only",
        Words {
            title: "写入发到了从节点。",
            why: "READONLY：客户端连错了节点。故障转移之后它可能还拿着旧地址。",
            cost: "这次写入没有发生。",
            price: "",
        },
    ),
    (
        "master-down",
        Words {
            title: "从节点在链路断开时拒绝读取。",
            why: "MASTERDOWN：replica-serve-stale-data 是 no。",
            cost: "链路恢复之前读取都失败。",
            price: "",
        },
    ),
    (
        "loading",
        Words {
            title: "节点在加载时拒绝命令。", why: "LOADING：在启动或全量复制之后。", cost: "它会自己过去。", price: ""
        },
    ),
    (
        "misconf",
        Words {
            title: "写入被拒绝，因为上一次保存失败了。", why: "MISCONF：多半是磁盘。", cost: "不能写，从节点也不能握手。", price: ""
        },
    ),
    (
        "over-memory",
        Words {
            title: "写入被拒绝：达到了 maxmemory。",
            why: "从节点的缓冲区不算在内，数据和复制积压缓冲区算（7.0）。",
            cost: "占内存的写入都不行。",
            price: "",
        },
    ),
    (
        "unblocked",
        Words {
            title: "一个阻塞的客户端被放开，因为它的主节点变成了从节点。",
            why: "角色变了。",
            cost: "客户端要连到新的主节点。",
            price: "",
        },
    ),
    (
        "writable-replica",
        Words {
            title: "这个从节点接受客户端写入：数据会偏离。",
            why: "slave_read_only:0。在这里写的内容不在任何复制流里。",
            cost: "它与主节点不同，直到下一次全量复制把这些写入抹掉。",
            price: "在从节点上设置：以后拒绝写入。已经不同的仍然不同。",
        },
    ),
    (
        "silent-replica",
        Words {
            title: "{replica} 已经 {lag} 没有确认。",
            why: "每秒应有一次 ACK。它冻结了，或在一个很长的命令、清空或换页之中，或链路吞掉了字节。lag 是沉默的时间，不是落后的时间。",
            cost: "lag 超过 {timeout} 就断开；在此之前它的输出都留在内存里。",
            price: "",
        },
    ),
    (
        "slow-replica",
        Words {
            title: "{replica} 越落越远：现在 {gap}，之前 {was}。",
            why: "它每秒确认（lag 很小），但比写入慢：{rate}；落后约 {behind}。那边有慢命令，或链路太窄。",
            cost: "在那里读到的就这么旧。其余的积在输出缓冲区，直到限制把它断开。",
            price: "",
        },
    ),
    (
        "gap",
        Words {
            title: "{replica} 落后 {gap}。",
            why: "只看一次，分不清是一阵突发还是从节点太慢。",
            cost: "在那里读到的就这么旧。",
            price: "",
        },
    ),
    (
        "silent-master",
        Words {
            title: "主节点已经沉默 {silent}，本该每 {period} 说一次话。",
            why: "last_io 是主节点最后一个字节距今的时间；没有写入也会有 PING。它冻结了，或链路吞掉了字节。",
            cost: "到 {timeout} 从节点就放弃这条链路。",
            price: "",
        },
    ),
    (
        "ping-period",
        Words {
            title: "空闲的链路一再超时（{rounds} 次），每次都以部分复制恢复。",
            why: "主节点发 PING 的间隔比 repl-timeout 允许的长：间隔 ≥ 超时 + 2 s。它不会变成全量复制。",
            cost: "短暂中断，不丢数据。",
            price: "间隔在主节点上设置，超时在两边设置。",
        },
    ),
    (
        "master-froze",
        Words {
            title: "主节点突然沉默，之后一直没有回应。",
            why: "“MASTER timeout”之后再没有链路：冻结或停住的进程仍会接受连接。",
            cost: "没有复制。",
            price: "",
        },
    ),
    (
        "replica-dropped",
        Words {
            title: "{replica} 沉默超过 repl-timeout，被断开了。",
            why: "没有 ACK：冻结、很长的一步（清空、脚本、换页），或吞掉字节的链路。2.8.3 起单是加载慢不会这样。",
            cost: "它会回来：复制积压缓冲区里还有就部分复制。",
            price: "",
        },
    ),
    (
        "link-broke",
        Words {
            title: "一条链路断过，又恢复了。",
            why: "这一边只看到它结束。是不是主节点断开的，要看主节点的日志。",
            cost: "一次部分复制，或一次全量复制。",
            price: "",
        },
    ),
    (
        "backlog-lack",
        Words {
            title: "复制积压缓冲区（{size}）里没有字节 {asked}，所以全量复制。",
            why: "{replica} 请求的内容已被覆盖，或者没有复制积压缓冲区。",
            cost: "为了一些字节，一次 fork 和一个完整数据集。",
            price: "在主节点上设置：写入速率 × 最长中断 × 2。6.2 及以前改动会清空它：在从节点都在线时做。",
        },
    ),
    (
        "backlog-freed",
        Words {
            title: "{ttl} 秒没有从节点，复制积压缓冲区被释放了。",
            why: "repl-backlog-ttl。4.0.3 起 ID 也随之改变，免得有谁误续。",
            cost: "回来的从节点都要全量复制，即使什么也没错过。",
            price: "在主节点上设置：0 表示保留。代价是它占的内存。",
        },
    ),
    (
        "backlog-inactive",
        Words {
            title: "这个主节点没有复制积压缓冲区：下一个从节点要全量复制。",
            why: "它从未有过从节点，或者 repl-backlog-ttl 释放了它。",
            cost: "没有从节点离线时没有代价。",
            price: "在主节点上设置：下一次就会保留。",
        },
    ),
    (
        "backlog-resized",
        Words {
            title: "改大小清空了复制积压缓冲区：之前 {old}，现在 {new}。",
            why: "6.2 及以前，改大改小都会全部丢掉。",
            cost: "此刻不在线的从节点要全量复制。",
            price: "",
        },
    ),
    (
        "backlog-full",
        Words {
            title: "复制积压缓冲区是满的，本该如此：{size}，写入 {rate}，能覆盖 {covers}。",
            why: "histlen 是历史，不是欠账。",
            cost: "更长的中断会变成全量复制。",
            price: "",
        },
    ),
    (
        "master-emptied",
        Words {
            title: "主节点重启过，可能是空的：那么它的从节点也将被清空。",
            why: "它有新的 ID，启动时没有加载或几乎没有加载数据。",
            cost: "全量复制会把空数据集覆盖到最后一份好数据上。",
            price: "",
        },
    ),
    (
        "id-restart",
        Words {
            title: "主节点重启过，ID 变了，所以全量复制。",
            why: "请求的是 {asked}。3.2 及以前的 ID 属于进程；4.0 到 6.2 重启后也不保留，7.0 会。",
            cost: "每个从节点一次全量复制。",
            price: "",
        },
    ),
    (
        "id-mismatch",
        Words {
            title: "从节点用了这个主节点没有的 ID，这份日志里没有原因。",
            why: "4.0 及以后的新从节点用自己的 ID 请求：那就没有问题，只是 sync_partial_err 照样加一。否则是主节点重启、故障转移过，或失去了复制积压缓冲区。",
            cost: "一次全量复制。",
            price: "",
        },
    ),
    (
        "denied-fresh",
        Words {
            title: "这里的“Partial resynchronization not accepted”不是拒绝：从节点是新的。",
            why: "4.0 起，变成从节点的节点先用自己的 ID 试一次。",
            cost: "sync_partial_err 多了 1。",
            price: "",
        },
    ),
    (
        "second-id",
        Words {
            title: "这个从节点比被提升的那个超前：丢了 {lost}。",
            why: "它请求 {asked}，而新主节点只知道旧历史到 {until}。全量复制是对的。14 的倍数是 PING。",
            cost: "这些字节不再存在，另外一次全量复制。",
            price: "",
        },
    ),
    (
        "ahead",
        Words {
            title: "{replica} 请求的字节主节点还没有写过。",
            why: "主节点丢了数据（从较旧的文件重启），或是另一段历史。没有复制积压缓冲区时，什么都不缺的从节点也会“超前”。",
            cost: "它多出来的内容会被全量复制丢掉。",
            price: "",
        },
    ),
    (
        "aof-restart",
        Words {
            title: "从节点开着 AOF 重启，所以全量复制。",
            why: "ID 和偏移量写在 RDB 里，而它加载的是 AOF。",
            cost: "这个从节点每次重启都要全量复制。",
            price: "",
        },
    ),
    (
        "first-contact",
        Words {
            title: "它没有可以续传的状态：第一次连接，或重启，或换了主节点。",
            why: "“no cached master”。3.2 及以前每次重启、每次 SLAVEOF 都这样。",
            cost: "一次全量复制，这是对的。",
            price: "",
        },
    ),
    (
        "cut-again",
        Words {
            title: "从节点回来时几乎什么也没错过（{bytes} B），{rounds} 次。",
            why: "有什么在断开空闲的链路：代理或防火墙的超时、CLIENT KILL、repl-timeout 短于 PING 间隔。不是复制积压缓冲区的问题。",
            cost: "短暂中断。",
            price: "",
        },
    ),
    (
        "expired-kept",
        Words {
            title: "从节点有 {more} 个键，主节点有 {keys} 个：多出来的已经过期，在等主节点的 DEL。",
            why: "从节点不自己删除过期键，DBSIZE 在此之前仍算它们。",
            cost: "没有；3.0 及以前 GET 还会返回它们。",
            price: "",
        },
    ),
    (
        "keys-differ",
        Words {
            title: "偏移量一致，键数却不同：主节点 {keys}，从节点 {more}。",
            why: "那里没有会过期的键。可能是在从节点上写过，或从错误的位置续传。",
            cost: "在那里读到的是错的。",
            price: "在从节点上输入：一次全量复制。",
        },
    ),
    (
        "own-offset",
        Words {
            title: "master_repl_offset（{own}）是这个从节点自己的计数，不是它在复制流里的位置（{stream}）。",
            why: "3.2 及以前，从节点为自己的下级写另一条复制流。",
            cost: "没有，除非监控拿它做减法。",
            price: "",
        },
    ),
    (
        "stream-errors",
        Words {
            title: "复制流里的命令失败了：{command} {error}",
            why: "主从的数据不一致，或者从节点问了不该问的。",
            cost: "它们已经不一致，或即将不一致。",
            price: "在从节点上输入：一次全量复制。",
        },
    ),
    (
        "stream-corrupt",
        Words {
            title: "复制流里有主节点不会发的字节。",
            why: "可能是代理、错误的续传，或那个端口上是别的东西。",
            cost: "链路被断开，接着全量复制。",
            price: "",
        },
    ),
    (
        "versions",
        Words {
            title: "从节点（{replica}）比主节点（{master}）旧，读不了它的 RDB。",
            why: "每个版本只能读自己和更旧版本的 RDB。",
            cost: "下一次全量复制时它会清空自己，然后永远重来。",
            price: "",
        },
    ),
    (
        "oom-killed",
        Words {
            title: "内核强制终止了节点（pid {pid}）：内存不足。",
            why: "数据集、被改写的页和缓冲区加起来超过了主机的内存。",
            cost: "没有保存的都没了；从节点在等。",
            price: "",
        },
    ),
    ("crashed", Words { title: "进程自己结束了。", why: "它的最后几行这样说。", cost: "没有保存的都没了。", price: "" }),
    (
        "aof-off",
        Words {
            title: "同步之后 AOF 写不了。", why: "磁盘，或有别的子进程。", cost: "5.0 起第十次失败时进程退出。", price: ""
        },
    ),
    (
        "priority-zero",
        Words {
            title: "它的优先级是 0：Sentinel 从不提升它。",
            why: "slave_priority:0 是一种选择。",
            cost: "如果只有它一个，就没有故障转移。",
            price: "",
        },
    ),
    (
        "cascade",
        Words {
            title: "它是从节点，自己也有 {count} 个从节点。",
            why: "一条链：下面的都依赖它的链路。4.0 起它自己不发 PING。",
            cost: "它的链路断了，下面的也都沉默。",
            price: "",
        },
    ),
    (
        "swapdb",
        Words {
            title: "它在旧数据旁边加载，然后交换。", why: "repl-diskless-load swapdb。", cost: "其间内存里有两份数据集。", price: ""
        },
    ),
    (
        "just-started",
        Words {
            title: "这个进程才运行了 {up}。",
            why: "uptime_in_seconds：刚重启，或一再重启。",
            cost: "它关于链路的话都从那时算起。",
            price: "",
        },
    ),
];
