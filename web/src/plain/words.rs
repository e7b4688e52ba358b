//! What the plain pages say around a lesson's own words. Only the build speaks it, so it costs the page nothing.

use crate::i18n::{Lang, memory_of};
use resync_lessons::Spoken;

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// The language's code, as lessons have it.
    pub(super) code: &'static str,
    /// Its tag for `lang`.
    pub(super) tag: &'static str,
    /// Between two parts of a line.
    pub(super) minutes: fn(u32) -> String,
    pub(super) live: &'static str,
    pub(super) all: &'static str,
    pub(super) question: &'static str,
    pub(super) sure: &'static str,
    pub(super) answers: &'static str,
    pub(super) so: &'static str,
    pub(super) because: &'static str,
    pub(super) twin: &'static str,
    pub(super) this_run: &'static str,
    pub(super) transfer: &'static str,
    pub(super) prints: &'static str,
    pub(super) say: &'static str,
    pub(super) not_so: &'static str,
    pub(super) look: &'static str,
    pub(super) moment: fn(&str) -> String,
    pub(super) order: fn(&str) -> String,
    pub(super) curve: fn(&str, &str) -> String,
    pub(super) cards_title: &'static str,
    pub(super) cards_line: &'static str,
    pub(super) recorded: fn(&str, Option<&str>, &str) -> String,
    pub(super) list_title: &'static str,
    pub(super) list_line: &'static str,
    pub(super) made: &'static str,
}

pub(super) const ALL: [Words; 2] = [
    Words {
        code: "en",
        tag: "en",
        minutes: |minutes| format!("{minutes} min"),
        live: "Open it live",
        all: "All lessons",
        question: "Your bet",
        sure: "How sure? ☐ sure ☐ think so ☐ guess",
        answers: "What happened",
        so: "It came out as",
        because: "Because",
        twin: "One thing changed",
        this_run: "this run",
        transfer: "Once more, elsewhere",
        prints: "What Redis prints",
        say: "People say",
        not_so: "It is not so",
        look: "Look",
        moment: |at| format!("The decisive moment, {at}"),
        order: |list| format!("in this order: {list}"),
        curve: |first, last| format!("a curve from {first} to {last}"),
        cards_title: "What people say of replication, and what is so",
        cards_line: "Sentences that are passed on, and what real servers did instead. Each quotes a recording.",
        recorded: |master, replica, name| (memory_of(Lang::En.strings()).cards.recorded)(master, replica, name),
        list_title: "Lessons on Redis replication",
        list_line: "Bet first. Then a real engine runs, and its own numbers explain.",
        made: "Every number here was read from a run of the engine when this page was built.",
    },
    Words {
        code: "zh",
        tag: "zh-CN",
        minutes: |minutes| format!("{minutes} 分钟"),
        live: "打开可以动手的页面",
        all: "全部课程",
        question: "你的预测",
        sure: "有多大把握？ ☐ 确定 ☐ 觉得是 ☐ 猜的",
        answers: "实际发生了什么",
        so: "结果是",
        because: "因为",
        twin: "只改一处",
        this_run: "这次运行",
        transfer: "换个地方再想一次",
        prints: "Redis 打印的内容",
        say: "常听人说",
        not_so: "其实不是",
        look: "看哪里",
        moment: |at| format!("决定性的时刻：{at}"),
        order: |list| format!("顺序是：{list}"),
        curve: |first, last| format!("曲线从 {first} 到 {last}"),
        cards_title: "关于主从复制的常见说法与事实",
        cards_line: "口口相传的说法，以及真实服务器的表现。每张卡片都引用一段录制。",
        recorded: |master, replica, name| (memory_of(Lang::Zh.strings()).cards.recorded)(master, replica, name),
        list_title: "Redis 主从复制课程",
        list_line: "先预测，再让真实的引擎运行，用它自己的数字解释。",
        made: "本页的每个数字都是构建时从引擎的一次运行里读出来的。",
    },
];

/// What is said in this language, or else in the first.
pub(super) fn said<'a>(words: &Words, spoken: &'a Spoken<String>) -> &'a str {
    spoken.get(&[words.code]).map_or("", String::as_str)
}
