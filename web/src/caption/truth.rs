//! What the run itself says of a sentence: read off the world, its servers and its journal, by rules of its own.

use super::said::{Again, Below, Event, Party, Round, Said, TwoWays};
use crate::format::{grouped, short_id, size, span_us};
use crate::i18n::Lang;
use resync_core::fact::{BesideStage, ReplState, SessionState};
use resync_core::note::{HandshakeFailure, Note};
use resync_core::sim::tcp::{Conn, Owner};
use resync_core::sim::{Given, Sim};
use resync_core::view::{self, ClusterView, LinkState, LinkView, NodeView, Process, Role, SessionView, UpstreamView};
use resync_js::desk::Run;

fn node<'a>(world: &'a ClusterView, name: &str) -> &'a NodeView {
    world.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("no node {name}"))
}
fn session<'a>(world: &'a ClusterView, master: &str, replica: &str) -> Option<&'a SessionView> {
    node(world, master).replicas.iter().find(|session| session.name == replica)
}
fn upstream<'a>(world: &'a ClusterView, name: &str) -> &'a UpstreamView {
    node(world, name).upstream.as_ref().unwrap_or_else(|| panic!("{name} follows nobody"))
}
fn link<'a>(world: &'a ClusterView, a: &str, b: &str) -> &'a LinkView {
    let joins = |link: &&LinkView| (link.from == a && link.to == b) || (link.from == b && link.to == a);
    world.links.iter().find(joins).unwrap_or_else(|| panic!("no link {a} {b}"))
}
/// The link of a replica to the node that it follows.
fn own_link<'a>(world: &'a ClusterView, replica: &str) -> &'a LinkView {
    let master = upstream(world, replica).node.expect("a node of this world");
    link(world, &world.nodes[master as usize].name, replica)
}

/// When notes of this kind happened, oldest first, µs.
fn times(run: &Run, fits: impl Fn(&str, &Note) -> bool) -> Vec<u64> {
    let (now, sim) = (run.timeline().step_number(), run.timeline().sim());
    let entries = run.timeline().recorder().journal().entries();
    let mut all: Vec<u64> = entries
        .iter()
        .filter(|entry| fits(&sim.machine(entry.node).spec.name, &entry.note))
        .flat_map(|entry| entry.counted().filter(|(event, ..)| *event <= now).collect::<Vec<_>>())
        // Of very many some are remembered as one.
        .flat_map(|(_, at, times)| core::iter::repeat_n(at.as_micros(), times as usize))
        .collect();
    all.sort_unstable();
    all
}

