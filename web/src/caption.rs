//! One sentence about this moment: what just happened if it matters, else what is going on. Pure; the words are the language's.

use crate::draw::replicas::{Standing, parent, replicas};
use crate::i18n::Strings;
use crate::i18n::shell::Away;
use resync_core::fact::{HandshakeStep, ReplState, SessionEnd};
use resync_core::note::Note;
use resync_core::view::{LinkState, NodeIx, Process};
use resync_js::views::Views;

/// How long a milestone keeps the caption, in wall time as the present speed has it, µs.
const FRESH_WALL_US: u64 = 3_000_000;

/// A sentence and what it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// The words.
    pub text: String,
    /// Changes when something else is said, not when a number in it moves: the live region speaks only then.
    pub about: String,
    /// Something is broken or lost.
    pub grave: bool,
}

/// What the caption says now. `chosen` is the selected replica, which goes before others that are away.
#[must_use]
pub fn sentence(views: &Views, chosen: Option<NodeIx>, t: &Strings) -> Sentence {
    broken(views, t).or_else(|| just_now(views, t)).or_else(|| going_on(views, chosen, t)).unwrap_or_else(|| level(views, t))
}

fn broken(views: &Views, t: &Strings) -> Option<Sentence> {
    let lamp = views.lamps.iter().find(|l| !l.holds)?;
    let (why, event) = lamp.broken.clone()?;
    let note = Note::InvariantBroken { invariant: lamp.name, why };
    Some(Sentence { text: (t.say)(&note, "", &str::to_owned), about: format!("broken {event}"), grave: true })
}

/// How much a note matters to someone who watches; 0: never said.
fn weight(note: &Note) -> u8 {
    match note {
        Note::InvariantBroken { .. } => 9,
        Note::PsyncVerdict { .. } | Note::SyncFallback { .. } | Note::StrayReply { .. } => 8,
        Note::FullDone { .. }
        | Note::PartialAccepted { .. }
        | Note::GoodReplicas { .. }
        | Note::BacklogResized { .. }
        | Note::BacklogFreed { .. } => 7,
        Note::LinkCut { .. }
        | Note::LinkHealed { .. }
        | Note::LinkFrozen { .. }
        | Note::LinkThawed { .. }
        | Note::Paused {}
        | Note::Resumed {}
        | Note::Crashed {}
        | Note::PoweredOff {}
        | Note::Restarted { .. }
        | Note::ShutDown {}
        | Note::Promoted { .. }
        | Note::Follows { .. }
        | Note::UpstreamTimeout { .. }
        | Note::IdChanged { .. } => 6,
        Note::SessionEnded { why, .. } => {
            if *why == SessionEnd::Closed {
                3
            } else {
                6
            }
        }
        // Refused again and again, once a second: that it is away says more.
        Note::HandshakeFailed { step, .. } if *step == HandshakeStep::Connect => 0,
        Note::PsyncAsked { .. } | Note::HandshakeFailed { .. } | Note::LoadFailed { .. } | Note::WaitDone { .. } => 5,
        Note::Forked { .. }
        | Note::TransferStarted { .. }
        | Note::Flushed { .. }
        | Note::LoadStarted { .. }
        | Note::LoadDone { .. }
        | Note::FullStarted { .. }
        | Note::BacklogCreated { .. }
        | Note::FaultSet { .. } => 4,
        Note::UpstreamLost { .. } => 3,
        Note::LinkChanged { .. } | Note::Refused { .. } | Note::TransferDone { .. } | Note::ChildDone { .. } => 2,
        Note::Started { .. } | Note::ConfigSet { .. } => 1,
        Note::Log { .. }
        | Note::UpstreamState { .. }
        | Note::SessionState { .. }
        | Note::ClientReply { .. }
        | Note::Expectation { .. }
        | Note::Command { .. }
        | Note::Applied { .. }
        | Note::AckSent { .. }
        | Note::AckHeard { .. }
        | Note::Newline {}
        | Note::Expired { .. } => 0,
    }
}

fn just_now(views: &Views, t: &Strings) -> Option<Sentence> {
    let fresh_us = FRESH_WALL_US.saturating_mul(views.speed_milli.max(1)) / 1_000;
    let since = views.now_us.saturating_sub(fresh_us);
    let (entry, note) = views
        .journal
        .iter()
        .rev()
        .take_while(|e| e.at_us >= since)
        .filter_map(|e| Some((e, e.note.as_ref()?)))
        .filter(|(_, note)| weight(note) > 0)
        .max_by_key(|(e, note)| (weight(note), e.seq))?;
    let who = name(views, entry.node);
    let text = (t.say)(note, who, &|address| by_address(views, address));
    let grave = matches!(note, Note::PsyncVerdict { ruling, .. } if ruling.partial().is_none() && !ruling.asked_for_all())
        || matches!(note, Note::GoodReplicas { refusing: true, .. });
    Some(Sentence { text, about: format!("note {}", entry.seq), grave })
}

