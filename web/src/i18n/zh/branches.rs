//! 简体中文: branches.

use crate::i18n::branches::{Branches, Made};

pub(crate) const BRANCHES: Branches = Branches {
    title: "分支",
    main: "主线",
    nth: |n| format!("分支 {n}"),
    made: |made| {
        let Made { at, branch, kept, .. } = made;
        let gone = made.instead_of.map(BRANCHES.instead).unwrap_or_default();
        format!("你在 {at} 做了改动，从这里起是“{branch}”；原来的后续保留为“{kept}”。{gone}")
    },
    switched: |name, at| format!("现在是“{name}”，时刻 {at}。"),
    open: |count| format!("分支：{count}（B）"),
    lead: "在过去的时刻操作会另开一个分支，原来的后续不会丢失。",
    from: |parent, at| format!("始于“{parent}”的 {at}"),
    to: |at| format!("推演到 {at}"),
    here: "你在这里",
    switch: "切换",
    switch_to: |name| format!("切换到“{name}”"),
    rename: "改名",
    rename_it: |name| format!("给“{name}”改名"),
    name_of: |name| format!("“{name}”的名称"),
    drop: "移除",
    drop_it: |name| format!("移除“{name}”"),
    dropped: |name| format!("已移除：{name}。"),
    kept_for: |seconds| format!("还保留 {seconds} 秒"),
    undo: "撤销",
    undo_it: |name| format!("撤销：恢复“{name}”"),
    instead: |gone| format!("能同时保留的已满，“{gone}”被移除。"),
};
