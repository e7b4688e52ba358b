//! The scenes: scenario files with their words in both languages. The registry is the menu.
//!
//! A test of the engine plays each file to its end and checks the claim it makes.

use crate::action::Tab;
use crate::i18n::Lang;

/// A scene's words in one language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    /// Title.
    pub title: &'static str,
    /// What to watch, what to try, what it means: two or three sentences.
    pub about: &'static str,
    /// One sentence: what to try first.
    pub try_first: &'static str,
}

/// The small picture on a scene's card, drawn by `panels::menu`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// A stream with a short and a long gap.
    Cuts,
    /// A line that rises for ever above a flat one.
    Lag,
    /// Six rungs of a ladder.
    Steps,
    /// A bar that is transferred.
    Rdb,
    /// Three replicas, one of them good.
    Good,
    /// Two clocks.
    Timeouts,
    /// A loop.
    Loop,
    /// A ring beside blocks.
    Shapes,
    /// A newline beside a message that has lost its first byte.
    Byte,
}

/// One scene.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scene {
    /// Stands in links and file names; never changes.
    pub id: &'static str,
    /// The scenario.
    pub text: &'static str,
    /// Its picture.
    pub picture: Picture,
    /// The node whose inspector is open at first, and with which tab.
    pub look: (&'static str, Tab),
    /// The replica whose link is selected at first, so that its buttons are there.
    pub link: &'static str,
    /// The same story by another release's rule, if that is the point of it.
    pub also: Option<Also>,
    /// English.
    pub en: Words,
    /// 简体中文.
    pub zh: Words,
}

/// A scene told again with one word of its text changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Also {
    /// The line of the text that changes …
    pub line: &'static str,
    /// … into this.
    pub becomes: &'static str,
    /// The button, English.
    pub en: &'static str,
    /// The button, 简体中文.
    pub zh: &'static str,
}