fn going_on(views: &Views, chosen: Option<NodeIx>, t: &Strings) -> Option<Sentence> {
    let say = &t.shell.caption;
    let now = views.now_us;
    let mut all = replicas(views);
    // The chosen one first, then whoever is furthest behind.
    all.sort_by_key(|r| (Some(r.node.ix) != chosen, std::cmp::Reverse(r.gap.unwrap_or(0))));
    for r in &all {
        let who = r.node.name.as_str();
        if let Standing::Away(Some(runway)) = r.standing {
            let down = r.link.filter(|l| l.state != LinkState::Up).map(|l| now.saturating_sub(l.since_us));
            let gone = matches!(r.node.process, Process::Down | Process::Off).then(|| now.saturating_sub(r.node.process_since_us));
            let away = Away {
                who,
                since_us: down.or(gone),
                gap: r.gap.unwrap_or(0),
                wants: runway.wants.0,
                left: runway.bytes,
                left_ms: runway.ms,
            };
            let lost = runway.bytes <= 0 || !runway.partial_now;
            let text = if lost { (say.gone)(&away) } else { (say.away)(&away) };
            return Some(Sentence { text, about: format!("away {who} {lost}"), grave: lost });
        }
    }
    for r in &all {
        let who = r.node.name.as_str();
        if let Some(link) = r.link.filter(|l| l.state == LinkState::Frozen && (l.down.frozen || l.up.frozen)) {
            let (a, b, lane) = if link.down.frozen { (&link.from, &link.to, &link.down) } else { (&link.to, &link.from, &link.up) };
            let lag = r.session.map(|s| s.lag);
            let text = (say.frozen)(a, b, now.saturating_sub(link.since_us), lane.in_flight, lag);
            return Some(Sentence { text, about: format!("frozen {who}"), grave: false });
        }
        if let Some((done, total)) = r.node.upstream.as_ref().and_then(|u| u.transfer) {
            return Some(Sentence { text: (say.transfer)(who, done, total), about: format!("transfer {who}"), grave: false });
        }
        if let Some(session) = r.session.filter(|s| s.pre_psync && s.lag >= 3) {
            let above = parent(views, r.node).and_then(|ix| views.nodes().find(|n| n.ix == ix));
            if let Some(above) = above {
                let text = (say.silent)(&above.name, who, session.lag, above.digest == r.node.digest);
                return Some(Sentence { text, about: format!("silent {who}"), grave: true });
            }
        }
    }
    let shaking = all.iter().filter(|r| matches!(r.node.process, Process::Up)).filter_map(|r| {
        let upstream = r.node.upstream.as_ref().filter(|u| !u.link_up && u.state != ReplState::Connected)?;
        let master = upstream.node.map_or(upstream.host.as_str(), |ix| name(views, ix));
        Some((r.node.name.as_str(), master, upstream.state))
    });
    // Who talks goes before who waits for the next second.
    if let Some((who, master, state)) = shaking.min_by_key(|(.., state)| *state == ReplState::Connect) {
        return Some(Sentence { text: (say.handshake)(who, master, state), about: format!("handshake {who}"), grave: false });
    }
    let loading = views.nodes().find(|n| n.process == Process::Loading)?;
    Some(Sentence { text: (say.loading)(&loading.name), about: format!("loading {}", loading.name), grave: false })
}

fn level(views: &Views, t: &Strings) -> Sentence {
    let top = views.nodes().find(|n| n.ix == views.top);
    let streaming = replicas(views).iter().filter(|r| matches!(r.standing, Standing::Streaming)).count();
    Sentence { text: (t.shell.caption.level)(streaming, top.map_or(0, |n| n.offset.0)), about: format!("level {streaming}"), grave: false }
}

/// A node's name.
#[must_use]
pub fn name(views: &Views, ix: NodeIx) -> &str {
    views.nodes().find(|n| n.ix == ix).map_or("", |n| n.name.as_str())
}

/// The name of the node that listens at `ip:port` (or `name:port`); the address itself if no node does.
#[must_use]
pub fn by_address(views: &Views, address: &str) -> String {
    let Some((host, port)) = address.rsplit_once(':') else { return address.to_owned() };
    let node = views.nodes().find(|n| (n.ip == host || n.name == host) && n.port.to_string() == port);
    node.map_or_else(|| address.to_owned(), |n| n.name.clone())
}

/// Splits the subject off a sentence, if it begins with a node's name.
#[must_use]
pub fn subject<'a>(views: &Views, text: &'a str) -> (Option<NodeIx>, &'a str, &'a str) {
    let starts = |n: &&resync_core::view::NodeView| text.strip_prefix(n.name.as_str()).is_some_and(|rest| rest.starts_with(' '));
    match views.nodes().filter(starts).max_by_key(|n| n.name.len()) {
        Some(node) => (Some(node.ix), &text[..node.name.len()], &text[node.name.len()..]),
        None => (None, "", text),
    }
}
