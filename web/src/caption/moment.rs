//! What is going on at a moment: the one state that matters most.

use super::rounds::rounds;
use super::said::{Again, Away, Dead, Frozen, Paused, Said, Silent, TwoWays};
use crate::draw::replicas::{Replica, Standing, parent, replicas, top};
use crate::format::short_id;
use resync_core::fact::{ReplState, SessionState};
use resync_core::view::{Beside, LinkState, NodeIx, NodeView, Process, Role};
use resync_js::views::Views;

/// Seconds of lag from which a session that never acknowledges is spoken of.
const SILENT_FROM_S: i64 = 3;

/// What is going on: of the chosen replica first, then of whoever is furthest from well.
#[must_use]
pub fn going_on(views: &Views, chosen: Option<NodeIx>) -> Said {
    let all = replicas(views);
    let Some(top) = top(views) else { return Said::Alone { who: String::new() } };
    if unborn(top) {
        return Said::Unborn { who: top.name.clone() };
    }
    if gone(top) {
        let followers = views.nodes().filter(|node| parent(views, node) == Some(top.ix)).count();
        return Said::Dead(dead(views, top, followers));
    }
    let mut states: Vec<(u8, i64, NodeIx, Said)> = Vec::new();
    for round in rounds(views) {
        let of = |r: &&Replica<'_>| round.who.contains(&r.node.name);
        let Some(r) = all.iter().find(of) else { continue };
        // Between two rounds of full resyncs the replica is away, and too long: that is part of it.
        let rank = if matches!(round.what, Again::Full { .. }) { 13 } else { 9 };
        let chosen = all.iter().any(|r| Some(r.node.ix) == chosen && of(&r));
        let rank = if chosen { rank + 20 } else { rank.min(7) };
        states.push((rank, 0, r.node.ix, Said::Round(round)));
    }
    if top.process == Process::Paused {
        return Said::Paused(Paused { who: top.name.clone(), for_us: since(views, top), listed: None });
    }
    if top.process == Process::Loading && states.is_empty() {
        return Said::Loading { who: top.name.clone(), replica: top.role == Role::Replica };
    }
    for r in &all {
        let Some((rank, said)) = state(views, top, r) else { continue };
        // The chosen replica goes first if something is the matter with it.
        let rank = if Some(r.node.ix) == chosen { rank + 20 } else { rank };
        states.push((rank, r.gap.unwrap_or(0), r.node.ix, said));
    }
    let refusing = top.good.filter(|good| good.refusing);
    if let Some(good) = refusing {
        states.push((19, 0, top.ix, Said::Refusing { master: top.name.clone(), good: good.have, need: good.need }));
    }
    if top.process == Process::Busy {
        states.push((2, 0, top.ix, Said::Busy { who: top.name.clone(), for_us: since(views, top) }));
    }
    // Of equals the one that lacks most, and of those the first.
    let worst = states.into_iter().max_by_key(|(rank, gap, ix, _)| (*rank, *gap, std::cmp::Reverse(*ix)));
    worst.map_or_else(|| level(top, &all), |(.., said)| said)
}

/// A process that has never run: the world begins with all of them down.
fn unborn(node: &NodeView) -> bool {
    node.process == Process::Down && node.process_since_us == 0
}

/// A process that is not there.
fn gone(node: &NodeView) -> bool {
    matches!(node.process, Process::Down | Process::Off)
}

fn since(views: &Views, node: &NodeView) -> u64 {
    views.now_us.saturating_sub(node.process_since_us)
}

fn dead(views: &Views, node: &NodeView, followers: usize) -> Dead {
    Dead { who: node.name.clone(), for_us: since(views, node), off: node.process == Process::Off, followers }
}

/// What is the matter with a replica, and how much that matters; nothing if it follows.
fn state(views: &Views, top: &NodeView, r: &Replica<'_>) -> Option<(u8, Said)> {
    let node = r.node;
    let who = node.name.clone();
    if unborn(node) {
        return Some((2, Said::Unborn { who }));
    }
    if gone(node) {
        return Some((16, Said::Dead(dead(views, node, 0))));
    }
    // A node that was promoted stands in a replica's place, and follows nobody.
    if node.role == Role::Master {
        return None;
    }
    let above = above(views, node).unwrap_or(top);
    let master = above.name.clone();
    if node.process == Process::Paused {
        let listed = r.session.map(|s| (master, s.state == SessionState::Online, s.lag));
        return Some((15, Said::Paused(Paused { who, for_us: since(views, node), listed })));
    }
    if let Some(frozen) = frozen(views, r) {
        return Some((14, Said::Frozen(frozen)));
    }
    if let Some(session) = r.session.filter(|s| s.pre_psync && s.state == SessionState::Online && s.lag >= SILENT_FROM_S) {
        let equal = above.digest == node.digest;
        return Some((13, Said::Silent(Silent { who, master, offset: session.offset.0, lag: session.lag, equal })));
    }
    let cut_us = r.link.filter(|l| l.state == LinkState::Cut).map(|l| views.now_us.saturating_sub(l.since_us));
    if let Some(beside) = node.upstream.as_ref().and_then(|up| up.beside).filter(|_| cut_us.is_none()) {
        return Some((6, Said::TwoWays(two_ways(r, beside, who, master))));
    }
    if r.foreign {
        let id = node.upstream.as_ref().and_then(|up| up.cached).map(|(id, _)| short_id(id.as_str()));
        return Some((12, Said::Foreign { who, master, id }));
    }
    if let Standing::Away(Some(runway)) = r.standing {
        let (gap, wants) = (r.gap.unwrap_or(0), runway.wants.0);
        let away = Away { who, cut_us, gap, wants, left: runway.bytes, left_ms: runway.ms, partial: runway.partial_now };
        return Some((if away.held() { 11 } else { 12 }, Said::Away(away)));
    }
    if let Some(for_us) = cut_us {
        return Some((10, Said::Cut { who, master, for_us }));
    }
    syncing(views, r, who, master)
}

