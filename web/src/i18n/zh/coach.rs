//! 简体中文: the first minute.

use crate::coach::{Advice, Stage, Step};
use crate::i18n::coach::Coach;

pub(crate) const COACH: Coach = Coach {
    title: "前三步",
    step: |step| match step {
        Step::Cut => "断开",
        Step::Watch => "看余量减少",
        Step::Heal => "用完之前恢复",
    },
    says: |Advice { stage, replica, by_page }| {
        let by_page = if *by_page { "你还没有动手，页面先断开了一次。" } else { "" };
        match stage {
            Stage::Cut if replica.is_empty() => "先点一个从节点，再按“断开”：它的链路中断，主节点继续写入。".to_owned(),
            Stage::Cut => format!("按“断开”：到 {replica} 的链路中断，主节点继续写入。"),
            Stage::Watch => format!("{by_page}{replica} 那一行的箭头是余量：再写这么多，它要的字节就会被覆盖。"),
            Stage::Heal => format!("{by_page}在余量用完之前按“恢复”：{replica} 只需补上缺的字节。"),
            Stage::Late => format!("{replica} 要的字节已被覆盖。恢复之后只能全量复制。"),
            Stage::Asks => format!("{replica} 重新连接并发送 PSYNC：它记得的运行 ID，和它要的下一个字节。"),
            Stage::Partial => format!("+CONTINUE：{replica} 只收到了它缺的字节。再断开一次，等余量用完。"),
            Stage::Full => format!("+FULLRESYNC：{replica} 要重新接收全部数据。再断开一次，早点恢复。"),
        }
    },
    done: "已达成",
    next_step: "下一步",
};
