//! 中文：诊断页。

use crate::i18n::diagnose::Diagnose;

pub(crate) static DIAGNOSE: Diagnose = Diagnose {
    title: "诊断",
    lead: "把你的 Redis 说的话贴进来：INFO、ROLE、CONFIG GET、日志、客户端错误，一个或几个节点的，多乱都行。",
    begin: "贴一段",
    pasted: "你贴的内容",
    first: "INFO、日志、错误",
    second: "几秒之后的同样内容",
    again: "十秒后再贴一次：两次对比才能分清慢和停。",
    private: "它只在这个页面里：不发送，也不保存。",
    example: "示例",
    clear: "清空",
    lines: "各行，以及结论引用的部分",
    passed_over: "没有读懂",
    nodes: "节点",
    master: "主节点",
    replica: "从节点",
    node: "某个节点",
    of: |eras, infos, lines| format!("Redis {eras} · INFO × {infos} · 日志 {lines} 行"),
    read: |read, unread| format!("读懂 {read} 行，略过 {unread} 行。"),
    too_long: "内容太长，没有全部查看。",
    why: "原因",
    cost: "代价",
    next: "接下来看",
    change: "修改",
    open: "作为场景打开",
};