/// Panics if a statement is not so at the moment at which the run stands.
pub(super) fn holds(said: &Said, run: &Run, place: &str) {
    let world = run.cluster();
    let now = world.now_us;
    match said {
        Said::Note(noted) => {
            let ix = node(&world, &noted.who).ix;
            let happened =
                run.timeline().recorder().journal().entries().iter().any(|entry| {
                    entry.node == ix && entry.note == noted.note && entry.occurrences().any(|(event, _)| event == noted.event)
                });
            let just_now = run.timeline().sim().notes().iter().any(|(at, note)| *at == ix && *note == noted.note);
            assert!(happened || just_now, "{place}: it never happened");
            assert!(noted.event <= run.timeline().step_number(), "{place}: it has not happened yet");
            if let Note::SyncFallback { .. } = noted.note {
                assert!(!(Lang::En.strings().tell)(said).contains("never"), "{place}: nobody knows yet");
            }
        }
        Said::Event(event) => self::event(event, run, place),
        Said::Round(of) => round(of, run, &world, place),
        Said::Unborn { who } => assert_eq!((node(&world, who).process, node(&world, who).process_since_us), (Process::Down, 0), "{place}"),
        Said::Dead(of) => {
            assert!(of.off || node(&world, &of.who).process_since_us > 0, "{place}: it has never run");
            assert_eq!(node(&world, &of.who).process, if of.off { Process::Off } else { Process::Down }, "{place}");
            assert_eq!(of.for_us, now - node(&world, &of.who).process_since_us, "{place}");
        }
        Said::Paused(of) => {
            assert_eq!(node(&world, &of.who).process, Process::Paused, "{place}");
            if let Some((master, online, lag)) = &of.listed {
                let session = session(&world, master, &of.who).expect(place);
                assert_eq!((session.state == SessionState::Online, session.lag), (*online, *lag), "{place}");
            }
        }
        Said::Busy { who, .. } => assert_eq!(node(&world, who).process, Process::Busy, "{place}"),
        Said::Frozen(of) => {
            let link = link(&world, &of.from, &of.to);
            let lane = if link.from == of.from { &link.down } else { &link.up };
            let state = (lane.frozen, link.state, link.down.frozen && link.up.frozen, lane.in_flight);
            assert_eq!(state, (true, LinkState::Frozen, of.both, of.kept), "{place}");
            let master = if of.from == of.replica { &of.to } else { &of.from };
            assert_eq!(of.believes, upstream(&world, &of.replica).link_up, "{place}");
            let listed = session(&world, master, &of.replica).filter(|s| s.state == SessionState::Online).map(|s| s.lag);
            assert_eq!(of.listed, listed, "{place}");
        }
        Said::Away(of) => {
            let own = node(&world, &of.who);
            let ruling = run.timeline().sim().asked_now(own.ix).expect(place);
            assert_eq!(ruling.partial().is_some(), of.partial, "{place}");
            assert_eq!(own.truth.as_ref().expect(place).gap, of.gap, "{place}");
            assert_eq!(upstream(&world, &of.who).cached.expect(place).1.0 + 1, of.wants, "{place}");
            assert!(!upstream(&world, &of.who).link_up, "{place}");
            assert_eq!(own_link(&world, &of.who).state == LinkState::Cut, of.cut_us.is_some(), "{place}");
        }
        Said::Foreign { who, master, id } => foreign(who, master, id.as_deref(), run, &world, place),
        Said::Cut { who, master, for_us } => {
            let link = link(&world, master, who);
            assert_eq!((link.state, now - link.since_us), (LinkState::Cut, *for_us), "{place}");
        }
        Said::Handshake { who, state, .. } => handshake(who, *state, &world, place),
        Said::HalfOpen { who, master } => {
            assert!(session(&world, master, who).is_none() && upstream(&world, who).link_up, "{place}");
        }
        Said::Waits { who, master } => {
            let waits = session(&world, master, who).is_some_and(|s| s.state != SessionState::Online);
            assert!(waits || upstream(&world, who).state == ReplState::Transfer, "{place}");
            assert!(upstream(&world, who).transfer.is_none(), "{place}");
        }
        Said::TwoWays(of) => two_ways(of, &world, place),
        Said::Transfer { who, done, total } => assert_eq!(upstream(&world, who).transfer, Some((*done, *total)), "{place}"),
        Said::Loading { who, .. } => {
            let (process, upstream) = (node(&world, who).process, node(&world, who).upstream.as_ref());
            assert!(process == Process::Loading || upstream.is_some_and(|u| u.loading), "{place}");
        }
        Said::Silent(of) => {
            let session = session(&world, &of.master, &of.who).expect(place);
            assert!(session.pre_psync, "{place}");
            assert_eq!((session.offset.0, session.lag), (of.offset, of.lag), "{place}");
            assert_eq!(node(&world, &of.master).digest == node(&world, &of.who).digest, of.equal, "{place}");
        }
        Said::Refusing { master, good, need } => {
            let rule = node(&world, master).good.expect(place);
            assert_eq!((rule.have, rule.need, rule.refusing), (*good, *need, true), "{place}");
        }
        Said::Apart { who, master } => apart(who, master, &world, place),
        Said::Behind { who, gap, queued } => {
            let own = node(&world, who);
            let master = &world.nodes[upstream(&world, who).node.expect(place) as usize].name;
            assert_eq!(own.truth.as_ref().expect(place).gap, *gap, "{place}");
            assert_eq!(session(&world, master, who).expect(place).output_buffer, *queued, "{place}");
            assert!(*queued > 0 && *gap > 0, "{place}");
        }
        Said::Level { master, replicas } => level(master, replicas, &world, place),
        Said::Alone { who } => {
            let ix = node(&world, who).ix;
            let follows = |node: &NodeView| node.upstream.as_ref().is_some_and(|u| u.node == Some(ix));
            assert!(!world.nodes.iter().any(follows), "{place}");
        }
    }
}