impl Scene {
    /// The words in a language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> Words {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
    /// The text of the other telling.
    #[must_use]
    pub fn retold(&self) -> Option<String> {
        let also = self.also?;
        let lines: Vec<&str> = self.text.lines().map(|line| if line == also.line { also.becomes } else { line }).collect();
        Some(lines.join("\n") + "\n")
    }
}
impl Also {
    /// The button's word.
    #[must_use]
    pub fn word(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

macro_rules! scenes {
    ($( $id:literal $picture:ident $look:expr, $link:literal, $also:expr,
        en $en_title:literal $en_about:literal $en_try:literal
        zh $zh_title:literal $zh_about:literal $zh_try:literal )+) => {
        /// Every scene, in the order of the menu. The first is what a new visitor sees.
        pub const SCENES: &[Scene] = &[ $( Scene {
            id: $id,
            text: include_str!(concat!("../lessons/", $id, "/scene.resync")),
            picture: Picture::$picture,
            look: $look,
            link: $link,
            also: $also,
            en: Words { title: $en_title, about: $en_about, try_first: $en_try },
            zh: Words { title: $zh_title, about: $zh_about, try_first: $zh_try },
        } ),+ ];
    };
}

scenes! {
    "01-short-cut-long-cut" Cuts ("master", Tab::Console), "replica-1", None,
    en "Short cut, long cut"
       "A master writes for two replicas. Every byte has one offset, and the backlog keeps the last 16 384 of them. A replica that comes back while its next byte is still held gets a partial resync; after that, only a full one can help."
       "cut the link of replica-1, watch its runway shrink, and heal it in time; then cut it again and wait too long."
    zh "短断与长断"
       "一个主节点为两个从节点写入。每个字节只有一个偏移量，复制积压缓冲区保存最后的 16 384 个字节。从节点回来时如果它需要的下一个字节还在，就部分复制；再晚，就只能全量复制。"
       "断开 replica-1 的链路，看它的剩余余量缩短，及时恢复；再断开一次，等得太久。"
    "02-the-lag-that-never-stops" Lag ("replica-1", Tab::Variables), "replica-1",
    Some(Also { line: "era 3.0", becomes: "era 4.0", en: "The same by 4.0's rule", zh: "换成 4.0 的规则" }),
    en "The lag that never stops"
       "A master with a password restarts, and its replica asks while it still loads: ‑LOADING. Redis before 4.0 takes that to mean that PSYNC is unknown and sends SYNC. The data arrive whole, yet no ACK is ever sent: offset=0, and lag grows by one each second."
       "let it play to the master's restart, then compare what both ends believe under Variables."
    zh "停不下来的 lag"
       "带密码的主节点重启，从节点在它还在载入时来问：-LOADING。4.0 之前的 Redis 以为对方不支持 PSYNC，改发 SYNC。数据完整送达，却再也没有 ACK：offset=0，lag 每秒加一。"
       "播放到主节点重启，然后在“变量”里比较两端各自的看法。"
    "03-from-nothing-to-online" Steps ("replica-1", Tab::Log), "replica-1", None,
    en "From nothing to online"
       "A replica with a password goes through six steps: connect, PING, AUTH, listening-port and capabilities, PSYNC, the RDB. Each is one message and one answer, and each moves the state machine by one."
       "pause, and go on one event at a time with the → key; read the ladder and the log side by side."
    zh "从零到在线"
       "带密码的从节点要走六步：连接、PING、AUTH、监听端口与能力、PSYNC、RDB。每一步是一条消息和一个回答，状态机也前进一格。"
       "先暂停，再用 → 键一次前进一个事件，对照着看握手图和日志。"
    "04-full-resync-and-its-price" Rdb ("master", Tab::Log), "replica-1", None,
    en "Full resync and its price"
       "A full resync costs a fork that stops the master, a BGSAVE, a transfer, a flush and a load that makes the replica useless for seconds. Meanwhile the master keeps all new writes for this replica in its output buffer."
       "watch the output buffer under Variables while the RDB travels, then raise the write rate and see it grow."
    zh "全量复制及其代价"
       "全量复制的代价：一次让主节点停顿的 fork、一次 BGSAVE、一次传输，再加清空和载入，从节点有几秒不可用。这期间主节点把所有新写入留在这个从节点的输出缓冲区里。"
       "RDB 在路上时，在“变量”里看输出缓冲区；再提高写入速率，看它变大。"
    "05-not-enough-good-replicas" Good ("master", Tab::Info), "replica-2", None,
    en "Not enough good replicas"
       "The master wants two replicas with a lag of at most three seconds before it takes a write. One replica is paused, another is cut off: the count falls, and SET is refused with ‑NOREPLICAS. A paused process looks healthy until its lag has grown."
       "type SET a 1 at the master's redis-cli while two replicas are missing, and again after the first one is back."
    zh "合格从节点不足"
       "主节点要求有两个 lag 不超过三秒的从节点才接受写入。一个被暂停，一个被断开：合格数下降，SET 被 -NOREPLICAS 拒绝。被暂停的进程在 lag 变大之前看起来一切正常。"
       "缺两个从节点时在主节点的 redis-cli 里输入 SET a 1，等第一个回来后再试一次。"
    "06-who-gives-up-first" Timeouts ("replica-1", Tab::Log), "replica-1", None,
    en "Who gives up first"
       "A frozen link tells nobody. The master waits for ACKs until its repl-timeout, the replica for bytes until its own, and the shorter one hangs up first. A replica whose timeout is below the master's ping period gives up on an idle link again and again."
       "set repl-timeout of replica-1 to 5 under Config before the link freezes, and see who is first now."
    zh "谁先放弃"
       "链路冻结时谁也不会被通知。主节点等 ACK 等到自己的 repl-timeout，从节点等字节等到它的，短的先挂断。如果从节点的超时比主节点的 ping 周期还短，它会在空闲的链路上一再放弃。"
       "在链路冻结之前，到“配置”里把 replica-1 的 repl-timeout 设为 5，看看现在谁先放弃。"
    "07-the-loop" Loop ("master", Tab::Variables), "replica-1", None,
    en "The loop"
       "Loading is slow, the writer is fast, and the master may keep only 64 KB for a replica. It hangs up while the replica loads, the backlog has moved on by the time the replica is back, and the full resync begins again. Nothing is broken; three settings do not fit."
       "break the loop: raise client-output-buffer-limit under Config, or repl-backlog-size, or slow the writer down."
    zh "循环"
       "载入慢，写入快，而主节点只肯为一个从节点保留 64 KB。从节点还在载入，主节点就挂断了；等它回来，复制积压缓冲区已经走远，全量复制又从头开始。什么都没有坏，只是三个设置不相配。"
       "打破循环：在“配置”里提高 client-output-buffer-limit，或调大 repl-backlog-size，或放慢写入。"
    "08-ring-and-blocks" Shapes ("ring", Tab::Console), "ring-replica", None,
    en "Ring and blocks"
       "Up to 6.2 the backlog is one ring, and changing its size throws its content away. Since 7.0 it is a chain of blocks shared with the replicas' output buffers, and what it holds survives the change. The same cut and the same resize end in a full resync here and a partial one there."
       "select ring, then blocks, and compare their verdicts after the links heal at 18 s."
    zh "环与块"
       "6.2 及以前，复制积压缓冲区是一个环，改变大小就丢弃内容。从 7.0 起，它是与输出缓冲区共用的一串块，改变大小后内容仍在。同样的断开、同样的调整，这边全量复制，那边部分复制。"
       "先选中 ring，再选中 blocks，在第 18 秒链路恢复之后比较两边的判定。"
    "09-the-byte-too-many" Byte ("replica-1", Tab::Variables), "replica-1",
    Some(Also { line: "era 3.0", becomes: "era 4.0", en: "The same by 4.0's rule", zh: "换成 4.0 的规则" }),
    en "The byte too many"
       "A master sleeps while its replica loads, and finds the keepalive newline and the first ACK in one read. Up to 3.2 the newline takes the next byte with it: the ACK falls apart into unknown commands, and the seven answers go into the replica's stream. From then on the replica counts 167 bytes that no offset of the master counts."
       "after 3.2 s cut the link for a second, heal it, and type GET counter at both nodes: +CONTINUE skipped seven increments, and no log line tells."
    zh "多吃的一个字节"
       "主节点在从节点载入时睡着了，醒来时心跳换行和第一个 ACK 落在同一次读取里。3.2 及以前，换行会多吃掉后面的一个字节：ACK 碎成几条不存在的命令，七个回应进了从节点的复制流。从此从节点多算了 167 个字节，主节点的偏移量里没有它们。"
       "3.2 秒之后断开链路一秒再恢复，然后在两个节点上输入 GET counter：+CONTINUE 跳过了七次自增，日志里什么也没有。"
}

/// The place of a scene in [`SCENES`].
#[must_use]
pub fn find(id: &str) -> Option<usize> {
    SCENES.iter().position(|s| s.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_is_readable_and_has_words_in_both_languages() {
        for (i, scene) in SCENES.iter().enumerate() {
            assert_eq!(find(scene.id), Some(i), "ids are unique");
            let scenario = resync_core::scenario::parse(scene.text).unwrap_or_else(|e| panic!("{}: {e}", scene.id));
            let node = |name: &str| scenario.world.nodes.iter().any(|n| n.name == name);
            assert!(node(scene.look.0), "{}: opens the inspector of a node that exists", scene.id);
            assert!(node(scene.link), "{}: selects the link of a replica that exists", scene.id);
            if scene.also.is_some() {
                let retold = scene.retold().unwrap_or_default();
                assert_ne!(retold, scene.text, "{}: the other telling differs", scene.id);
                assert!(resync_core::scenario::parse(&retold).is_ok(), "{}: and is readable", scene.id);
            }
            for lang in Lang::ALL {
                let w = scene.words(lang);
                let (stop, of) = if lang == Lang::Zh { ("。", "zh") } else { (".", "en") };
                assert!(!w.title.is_empty() && !w.title.ends_with(stop), "{} {of}: a title is no sentence", scene.id);
                let sentences = w.about.matches(stop).count();
                assert!((2..=5).contains(&sentences), "{} {of}: two or three sentences, not {sentences}", scene.id);
                assert!(w.try_first.ends_with(stop), "{} {of}: what to try first is one sentence", scene.id);
            }
        }
    }
}
