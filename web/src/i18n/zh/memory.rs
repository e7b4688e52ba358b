//! 简体中文：辨误卡、会再来的小题、还记得什么、十题测验。

use crate::i18n::memory::{Cards, Known, Memory, Recall, Ten};
use crate::recall::Kind;
use crate::recall::ten::{IDEAS, TenError};
use crate::recall::when::When;
use crate::teach::Sure;

pub(crate) static MEMORY: Memory = Memory {
    cards: Cards {
        title: "常听人说",
        short: "每种说法都有录制为证",
        some: &[("bigger-backlog-less-lag", "积压缓冲区越大，lag 越小"), ("lag-is-delay", "lag 表示数据落后了多久")],
        lead: "关于主从复制口口相传的说法，以及真实服务器的表现。每张卡片都引用一段录制。",
        coming: "卡片正在取来。",
        lost: "没能取到卡片。",
        say: "常听人说",
        not_so: "其实不是",
        because: "因为",
        look: "看哪里",
        shown: "录制",
        recorded: |master, replica, name| match replica {
            Some(replica) => format!("Redis {master}，从节点 {replica}，录制 {name}"),
            None => format!("Redis {master}，录制 {name}"),
        },
        lesson: |question| format!("看一遍：{question}"),
        link: "这张卡片的链接",
        all: "全部卡片",
    },
    recall: Recall {
        title: |kind| match kind {
            Kind::WarmUp => "热身",
            Kind::Again => "再来一次，换了数字",
            Kind::Ten(_) => "十道题",
        },
        place: |at, all| format!("第 {at} 题，共 {all} 题"),
        from: |question| format!("来自：{question}"),
        making: "引擎正在为它跑一次新的运行。",
        keys: |choices| format!("按 1–{choices} 作答。Esc：先不做。"),
        keys_number: "填一个数，回车作答。Esc：先不做。",
        answer: "回答",
        unknown: "不知道",
        skip: "先不做",
        next: "下一题",
        done: |lesson| if lesson { "去上课" } else { "完成" },
        right: |days| format!("{days} 天后再来。"),
        missed: |at_the_end| if at_the_end { "这一课结束时再来一次，明天也会再来。" } else { "明天再来。" },
        is_so: "是这样",
        yours: "你的回答",
        typed: |given, truth| format!("你填了 {given}，实际是 {truth}。"),
        due: |n| format!("今天有 {n} 道题回来"),
        due_lead: "一次两道，换了数字，每题一个键。",
        then: |number, minutes| format!("然后是第 {number:02} 课，{minutes} 分钟"),
        begin: "开始",
        back: "今天回来",
        back_of: |n| format!("{n} 道回来"),
    },
    known: Known {
        title: "我还记得什么",
        short: "看天数，不打勾",
        all: "所有日子",
        lead: "每课留下四道题，在 1、5、30 天后带着引擎给的新数字回来。隔多久再来都不会丢。",
        nothing: "还没有学完的课。学完一课，它的题明天就会回来。",
        due: |due, all| format!("{all} 道题里今天有 {due} 道到期"),
        ask: "现在做两道",
        days: |days| match days {
            0 => "今天回来".to_owned(),
            days if days > 0 => format!("还有 {days} 天"),
            days => format!("等了 {} 天", -days),
        },
        picture: "它的题按回来的日子排开",
        axis: |days| if days == 0 { "今天".to_owned() } else { format!("{days} 天后") },
        heads: ["课程", "题目回来的日子", "还记得"],
        kept: "这些只保存在这个浏览器里。",
    },
    ten: Ten {
        title: "十道题，做三次",
        lead: "同样的十个要点，每次由引擎给出新的数字：第一课之前、最后一课之后、再过 30 天。做完之前不作任何提示。结果留在这个浏览器里，链接可以交出去。",
        when: |when| match when {
            When::Before => "第 01 课之前",
            When::Late => "第 01 课之前（补做：已经看过课）",
            When::After => "最后一课之后",
            When::Later => "再过 30 天",
        },
        to_come: "还没到",
        late: "可以补做",
        ten: |when| match when {
            When::Before | When::Late => "十道题，第 01 课之前",
            When::After => "最后一课之后",
            When::Later => "再过 30 天",
        },
        taken: "做过了",
        now: "现在",
        in_days: |days| format!("{days} 天后"),
        score: |right, all| format!("{all} 题对 {right} 题"),
        begin: "开始",
        go_on: "继续",
        show: "查看",
        result: |when, day| {
            let when = match when {
                When::Before => "第一课之前",
                When::Late => "补做，已经看过课",
                When::After => "最后一课之后",
                When::Later => "最后一课之后 30 天",
            };
            format!("十道题，{when}，{day}")
        },
        checking: |done| format!("引擎正按链接重新出题并判分：{} 题里完成 {done} 题。", IDEAS.len()),
        checked: "链接里只有种子和回答。引擎据此重新出题，并给回答判分。",
        other_behaviour: |made, here| format!("这些题由行为版本 {made} 的引擎给出，这里是 {here}，个别数字可能已经不同。"),
        mark: |right| if right { "对" } else { "还没掌握" },
        said: |given| format!("回答：{given}"),
        passed: "没有作答",
        is_so: |truth| format!("实际：{truth}。"),
        sure: |sure, right, all| {
            let sure = match sure {
                Sure::Sure => "确定",
                Sure::Think => "觉得是",
                Sure::Guess => "猜的",
            };
            format!("{sure}：{all} 题对 {right} 题")
        },
        link: "复制这个结果的链接",
        copied: "链接已在剪贴板里。",
        in_address: "剪贴板不可用，链接已写进地址栏。",
        lesson: "对应的课",
        lost: "这道题没能给出来。",
        unread: |why| match why {
            TenError::Form(part) => format!("这不是十道题的结果：链接的第 {part} 部分读不懂。"),
            TenError::Count(n) => format!("链接里有 {n} 个回答，题目有 {} 道。", IDEAS.len()),
            TenError::Digest => "链接在路上被截断或改动了：校验码对不上。".to_owned(),
        },
    },
};