/// A replica that shakes hands over a link that is up.
fn handshake(who: &str, state: ReplState, world: &ClusterView, place: &str) {
    assert_eq!(upstream(world, who).state, state, "{place}");
    assert_eq!(upstream(world, who).link_up, state == ReplState::Connected, "{place}");
    // A link is there from the first SYN on.
    let dialled = world.links.iter().any(|link| link.from == *who || link.to == *who);
    assert!(dialled || state == ReplState::Connect, "{place}");
    assert!(!dialled || own_link(world, who).state == LinkState::Up, "{place}");
}

/// A replica that follows, and lacks bytes that are neither on their way nor waiting.
fn apart(who: &str, master: &str, world: &ClusterView, place: &str) {
    let truth = node(world, who).truth.as_ref().expect(place);
    let missing = node(world, master).offset.0 - truth.received.0;
    assert!(missing > own_link(world, who).down.in_flight as i64, "{place}: {missing}");
    assert_eq!(session(world, master, who).expect(place).output_buffer, 0, "{place}");
}

/// A replica whose past its master does not know: it would not be continued, and nobody serves it.
fn foreign(who: &str, master: &str, id: Option<&str>, run: &Run, world: &ClusterView, place: &str) {
    let ruling = run.timeline().sim().asked_now(node(world, who).ix);
    assert!(ruling.is_none_or(|ruling| ruling.partial().is_none()), "{place}: it would be continued");
    let own = upstream(world, who).cached.map(|(id, _)| id);
    assert_eq!(own.map(|id| short_id(id.as_str())).as_deref(), id, "{place}");
    assert!(session(world, master, who).is_none() && own.is_none_or(|id| id != node(world, master).replid), "{place}");
}

/// Everybody who follows the master is named, and lacks nothing but what lies in the network or has arrived.
fn level(master: &str, replicas: &[String], world: &ClusterView, place: &str) {
    let top = node(world, master);
    assert_eq!(top.process, Process::Up, "{place}");
    for other in &world.nodes {
        let follows = other.role == Role::Replica && other.upstream.as_ref().is_some_and(|u| u.node == Some(top.ix));
        assert!(!follows || replicas.contains(&other.name), "{place}: {} is left out", other.name);
    }
    for replica in replicas {
        let own = node(world, replica);
        assert!(matches!(own.process, Process::Up | Process::Busy), "{place}");
        let link = own_link(world, replica);
        assert_eq!(link.state, LinkState::Up, "{place}");
        assert!(upstream(world, replica).link_up, "{place}");
        let above = &world.nodes[upstream(world, replica).node.expect(place) as usize];
        let session = session(world, &above.name, replica).expect(place);
        assert!(session.state == SessionState::Online && session.output_buffer == 0, "{place}");
        assert!(!(session.pre_psync && session.lag >= 3), "{place}: it never acknowledges");
        let truth = own.truth.as_ref().expect(place);
        let missing = above.offset.0 - truth.received.0;
        assert!(missing <= link.down.in_flight as i64, "{place}: {missing} bytes are missing, {} on their way", link.down.in_flight);
    }
}

