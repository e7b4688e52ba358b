//! 场景文本里每一行的作用。

use crate::i18n::grammar::Line;

pub(crate) fn explain(line: Line) -> &'static str {
    match line {
        Line::Comment => "写给读者的注释，运行时忽略。",
        Line::Title => "这次运行的名字，显示在页首和链接里。",
        Line::Words => "文本自带的说明：title、question、task、watch，每种语言各写一份。",
        Line::Opens => "最先显示的时刻，在它之前的是过去；后面加 paused，时间就停在那里。",
        Line::Lesson => "这个场景属于哪一课。",
        Line::Era => {
            "后面各节点的版本：Redis 2.6、2.8、3.0、3.2、4.0、5.0、6.2、7.0、7.2、7.4、8.0、8.2 或 8.6，或者 Valkey，写作 valkey-8.0、valkey-8.1、valkey-9.0 或 valkey-9.1。"
        }
        Line::Seed => "同一个种子，得到同样的字节、键和延迟。",
        Line::Epoch => "起始时刻，unix 秒。",
        Line::Scale => "计算耗时的时候，每个存储的字节按这么多倍算。",
        Line::Cost => {
            "各种工作的耗时；还有 rdb-load 30mb/s、flush 2000000keys/s、fork 20us/mib、command 2us、element 100ns（KEYS、HGETALL 等每个元素）。加载时每 2 MiB × scale 或每 100 ms 处理一次请求。"
        }
        Line::DefaultNode => "后面所有节点共用的 redis.conf 配置。",
        Line::DefaultLink => "没有单独写 link 的节点之间的网络；default client 是客户端到节点的网络。",
        Line::Node => "一个节点和它自己的 redis.conf；keys 和 size 是启动时 RDB 里的数据。",
        Line::Follows => "一个从节点，启动时就复制这个主节点。",
        Line::Release => "版本和端口不同的节点；还可以写 ip 10.0.0.9、skew 200ms、allocator jemalloc。它复制的是另一个从节点。",
        Line::Link => "一条链路的延迟、抖动、带宽和缓冲区；用 -> 只改一个方向。",
        Line::Client => "反复发送同一条命令的客户端：{1..100} 随机取值，{n} 计数，{32 bytes} 是填充。",
        Line::Sentinel => "监视主节点、自动故障转移的 Sentinel；还有 failover-timeout 180s、parallel-syncs 1。",
        Line::At => "在某个时刻做一件事：cut 会重置这条链路上的所有连接。",
        Line::Until => "脚本等待一个条件成立，最多等这么久。",
        Line::Then => "脚本走到这里就做：heal 让链路恢复。",
        Line::Expect => "脚本走到这里时检查条件是否成立。",
        Line::Reply => "客户端收到的回复：在 redis-cli 里输入的命令的回复。~ 表示包含。",
        Line::LogLine => "节点日志里的一行，按其中一段文字查找。",
        Line::Key => "节点里的一个键：exists、over（已经过期）、type、value、ttl（毫秒）；键名后写 db 3 表示另一个数据库。",
        Line::SameData => "same-data：键、值和过期时刻都相同。same-keys：键和值相同，不看何时过期。",
        Line::Freeze => "链路吞掉所有数据（这里只是一个方向），双方都不知情。",
        Line::Physics => "运行中修改链路参数。",
        Line::Command => "在节点的 redis-cli 里输入的命令。",
        Line::Rate => "客户端的节奏；还有 client writer stop、client writer bytes 64。",
        Line::Pause => "SIGSTOP：进程停住，连接还在。",
        Line::Resume => "SIGCONT：进程继续运行。",
        Line::Crash => "kill -9：进程消失，连接关闭。",
        Line::Restart => "重新启动进程；without rdb 表示数据也丢了。",
        Line::PowerOff => "整台机器断电，不会通知任何一方。",
        Line::Fault => {
            "节点出故障：child-slow 10（百分比）、child-silent、child-fails、disk-full、fork-fails、folder-gone、folder-read-only、none。"
        }
        Line::Interrupt => "在节点的 redis-cli 里按 Ctrl-C：结束 MONITOR、PSYNC 或阻塞的命令。",
    }
}
