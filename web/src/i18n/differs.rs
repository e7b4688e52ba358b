//! Where a node differs from a real server: one list, here and in the README, which a test holds equal.

/// How many differences there are.
pub const COUNT: usize = 15;

/// The list and its heading.
pub struct Differs {
    /// Heading; also what the button that leads to it says.
    pub title: &'static str,
    /// Sentence below it.
    pub lead: &'static str,
    /// One sentence for each difference.
    pub list: [&'static str; COUNT],
}

pub(super) const EN: Differs = Differs {
    title: "Where a node differs from a real server",
    lead: "What is known. Everything else is meant to be as Redis does it, byte for byte and word for word; where it is not, that is a bug.",
    list: [
        "Each line is one release: 2.6.17, 2.8.24, 3.0.7, 3.2.13, 4.0.14, 5.0.14, 6.2.14, 7.0.15. What earlier ones of a line did otherwise is not there.",
        "Not here, and refused by name: clustering, Sentinel, scripts and functions, commands on streams, Pub/Sub for subscribers, HyperLogLogs, places, bit fields, BITOP, LCS, DUMP and RESTORE, MIGRATE, SLOWLOG, LATENCY, MEMORY, modules, ACL. There is one password, and no TLS, RESP 3 or keyspace notifications.",
        "No append-only file (AOF) is written or read. A rewrite occupies the server as its child does; a server with appendonly yes starts empty.",
        "maxmemory is kept and shown, but nothing is evicted and no write is refused for it.",
        "OBJECT IDLETIME is refused, for no access times are kept; OBJECT FREQ always answers that no LFU policy is selected.",
        "Keys, members and fields come in another order than that of Redis's hash tables.",
        "INFO has the fields around replication and a choice of the others; figures of memory are estimates.",
        "COMMAND DOCS is empty.",
        "DEBUG and the protected directives of 7.0 need no permission.",
        "DEBUG RELOAD is refused during a load.",
        "CONFIG REWRITE needs a redis.conf, and only resync-node has one. Directives without effect keep their lines; those of the command line are not added.",
        "In a scenario a node up to 5.0 has the default save points although its configuration names none.",
        "The time of a signal is the moment it comes, not the next tick of the server's clock.",
        "INCRBYFLOAT adds as the 80-bit numbers of x86 do, on every machine.",
        "Sizes are bounded: 64 MB a value, not 512, and a page has less memory than a server.",
    ],
};

pub(super) const ZH: Differs = Differs {
    title: "节点与真实服务器的差异",
    lead: "这里列出已知的差异。其余一切都应当与 Redis 逐字节、逐字相同；若有不同，那就是缺陷。",
    list: [
        "每个版本系列只对应一个发行版：2.6.17、2.8.24、3.0.7、3.2.13、4.0.14、5.0.14、6.2.14、7.0.15。同一系列更早版本的不同行为不在其中。",
        "以下功能没有，调用时会按名字拒绝：集群、Sentinel、脚本与函数、Stream 命令、订阅端的 Pub/Sub、HyperLogLog、地理位置、位域、BITOP、LCS、DUMP 与 RESTORE、MIGRATE、SLOWLOG、LATENCY、MEMORY、模块、ACL。只有一个密码，没有 TLS、RESP 3 和键空间通知。",
        "不写也不读 AOF 文件。重写只像子进程那样占用服务器；appendonly yes 的服务器启动时是空的。",
        "maxmemory 会保存和显示，但不会淘汰任何键，也不会因此拒绝写入。",
        "OBJECT IDLETIME 会被拒绝，因为不记录访问时间；OBJECT FREQ 总是回答没有选择 LFU 策略。",
        "键、成员和字段的顺序与 Redis 哈希表的顺序不同。",
        "INFO 有复制相关的字段和其他字段的一部分；内存数字是估算值。",
        "COMMAND DOCS 是空的。",
        "DEBUG 和 7.0 的受保护配置项不需要许可。",
        "加载期间 DEBUG RELOAD 会被拒绝。",
        "CONFIG REWRITE 需要 redis.conf，只有 resync-node 才有。没有作用的配置项保留原来的行；来自命令行的这类配置项不会写入。",
        "在场景中，5.0 及更早的节点即使配置里没有写，也有默认的保存点。",
        "信号在到达的那一刻处理，而不是等到服务器时钟的下一拍。",
        "INCRBYFLOAT 在任何机器上都按 x86 的 80 位浮点数相加。",
        "大小有上限：一个值最多 64 MB，而不是 512 MB；网页的内存也比服务器少。",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of the README's list under the same heading, as plain text.
    fn readme() -> Vec<String> {
        let text = include_str!("../../../README.md");
        let section = text.split_once(&format!("## {}\n", EN.title)).expect("the README has the list").1;
        let section = section.split("\n## ").next().unwrap_or_default();
        let mut items: Vec<String> = Vec::new();
        for line in section.lines() {
            match (line.strip_prefix("- "), items.last_mut()) {
                (Some(item), _) => items.push(item.to_owned()),
                (None, Some(last)) if line.starts_with("  ") => {
                    last.push(' ');
                    last.push_str(line.trim());
                }
                _ => {}
            }
        }
        items.iter().map(|item| item.replace('`', "")).collect()
    }

    #[test]
    fn the_readme_lists_the_same_differences() {
        assert_eq!(readme(), EN.list);
    }

    #[test]
    fn both_languages_name_the_same_things() {
        // What Redis calls by name is called so in both.
        let names = |text: &str| {
            let word = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
            let words = text
                .split(|c| !word(c))
                .filter(|w| w.len() > 2 && w.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.'));
            words.map(|w| w.trim_matches('.').to_owned()).filter(|w| !w.is_empty()).collect::<std::collections::BTreeSet<_>>()
        };
        for (en, zh) in EN.list.iter().zip(ZH.list) {
            assert_eq!(names(en), names(zh), "{en}");
        }
    }
}