/// What comes over two connections.
fn two_ways(r: &Replica<'_>, beside: Beside, who: String, master: String) -> TwoWays {
    let upstream = r.node.upstream.as_ref();
    let loads = r.node.process == Process::Loading || upstream.is_some_and(|up| up.loading);
    let done = upstream.and_then(|up| up.transfer).map(|(done, _)| done).filter(|_| !loads);
    let full = beside.full.then(|| r.session.map_or(0, |session| session.output_buffer));
    TwoWays { who, master, stage: beside.stage, done, held: beside.held, full }
}

/// The node that this one follows.
fn above<'a>(views: &'a Views, node: &NodeView) -> Option<&'a NodeView> {
    parent(views, node).and_then(|ix| views.nodes().find(|other| other.ix == ix))
}

/// A replica on its way to its master's data, or behind.
fn syncing(views: &Views, r: &Replica<'_>, who: String, master: String) -> Option<(u8, Said)> {
    let node = r.node;
    let upstream = node.upstream.as_ref();
    if let Some((done, total)) = upstream.and_then(|u| u.transfer) {
        return Some((6, Said::Transfer { who, done, total }));
    }
    if node.process == Process::Loading || upstream.is_some_and(|u| u.loading) {
        return Some((6, Said::Loading { who, replica: true }));
    }
    if node.process == Process::Busy && r.session.is_none_or(|s| s.state != SessionState::Online) {
        return Some((6, Said::Busy { who, for_us: since(views, node) }));
    }
    if let Some(upstream) = upstream.filter(|u| !u.link_up) {
        let waits = upstream.state == ReplState::Transfer || r.session.is_some_and(|s| s.state == SessionState::WaitBgsave);
        if waits {
            return Some((5, Said::Waits { who, master }));
        }
        // Who talks goes before who waits for the next second.
        let rank = if upstream.state == ReplState::Connect { 3 } else { 4 };
        return Some((rank, Said::Handshake { who, master, state: upstream.state }));
    }
    let Some(session) = r.session else { return Some((5, Said::HalfOpen { who, master })) };
    if session.state != SessionState::Online {
        return Some((4, Said::Handshake { who, master, state: ReplState::Connected }));
    }
    // What nobody holds for it and what is not on its way: bytes that it has never had, whatever its offset says.
    let missing = node.truth.as_ref().zip(above(views, node)).map_or(0, |(truth, above)| above.offset.0 - truth.received.0);
    let coming = r.link.map_or(0, |link| i64::try_from(link.down.in_flight).unwrap_or(i64::MAX));
    if session.output_buffer == 0 && missing > coming {
        return Some((1, Said::Apart { who, master }));
    }
    (session.output_buffer > 0).then(|| (1, Said::Behind { who, gap: r.gap.unwrap_or(0), queued: session.output_buffer }))
}

fn frozen(views: &Views, r: &Replica<'_>) -> Option<Frozen> {
    let link = r.link.filter(|l| l.state == LinkState::Frozen && (l.down.frozen || l.up.frozen))?;
    let (from, to, lane) = if link.down.frozen { (&link.from, &link.to, &link.down) } else { (&link.to, &link.from, &link.up) };
    Some(Frozen {
        from: from.clone(),
        to: to.clone(),
        both: link.down.frozen && link.up.frozen,
        for_us: views.now_us.saturating_sub(link.since_us),
        kept: lane.in_flight,
        replica: r.node.name.clone(),
        listed: r.session.filter(|s| s.state == SessionState::Online).map(|s| s.lag),
        believes: r.node.upstream.as_ref().is_some_and(|u| u.link_up),
    })
}

/// Everybody follows: whoever does not was spoken of before.
fn level(top: &NodeView, all: &[Replica<'_>]) -> Said {
    let replicas: Vec<String> = all.iter().filter(|r| r.node.role == Role::Replica).map(|r| r.node.name.clone()).collect();
    if replicas.is_empty() {
        return Said::Alone { who: top.name.clone() };
    }
    Said::Level { master: top.name.clone(), replicas }
}