fn event(event: &Event, run: &Run, place: &str) {
    let sim = run.timeline().sim();
    let name = |ix: u32| sim.machine(ix).spec.name.as_str();
    let notes = sim.notes().iter().filter(|(_, note)| !matches!(note, Note::Expectation { .. }));
    assert_eq!(notes.count(), 0, "{place}: a node had something to say");
    let told = view::happened(sim, run.timeline().recorder());
    let any = |of: &[view::Message], from: &str, to: &str, text: &str| {
        of.iter().any(|m| name(m.from) == from && name(m.to) == to && m.text == text)
    };
    match event {
        Event::Arrived { from, to, text } => assert!(any(&told.arrived, from, to, text), "{place}"),
        Event::Sent { from, to, text } => assert!(any(&told.sent, from, to, text), "{place}"),
        Event::Ran { who } => assert!(sim.given().iter().any(|(ix, given)| name(*ix) == who && *given == Given::Timer), "{place}"),
        Event::Read { who, from } => {
            let reads = |(ix, given): &(u32, Given)| match given {
                Given::Bytes(end) if name(*ix) == who => {
                    let other = |conn: &Conn| conn.ends.iter().find(|end| end.owner != Owner::Node(*ix)).map(|end| end.owner);
                    from.as_ref().is_none_or(|from| sim.conn(*end).and_then(other).is_some_and(|owner| owned(sim, owner, &from.name())))
                }
                _ => false,
            };
            assert!(sim.given().iter().any(reads), "{place}");
        }
        Event::Below(of) => {
            // An act that is a command gives its node the bytes of it.
            assert!(*of == Below::Act || sim.given().iter().all(|(_, given)| *given == Given::Other), "{place}");
            below(of, run, place);
        }
    }
}

/// Two connections: what the replica itself has, and its master's buffer.
fn two_ways(of: &TwoWays, world: &ClusterView, place: &str) {
    let (up, session) = (upstream(world, &of.who), session(world, &of.master, &of.who));
    let beside = up.beside.expect(place);
    assert_eq!((beside.stage, beside.held, beside.full), (of.stage, of.held, of.full.is_some()), "{place}");
    assert_eq!(up.node.map(|ix| world.nodes[ix as usize].name.as_str()), Some(of.master.as_str()), "{place}");
    assert_ne!(own_link(world, &of.who).state, LinkState::Cut, "{place}");
    if let Some(done) = of.done {
        assert_eq!(up.transfer.map(|(done, _)| done), Some(done), "{place}");
    }
    if let Some(waits) = of.full {
        assert_eq!(session.map_or(0, |session| session.output_buffer), waits, "{place}");
    }
}

/// Whether an end of a connection is held by who is called so.
fn owned(sim: &Sim, owner: Owner, name: &str) -> bool {
    match owner {
        Owner::Node(ix) | Owner::Console(ix) => sim.machine(ix).spec.name == name,
        Owner::Client(ix) => sim.clients()[ix as usize].spec.name == name,
        Owner::Sentinel(ix) => (ix + 1).to_string() == name,
    }
}

/// What moved beneath the nodes, held against the connections, clients and disks themselves.
fn below(of: &Below, run: &Run, place: &str) {
    let sim = run.timeline().sim();
    let node = |name: &str| sim.by_name(name).expect(place);
    let client = |name: &str| sim.clients().iter().find(|client| client.spec.name == name).expect(place);
    match of {
        // Nothing of it is left to look at.
        Below::Act | Below::Gone | Below::Dial { to: None, .. } | Below::Sentinel { .. } => {}
        Below::Packet { from, to } | Below::Taken { from, to } => {
            let owned = |owner: Owner, name: &str| owned(sim, owner, name);
            let joins = |conn: &Conn| {
                let [a, b] = [conn.ends[0].owner, conn.ends[1].owner];
                owned(a, &from.name()) && owned(b, &to.name()) || owned(b, &from.name()) && owned(a, &to.name())
            };
            assert!(sim.conns().any(|(_, conn)| joins(conn)), "{place}: no such connection");
        }
        Below::Dial { from, to: Some(to), .. } => assert_ne!(node(from), node(to), "{place}"),
        Below::Child { of } => {
            // Its last event takes it away: then the fork is all that is left of it.
            let entries = run.timeline().recorder().journal().entries();
            let forked = entries.iter().any(|entry| entry.node == node(of) && matches!(entry.note, Note::Forked { .. }));
            assert!(forked || !sim.machine(node(of)).children.is_empty(), "{place}");
        }
        Below::File { of } | Below::Turn { who: of } => assert!(sim.by_name(of).is_some(), "{place}"),
        Below::Sent { who, to } | Below::Waits { who, to } => {
            assert_eq!((client(who).waiting > 0, client(who).on), (true, node(to)), "{place}");
        }
        Below::Refused { who, to } => assert_eq!((client(who).waiting, client(who).on), (0, node(to)), "{place}"),
    }
}

