//! 简体中文.

use crate::action::{Figure, Motion, Scheme, Tab};
use crate::format::{grouped, span_us};
use crate::i18n::shell::{Bar, Caption, Header, Inspector, Keys, Knobs, Marks, Menu, Prefs, Shell, Status};
use crate::keys::Key;
use crate::lessons::shelf::Fault;
use resync_core::fact::ReplState;
use resync_core::view::{Process, Role};

pub(crate) const SHELL: Shell = Shell {
    header: Header {
        about: |eras, masters, replicas, seed| format!("Redis {eras} · {masters} 个主节点，{replicas} 个从节点 · 种子 {seed}"),
        sandbox: "沙盒",
        lessons: "课程",
        export: "导出",
        language: "语言",
        share: "分享",
        settings: "设置",
        skip: "跳到时间轴",
        keys: "按键",
        close: "关闭",
        figures: "图表",
        figure: |of| match of {
            Figure::Stage => "舞台",
            Figure::Stream => "数据流",
            Figure::Verdict => "判定",
            Figure::Handshake => "握手",
            Figure::Lag => "lag",
            Figure::Inspector => "检查器",
        },
    },
    menu: Menu {
        title: "课程",
        lead: "每一课都是在真实引擎上运行的小世界。先看，再动手改点什么。",
        open: "打开",
        lesson: "本课",
        try_this: "试一试：",
        more: "说明",
        sandbox_title: "沙盒",
        sandbox_try: "在 redis-cli 里输入命令，断开或冻结链路，杀死节点；场景的文本随你修改。",
        scenario: "场景",
        scenario_lead: "用文本写成的世界。改一改再运行：节点、链路、客户端，以及何时发生什么。",
        run: "运行",
        revert: "还原",
        export_lead: "记录包含场景和你做过的一切。再次打开时，过程完全相同。",
        export_run: "文本记录（.resync）",
        export_json: "屏幕上的当前状态（.json）",
        coming: "正在获取课程列表。",
        no_index: |fault| format!("没有取到课程列表：{}。后面的运行不受影响。", fault_text(fault)),
        no_lesson: |title, fault| format!("没有取到“{title}”：{}。后面的运行不受影响。", fault_text(fault)),
        again: "重试",
        watch: "注意看：",
        goals: "要做到的事",
        reached: "已做到：",
        not_reached: "还没有：",
    },
    prefs: Prefs {
        title: "设置",
        scheme: "颜色",
        scheme_name: |of| match of {
            Scheme::System => "跟随系统",
            Scheme::Light => "浅色",
            Scheme::Dark => "深色",
        },
        motion: "动画",
        motion_name: |of| match of {
            Motion::System => "跟随系统",
            Motion::Full => "完整",
            Motion::Reduced => "减弱",
        },
        not_kept: "浏览器不允许本页保存数据：设置只在关闭页面之前有效。",
    },
    bar: Bar {
        title: "时间轴",
        play: "播放",
        pause: "暂停",
        step: "前进一步",
        back: "后退一步",
        start: "回到开头",
        speed: "速度",
        auto: "自动",
        auto_hint: "有事发生时慢放，没有动静时快进",
        time: "时刻",
        event: |n| format!("第 {} 个事件", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        words: Marks {
            cut: "断开",
            frozen: "冻结",
            healed: "恢复",
            full: "全量复制",
            partial: "部分复制",
            crash: "被杀死",
            restart: "重启",
            paused: "暂停",
            lost: "失联",
            refused: "拒绝写入",
        },
        working: |now, target| format!("正在运行到 {target}：已到 {now}"),
        cancel: "取消",
    },
    inspector: Inspector {
        title: "检查器",
        tab: |of| match of {
            Tab::Console => "redis-cli",
            Tab::Info => "INFO",
            Tab::Variables => "变量",
            Tab::Log => "日志",
            Tab::Keys => "键",
            Tab::Config => "配置",
        },
        console: |node| format!("redis-cli {node}"),
        console_hint: "SET greeting hello",
        console_empty: "这条连接就在节点所在的机器上。试试 INFO replication、ROLE、WAIT 1 500、DEBUG SLEEP 3。",
        waiting: "还没有回复",
        could_not_connect: |ip, port| format!("Could not connect to Redis at {ip}:{port}: Connection refused"),
        not_running: "进程没有运行：没有谁会回答 INFO。",
        variables_lead: |a, b| format!("{a} 与 {b} 各自知道的对方"),
        variables_alone: "调试器会显示的内容",
        variable: "变量",
        differs: "不同",
        sessions_lead: "它所知道的每个从节点",
        upstream_lead: "它所知道的主节点",
        no_sessions: "没有从节点连接。",
        log_empty: "还没有日志。",
        log_lead: |era| format!("Redis {era} 打印的原文"),
        keys_lead: |n| format!("{} 个键", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        keys_empty: "还没有键：在主节点的 redis-cli 里输入 SET greeting hello。",
        keys_more: |n| format!("另有 {} 个", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        keys_heads: ["db", "键", "类型", "TTL", "值"],
        config_lead: "按 Enter 发送 CONFIG SET。",
        config_heads: ["配置项", "当前值", "默认值"],
        config_set: |name| format!("CONFIG SET {name}"),
        filter: "筛选",
        process: |of| match of {
            Process::Up => "运行中",
            Process::Busy => "忙碌",
            Process::Loading => "载入中",
            Process::Paused => "已暂停",
            Process::Down => "未运行",
            Process::Off => "已断电",
        },
        role: |of| match of {
            Role::Master => "主节点",
            Role::Replica => "从节点",
        },
        replica_of: |master| format!("{master} 的从节点"),
        pause_process: "暂停进程",
        resume_process: "继续进程",
        crash: "杀死",
        restart: "重启",
        promote: "升为主节点",
        follow: |master| format!("跟随 {master}"),
        actions: |node| format!("{node} 的进程"),
    },
    knobs: Knobs {
        title: "旋钮",
        writes: "写入",
        writes_name: "写入速率",
        per_second: |n| format!("{n}/s"),
        stopped: "停止",
        value: "值",
        value_name: "值的大小",
        empties: "会清空复制积压缓冲区",
        keeps: "保留已有内容",
        kept: |asked, kept| format!("{asked} → {kept}，已是下限"),
    },
    caption: Caption {
        title: "解说",
        away: |a| {
            let who = a.who;
            let since = a.since_us.map_or_else(|| String::from("不在线"), |us| format!("已离开 {}", span_us(us)));
            let misses = if a.gap > 0 { format!("，缺少 {} 字节", grouped(a.gap)) } else { String::from("，暂时什么也不缺") };
            let left = match a.left_ms {
                Some(ms) => format!(
                    "再过 {}，它需要的下一个字节 {} 就会被覆盖，之后只能全量复制。",
                    span_us(ms.saturating_mul(1_000)),
                    grouped(a.wants)
                ),
                None => format!("只要没有写入，它需要的下一个字节 {} 就一直保存着。", grouped(a.wants)),
            };
            format!("{who} {since}{misses}。{left}")
        },
        gone: |a| format!("{} 缺少 {} 字节；它需要的下一个字节 {} 已被覆盖，现在只能全量复制。", a.who, grouped(a.gap), grouped(a.wants)),
        handshake: |who, master, state| {
            if state == ReplState::Connect {
                format!("{who} 正要连接 {master}：它每秒试一次。")
            } else {
                format!("{who} 正在与 {master} 握手：现在的状态是 {}。", state.name().to_uppercase())
            }
        },
        transfer: |who, done, total| {
            let done = grouped(i64::try_from(done).unwrap_or(i64::MAX));
            if total < 0 {
                format!("{who} 已收到 RDB 的 {done} 字节。")
            } else {
                format!("{who} 已收到 RDB 的 {done} 字节，共 {} 字节。", grouped(total))
            }
        },
        loading: |who| format!("{who} 正在载入 RDB，完成之前只回复 -LOADING。"),
        silent: |master, who, lag, equal| {
            let data = if equal { "而数据其实相同" } else { "不论收到什么" };
            format!("{who} 走的是 SYNC，不发送 ACK：{master} 显示 offset=0、lag={lag}，并且一直增长，{data}。")
        },
        frozen: |a, b, for_us, bytes, lag| {
            let lag = lag.map(|n| format!("INFO 仍显示 online，lag={n}。")).unwrap_or_default();
            format!(
                "{a} 发往 {b} 的字节落入黑洞已有 {}；TCP 保存着 {} 字节，谁也没有被通知。{lag}",
                span_us(for_us),
                grouped(i64::try_from(bytes).unwrap_or(i64::MAX))
            )
        },
        level: |n, offset| match n {
            0 => format!("没有从节点在复制；复制偏移量是 {}。", grouped(offset)),
            n => format!("{n} 个从节点都跟得上；复制偏移量是 {}。", grouped(offset)),
        },
        lamps: |holding, all| format!("{all} 条不变量中 {holding} 条成立"),
    },
    status: Status {
        copied: |n| format!("链接已复制（{} 个字符）。打开它的人会看到此刻的这次运行。", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
        in_address: "本页不能使用剪贴板：链接现在在地址栏里。",
        too_long: |n| {
            format!("这次运行的链接会有 {} 个字符，许多程序装不下：请导出为文件。", grouped(i64::try_from(n).unwrap_or(i64::MAX)))
        },
        refused: |why| format!("没有采用：{why}。场景保持原样。"),
        other_behaviour: |theirs, ours| format!("这次运行由行为版本 {theirs} 的引擎记录；现在按 {ours} 播放，可能有所不同。"),
        other_fingerprint: "这次运行的结果与链接里记录的不同。",
        stuck: |why| format!("时间没有前进：{why}。"),
        dismiss: "知道了",
    },
    keys: Keys {
        title: "键盘",
        does: |of| match of {
            Key::TogglePlay => "播放、暂停",
            Key::Back => "后退一个事件",
            Key::Step => "前进一个事件",
            Key::PreviousMark => "上一个值得看的事件",
            Key::NextMark => "下一个值得看的事件",
            Key::Start => "回到开头",
            Key::End => "到最新时刻",
            Key::Slower => "更慢",
            Key::Faster => "更快",
            Key::Auto => "速度自动",
            Key::Branches => "分支：各自的时间线",
            Key::PreviousBranch => "到上一个分支",
            Key::NextBranch => "到下一个分支",
            Key::Cut => "断开选中的链路",
            Key::Freeze => "冻结它",
            Key::Heal => "恢复它",
            Key::Crash => "杀死选中的节点",
            Key::Restart => "重启它",
            Key::Console => "选中节点的 redis-cli",
            Key::Node(_) => "选择节点",
            Key::Goto => "跳到某个时刻",
            Key::Escape => "退一层：字节、选择、暂停",
            Key::Help => "这张表",
        },
    },
    branches: super::branches::BRANCHES,
    differs: super::differs::DIFFERS,
};

/// Why something could not be fetched.
fn fault_text(fault: Fault) -> String {
    match fault {
        Fault::Unreachable => String::from("连不上服务器"),
        Fault::Status(status) => format!("服务器回答 {status}；如果页面刚刚更新过，请重新载入"),
        Fault::Unreadable => String::from("取到的内容无法读取"),
    }
}
