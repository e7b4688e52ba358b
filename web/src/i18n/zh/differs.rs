//! 简体中文: where a node differs from a real server.

use crate::i18n::differs::Differs;

pub(crate) const DIFFERS: Differs = Differs {
    title: "节点与真实服务器的差异",
    lead: "这里列出已知的差异。其余一切都应当与 Redis 逐字节、逐字相同；若有不同，那就是缺陷。",
    list: [
        "每个版本系列只对应一个发行版：2.6.17、2.8.24、3.0.7、3.2.13、4.0.14、5.0.14、6.2.14、7.0.15、7.2.6、7.4.1、8.0.6、8.2.3、8.6.3，以及 Valkey 的 8.0.1、8.1.8、9.0.0、9.1.2。同一系列更早版本的不同行为不在其中。",
        "以下功能没有，调用时会按名字拒绝：集群、SENTINEL 命令（场景里有自己的 Sentinel）、脚本与函数、Stream 命令、分片 Pub/Sub、HyperLogLog、地理位置、位域、BITOP、LCS、DUMP 与 RESTORE、MIGRATE、SLOWLOG、LATENCY、MEMORY、模块、ACL。只有一个密码，没有 TLS、RESP 3 和键空间通知。",
        "不写也不读 AOF 文件。重写只像子进程那样占用服务器；appendonly yes 的服务器启动时是空的。",
        "maxmemory 会拒绝需要内存的命令，但不会淘汰任何键：策略只有 noeviction，其他策略会按名字拒绝（2.6 和 2.8 的默认值是 volatile-lru，表现得像没有任何键设置了过期时间）。used_memory 是估算值。",
        "OBJECT IDLETIME 会被拒绝，因为不记录访问时间；OBJECT FREQ 总是回答没有选择 LFU 策略。",
        "键、成员和字段的顺序与 Redis 哈希表的顺序不同。",
        "INFO 有复制相关的字段和其他字段的一部分；内存数字是估算值。",
        "COMMAND DOCS 是空的。",
        "DEBUG 有 CHANGE‑REPL‑ID、DIGEST、DIGEST‑VALUE、OBJECT、PAUSE‑CRON、POPULATE、RELOAD、REPLICATE、SEGFAULT、SET‑ACTIVE‑EXPIRE 和 SLEEP，各在其版本中；其他子命令都按未知命令拒绝；LOADAOF、RESTART 和 CRASH‑AND‑RECOVER 则指名拒绝。DEBUG 和 7.0 的受保护配置项不需要许可。",
        "与复制无关的配置项会保存和显示，但没有作用；编码的阈值也是如此。resync-node 不监听 Unix 套接字，它的子进程其实是线程：日志里的 pid 不对应任何进程，也无法单独结束。",
        "加载期间 DEBUG RELOAD 会被拒绝。",
        "场景中的节点有一份 redis.conf，内容就是场景所写的（没有注释）；CONFIG REWRITE 会修改它，下一个进程从它启动。没有作用的配置项保留原来的行；resync-node 命令行上的这类配置项不会写入。",
        "在场景中，5.0 及更早的节点即使配置里没有写，也有默认的保存点。",
        "信号在到达的那一刻处理，而不是等到服务器时钟的下一拍。",
        "INCRBYFLOAT 在任何机器上都按 x86 的 80 位浮点数相加。",
        "Valkey 9 的从节点像 8.1 那样下载 RDB，没有专用的线程。",
        "大小有上限：一个值最多 64 MB，而不是 512 MB；网页的内存也比服务器少。",
    ],
};