fn round(of: &Round, run: &Run, world: &ClusterView, place: &str) {
    let since = world.now_us - of.span_us;
    assert!(of.times >= 2, "{place}");
    let by_ip = |address: &str| run.timeline().sim().by_ip_port(address).map(|ix| run.timeline().sim().machine(ix).spec.name.clone());
    let mut most = 0;
    for who in &of.who {
        let all = match &of.what {
            Again::Full { .. } => times(run, |at, note| {
                at == of.master
                    && matches!(note, Note::PsyncVerdict { replica, ruling } if ruling.partial().is_none() && by_ip(replica).as_deref() == Some(who))
            }),
            Again::Refused { reply } => times(run, |at, note| {
                at == who
                    && matches!(note, Note::HandshakeFailed { why: HandshakeFailure::Said(text), .. } if text.split(' ').next().map(|code| code.trim_start_matches('-')) == Some(reply.trim_start_matches('-')))
            }),
            Again::Timeout { .. } => times(run, |at, note| at == who && matches!(note, Note::UpstreamTimeout { .. })),
        };
        most = most.max(all.iter().filter(|at| **at >= since).count());
    }
    assert_eq!(most, of.times as usize, "{place}: so often");
    if let Again::Refused { reply } = &of.what {
        assert!(reply != "-LOADING" || node(world, &of.master).process == Process::Loading, "{place}: it loads no longer");
    }
    if let Again::Full { why, limit, after_us } = &of.what {
        let who = &of.who[0];
        let ends = |_: &str, note: &Note| matches!(note, Note::SessionEnded { replica, why: end, .. } if end == why && by_ip(replica).as_deref() == Some(who));
        let end = *times(run, ends).last().expect(place);
        if *limit > 0 {
            let set = view::directives(run.timeline().sim(), node(world, &of.master).ix);
            let set = set.iter().find(|d| d.name == "client-output-buffer-limit").expect(place);
            assert!(set.value.contains(&limit.to_string()), "{place}: {}", set.value);
        }
        if let Some(after) = after_us {
            let whole = times(run, |at, note| at == who && matches!(note, Note::TransferDone { .. }));
            assert!(whole.iter().any(|at| end - at == *after), "{place}");
        }
    }
}

