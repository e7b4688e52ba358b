//! Sentinel 看到或做了什么，简体中文。

use crate::format::grouped;
use resync_core::fact::SentinelEvent as E;

/// `s` 的一条关于 `who` 的事件。
pub(crate) fn say(who: &str, s: &str, event: E, epoch: i64) -> String {
    let epoch = grouped(epoch);
    match event {
        E::Monitor => format!("{who} 从现在起是 {s} 监视的主节点。"),
        E::Slave => format!("{who} 被 {s} 登记为从节点。"),
        E::Sentinel => format!("{who} 的频道上出现了另一个 Sentinel，{s} 认识了它。"),
        E::Reboot => format!("{who} 的运行 ID 变了，{s} 由此知道它重启过。"),
        E::Sdown => format!("{who} 在 down‑after 时间内没有回复 {s}，{s} 认为它主观下线。"),
        E::NotSdown => format!("{who} 又能回复 {s} 了。"),
        E::Odown => format!("{who} 客观下线：{s} 得到的同意数达到了 quorum。"),
        E::NotOdown => format!("{who} 不再客观下线，{s} 得到的同意数不够了。"),
        E::NewEpoch => format!("{who} 的纪元升到 {epoch}，由 {s} 记下。"),
        E::TryFailover => format!("{who} 需要接替者：{s} 发起故障转移，请其他 Sentinel 在纪元 {epoch} 投票。"),
        E::VoteForLeader => format!("{who} 的接替由谁执行，{s} 已投出纪元 {epoch} 的唯一一票。"),
        E::ElectedLeader => format!("{who} 的故障转移由 {s} 执行，它在纪元 {epoch} 当选。"),
        E::AbortNotElected => format!("{who} 的故障转移未进行：{s} 没有及时当选。"),
        E::StateSelectSlave => format!("{who} 的接替者由 {s} 在从节点中挑选。"),
        E::SelectedSlave => format!("{who} 被 {s} 选为新的主节点。"),
        E::AbortNoGoodSlave => format!("{who} 没有可以提升的从节点，{s} 放弃。"),
        E::StateSendSlaveofNoOne => format!("{who} 即将被 {s} 提升。"),
        E::StateWaitPromotion => format!("{who} 收到 {s} 的 SLAVEOF NO ONE，{s} 等它的 INFO 显示 master。"),
        E::AbortSlaveTimeout => format!("{who} 没有及时完成提升，{s} 放弃这次故障转移。"),
        E::PromotedSlave => format!("{who} 的 INFO 显示 master，{s} 确认提升完成。"),
        E::StateReconfSlaves => format!("{who} 还有其他从节点，{s} 开始让它们改为复制新主节点。"),
        E::SlaveReconfSent => format!("{who} 收到 {s} 的命令，改为复制新主节点。"),
        E::SlaveReconfInprog => format!("{who} 已改为复制新主节点，{s} 从 INFO 看到了。"),
        E::SlaveReconfDone => format!("{who} 与新主节点的链路已连上，{s} 从 INFO 看到了。"),
        E::SlaveReconfSentTimeout => format!("{who} 十秒内没有照 {s} 的命令去做。"),
        E::SlaveReconfSentBe => format!("{who} 再次收到 {s} 的命令：这次故障转移的时间已到。"),
        E::FailoverEndForTimeout => format!("{who} 还有从节点没有改过来，但 {s} 的时间已到。"),
        E::FailoverEnd => format!("{who} 已被接替，{s} 的故障转移结束。"),
        E::ConfigUpdateFrom => format!("{who} 不再是主节点，{s} 从另一个 Sentinel 得知。"),
        E::SwitchMaster => format!("{who} 对 {s} 来说不再是主节点，客户端来问会得到新地址。"),
        E::RoleChange => format!("{who} 的角色与 {s} 的记录一致了。"),
        E::NotRoleChange => format!("{who} 的角色与 {s} 的记录不同。"),
        E::ConvertToSlave => format!("{who} 回来时仍是主节点，{s} 把它改为从节点。"),
        E::FixSlaveConfig => format!("{who} 复制的不是当前主节点，{s} 让它改过来。"),
    }
}