/// The facts of a statement, as every language writes them.
fn facts(said: &Said) -> Vec<String> {
    let count = |n: u64| grouped(n as i64);
    match said {
        Said::Note(noted) => vec![noted.who.clone()],
        Said::Event(Event::Arrived { from, to, text } | Event::Sent { from, to, text }) => vec![from.clone(), to.clone(), text.clone()],
        Said::Event(Event::Read { who, from }) => std::iter::once(who.clone()).chain(from.as_ref().map(Party::name)).collect(),
        Said::Event(Event::Ran { who }) | Said::Alone { who } | Said::Unborn { who } => vec![who.clone()],
        Said::Event(Event::Below(of)) => match of {
            Below::Act | Below::Gone => Vec::new(),
            Below::Sentinel { nth } => vec![nth.to_string()],
            Below::Packet { from, to } | Below::Taken { from, to } => vec![from.name(), to.name()],
            Below::Dial { from, to, .. } => [Some(from.clone()), to.clone()].into_iter().flatten().collect(),
            Below::Child { of } | Below::File { of } | Below::Turn { who: of } => vec![of.clone()],
            Below::Sent { who, to } | Below::Waits { who, to } | Below::Refused { who, to } => vec![who.clone(), to.clone()],
        },
        Said::Round(of) => {
            let mut all = of.who.clone();
            all.push(span_us(of.span_us));
            // English has a word for two.
            all.extend((of.times > 2).then(|| of.times.to_string()));
            match &of.what {
                Again::Full { limit, after_us, .. } if *limit > 0 => {
                    all.extend(after_us.map(span_us).into_iter().chain([size(*limit), of.master.clone()]));
                }
                Again::Full { .. } => {}
                Again::Refused { reply } => all.extend([reply.replace('-', "\u{2011}"), of.master.clone()]),
                Again::Timeout { after_s, .. } => all.push(after_s.to_string()),
            }
            all
        }
        Said::Dead(of) => vec![of.who.clone(), span_us(of.for_us)],
        Said::Paused(of) => vec![of.who.clone(), span_us(of.for_us)],
        Said::Busy { who, for_us } => vec![who.clone(), span_us(*for_us)],
        Said::Frozen(of) => {
            let mut all = vec![of.from.clone(), of.to.clone(), span_us(of.for_us)];
            all.extend(of.listed.map(|lag| format!("lag={lag}")));
            all.push(count(of.kept));
            all
        }
        Said::Away(of) => vec![of.who.clone(), grouped(of.wants)].into_iter().chain((of.gap > 0).then(|| grouped(of.gap))).collect(),
        Said::Foreign { who, master, id } => [who, master].into_iter().chain(id).cloned().collect(),
        Said::Cut { who, master, for_us } => vec![who.clone(), master.clone(), span_us(*for_us)],
        Said::Handshake { who, master, .. }
        | Said::HalfOpen { who, master }
        | Said::Waits { who, master }
        | Said::Apart { who, master } => {
            vec![who.clone(), master.clone()]
        }
        Said::Transfer { who, done, .. } => vec![who.clone(), count(*done)],
        Said::TwoWays(of) => {
            let mut all = vec![of.who.clone()];
            match (of.stage, of.full, of.done) {
                (BesideStage::Opens | BesideStage::Joins, ..) => all.push(of.master.clone()),
                (BesideStage::Applies, ..) => all.push(count(of.held)),
                (BesideStage::Beside, Some(waits), _) => all.extend([count(of.held), of.master.clone(), count(waits)]),
                (BesideStage::Beside, None, done) => all.extend(done.map(count).into_iter().chain([count(of.held)])),
            }
            all
        }
        Said::Loading { who, .. } => vec![who.clone()],
        Said::Silent(of) => vec![of.who.clone(), of.master.clone(), format!("offset={}", of.offset), format!("lag={}", of.lag)],
        Said::Refusing { master, good, need } => vec![master.clone(), good.to_string(), need.to_string()],
        Said::Behind { who, gap, queued } => vec![who.clone(), grouped(*gap), count(*queued)],
        Said::Level { master, .. } => vec![master.clone()],
    }
}

/// Panics if a language leaves a fact out, or writes badly.
pub(super) fn worded(said: &Said, place: &str) {
    for lang in Lang::ALL {
        let text = (lang.strings().tell)(said);
        for fact in facts(said) {
            assert!(text.contains(&fact), "{place}: {lang:?} does not say {fact}: {text}");
        }
        let quotes = matches!(said, Said::Note(noted) if matches!(noted.note, Note::Log { .. } | Note::ClientReply { .. }));
        assert!(quotes || text.ends_with(['.', '。']), "{place}: {text}");
        let odd = ["  ", " .", " ,", ": .", "字节 的", "： ", "， ", "。 ", "(empty)"];
        assert!(quotes || !odd.iter().any(|odd| text.contains(odd)), "{place}: {text}");
    }
}
