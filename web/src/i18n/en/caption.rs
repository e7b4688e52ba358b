//! The caption in English: one sentence for each thing that it says.

use super::notes::say;
use crate::caption::said::{Again, Away, Below, Dead, Event, Frozen, Party, Paused, Round, Said, Silent, TwoWays};
use crate::format::{grouped, size, span_us, unbroken};
use resync_core::fact::{BesideStage, ReplState, SessionEnd};

/// The sentence.
pub(crate) fn tell(said: &Said) -> String {
    match said {
        Said::Note(noted) => say(&noted.note, &noted.who, &|address| noted.name_of(address)),
        Said::Event(of) => event(of),
        Said::Round(of) => round(of),
        Said::Unborn { who } => format!("{who} has not started yet."),
        Said::Dead(of) => dead(of),
        Said::Paused(of) => paused(of),
        Said::Busy { who, for_us } => format!("{who} has been busy with one thing for {}: whoever asks, waits.", span_us(*for_us)),
        Said::Frozen(of) => frozen(of),
        Said::Away(of) => away(of),
        Said::Foreign { who, master, id: Some(id) } => format!(
            "{who} would ask by {id}, an id that {master} does not know: the two have no offset in common, and only a full resync helps."
        ),
        Said::Foreign { who, master, id: None } => {
            format!("{who} has data of another history than {master}: the two have no offset in common, and only a full resync helps.")
        }
        Said::Cut { who, master, for_us } => format!("{who} has been cut off from {master} for {}.", span_us(*for_us)),
        Said::Handshake { who, master, state } => match state {
            ReplState::Connect => format!("{who} is about to dial {master}: it tries once a second."),
            ReplState::Connected => format!("{who} has its data; {master} has not put it online yet."),
            _ => format!("{who} shakes hands with {master}: its state is {}.", state.name().to_ascii_uppercase()),
        },
        Said::HalfOpen { who, master } => format!("{master} has no session of {who} any more, and {who} has not noticed yet."),
        Said::Waits { who, master } => format!("{who} waits for an RDB from {master}."),
        Said::Transfer { who, done, total } if *total < 0 => format!("{who} has received {} bytes of an RDB.", count(*done)),
        Said::Transfer { who, done, total } => {
            format!("{who} has received {} of the RDB's {} bytes.", count(*done), grouped(*total))
        }
        Said::Loading { who, replica: true } => format!("{who} is loading its master's RDB and answers ‑LOADING until it is done."),
        Said::Loading { who, .. } => format!("{who} is loading its RDB and answers ‑LOADING until it is done."),
        Said::TwoWays(of) => two_ways(of),
        Said::Silent(of) => silent(of),
        Said::Refusing { master, good, need } => {
            let replicas = if *good == 1 { "replica" } else { "replicas" };
            format!("{master} refuses writes with ‑NOREPLICAS: it has {good} good {replicas} and needs {need}.")
        }
        Said::Apart { who, master } => {
            format!(
                "{who} follows {master} and nothing is on its way, yet it has not applied the bytes that {master} wrote: no offset tells."
            )
        }
        Said::Behind { who, gap, queued } => {
            format!("{who} is {} bytes behind; {} bytes wait in its master's output buffer.", grouped(*gap), count(*queued))
        }
        Said::Level { master, replicas } => level(master, replicas),
        Said::Alone { who } => format!("{who} has no replica."),
    }
}

/// A full resync over two connections.
fn two_ways(of: &TwoWays) -> String {
    let TwoWays { who, master, held, .. } = of;
    let held = count(*held);
    match (of.stage, of.full, of.done) {
        (BesideStage::Opens, ..) => {
            format!("{who} opens a second connection to {master}: the RDB will come over it, and the stream beside it over the first.")
        }
        (BesideStage::Joins, ..) => format!("{who} asks {master} over its first connection to go on where the RDB will end."),
        (BesideStage::Applies, ..) => format!("{who} has loaded the RDB and applies what it kept of the stream: {held} bytes to go."),
        (BesideStage::Beside, Some(waits), _) => {
            format!(
                "{who} keeps {held} bytes of the stream, its limit: what follows waits in the output buffer of {master}, {} bytes.",
                count(waits)
            )
        }
        (BesideStage::Beside, None, Some(done)) => {
            format!(
                "{who} has received {} bytes of an RDB over its second connection, and keeps {held} bytes of the stream beside it.",
                count(done)
            )
        }
        (BesideStage::Beside, None, None) => format!("{who} loads the RDB, and keeps {held} bytes of the stream that came beside it."),
    }
}

fn count(n: u64) -> String {
    grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

fn event(of: &Event) -> String {
    match of {
        Event::Arrived { from, to, text } => format!("{to} gets {text} from {from}."),
        Event::Sent { from, to, text } => format!("{from} sends {text} to {to}."),
        Event::Ran { who } => format!("{who} looks at its clock, and nothing comes of it."),
        Event::Read { who, from: Some(from @ Party::Node(_)) } => format!("{who} reads bytes from {}; nothing comes of them.", party(from)),
        Event::Read { who, from: Some(from) } => format!("{who} serves what {} has sent; no data change.", party(from)),
        Event::Read { who, from: None } => format!("{who} reads the last bytes of a connection that is closed."),
        Event::Below(of) => below(of),
    }
}

fn party(of: &Party) -> String {
    match of {
        Party::Node(name) | Party::Client(name) => name.clone(),
        Party::Console(name) => format!("the redis-cli at {name}"),
        Party::Sentinel(nth) => format!("sentinel {nth}"),
    }
}

fn below(of: &Below) -> String {
    match of {
        Below::Act => String::from("The scenario changes something that no node notices yet."),
        Below::Gone => String::from("What is left of a connection comes to an end; nobody holds it any more."),
        Below::Packet { from, to: Party::Node(to) } => {
            format!("Bytes from {} reach the kernel of {to}; the process is busy, and reads them later.", party(from))
        }
        Below::Packet { from, to: Party::Client(to) } => format!("{to} gets an answer from {}.", party(from)),
        Below::Packet { from, to: Party::Console(to) } => format!("The redis-cli at {to} gets an answer from {}.", party(from)),
        Below::Packet { from, to: Party::Sentinel(nth) } => format!("Sentinel {nth} gets bytes from {}.", party(from)),
        Below::Sentinel { nth } => format!("Sentinel {nth} looks at its clock, and nothing comes of it."),
        Below::Taken { from, to } => {
            format!("TCP tells the kernel of {} that {} has taken bytes: there is room for more.", party(from), party(to))
        }
        Below::Dial { from, to: Some(to), answer: false } => format!("The SYN of {from} reaches the machine of {to}."),
        Below::Dial { from, to: Some(to), answer: true } => format!("{from} waits for {to} to answer its SYN, and sends it again."),
        Below::Dial { from, to: None, .. } => format!("{from} dials an address at which nobody is."),
        Below::Child { of } => format!("The child of {of} goes on writing the RDB."),
        Below::File { of } => format!("The disk has written a file for {of}."),
        Below::Turn { who } => format!("{who} goes on with what it was doing."),
        Below::Sent { who, to } => format!("{who} sends its next command to {to}."),
        Below::Waits { who, to } => format!("{who} would send its next command, but still waits for an answer of {to}."),
        Below::Refused { who, to } => format!("{who} finds nobody at {to} who takes its connection."),
    }
}

/// `1st`, `2nd`, `3rd`, `4th`.
fn nth(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (1, teen) if teen != 11 => "st",
        (2, teen) if teen != 12 => "nd",
        (3, teen) if teen != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

fn round(of: &Round) -> String {
    let who = of.who.join(" and ");
    let (is, its, it, has, gives) =
        if of.who.len() == 1 { ("is", "its", "it", "has", "gives") } else { ("are", "their", "them", "have", "give") };
    let (master, times, span) = (&of.master, of.times, span_us(of.span_us));
    match &of.what {
        Again::Full { why, limit, after_us } => {
            let why = match (why, after_us) {
                (SessionEnd::OutputLimit, Some(us)) => {
                    format!(
                        "{master} drops {it} because {its} output buffer reaches the limit of {} {} after the RDB",
                        size(*limit),
                        span_us(*us)
                    )
                }
                (SessionEnd::OutputLimit, None) => {
                    format!(
                        "{master} drops {it} because {its} output buffer reaches the limit of {} before the RDB is through",
                        size(*limit)
                    )
                }
                (SessionEnd::Timeout, _) => format!("{master} hears no ACK for repl-timeout and drops {it}"),
                (SessionEnd::BgsaveFailed, _) => format!("the BGSAVE of {master} fails"),
                _ => format!("the connection to {master} ends"),
            };
            format!("{who} {is} in {its} {} full resync in {span}: each time {why}.", nth(times))
        }
        Again::Refused { reply } => {
            let why = if reply == "-LOADING" { ", because it loads its RDB" } else { "" };
            let reply = unbroken(reply);
            let times = if times == 2 { String::from("twice") } else { format!("{times} times") };
            format!("{who} {has} asked {times} in {span}: {master} answers {reply} each time{why}.")
        }
        Again::Timeout { after_s, partial } => {
            let then = if *partial { "a partial resync is enough each time" } else { "a full resync follows" };
            format!(
                "{who} {gives} up for the {} time in {span}: no byte comes for {after_s} s, longer than {its} repl-timeout; {then}.",
                nth(times)
            )
        }
    }
}

fn dead(of: &Dead) -> String {
    let (who, span) = (&of.who, span_us(of.for_us));
    let replicas = if of.followers == 1 { String::from("1 replica has") } else { format!("{} replicas have", of.followers) };
    match (of.off, of.followers) {
        (true, 0) => format!("{who} has had no power for {span}: nobody was told."),
        (true, _) => format!("{who} has had no power for {span}: nobody takes writes, nobody was told, and {replicas} no master."),
        (false, 0) => format!("{who} has been down for {span}: its connections are closed, and what was in its memory is gone."),
        (false, _) => format!("{who} has been down for {span}: nobody takes writes, its backlog is gone, and {replicas} no master."),
    }
}

fn paused(of: &Paused) -> String {
    let Paused { who, for_us, listed } = of;
    let listed = match listed {
        Some((master, true, lag)) => format!(" INFO of {master} says online, lag={lag}."),
        Some((master, false, _)) => format!(" INFO of {master} still lists it."),
        None => String::new(),
    };
    format!("{who} has been paused for {}: its kernel takes bytes, the process does nothing.{listed}", span_us(*for_us))
}

fn frozen(of: &Frozen) -> String {
    let Frozen { from, to, replica, .. } = of;
    let master = if from == replica { to } else { from };
    let (span, kept) = (span_us(of.for_us), count(of.kept));
    let what = if of.both {
        format!("{from} and {to} have not heard each other for {span}; TCP keeps {kept} bytes for {to}")
    } else {
        format!("{from} has sent to {to} in vain for {span}; TCP keeps {kept} bytes")
    };
    match (of.listed, of.believes) {
        (Some(lag), true) => format!("{what}, and neither end knows. INFO says online, lag={lag}."),
        (Some(lag), false) => format!("{what}. {replica} has given up; INFO of {master} still says online, lag={lag}."),
        (None, true) => format!("{what}. {master} has given up; {replica} does not know yet."),
        (None, false) => format!("{what}; {master} has no session of {replica}."),
    }
}

fn away(of: &Away) -> String {
    let who = &of.who;
    let since = of.cut_us.map_or_else(|| String::from("is away"), |us| format!("has been cut off for {}", span_us(us)));
    let lacks = if of.gap > 0 { format!("and lacks {} bytes", grouped(of.gap)) } else { String::from("and lacks nothing yet") };
    let wants = grouped(of.wants);
    match (of.partial, of.left_ms) {
        (true, Some(ms)) if ms < 3_600_000 => format!(
            "{who} {since} {lacks}. At this rate byte {wants}, which it needs next, is overwritten in {}; after that only a full resync helps.",
            span_us(ms.saturating_mul(1_000))
        ),
        (true, _) => {
            format!("{who} {since} {lacks}. The backlog holds byte {wants}, which it needs next, while hardly anything is written.")
        }
        (false, _) if of.left < 0 => {
            format!("{who} {since} {lacks}. Byte {wants}, which it needs next, is overwritten: only a full resync helps.")
        }
        (false, _) => format!("{who} {since} {lacks}. Its master cannot continue from byte {wants}: only a full resync helps."),
    }
}

fn silent(of: &Silent) -> String {
    let Silent { who, master, offset, lag, equal } = of;
    let data = if *equal { "yet the data are equal" } else { "whatever arrives" };
    format!("{who} sends no ACK by itself, because it came by SYNC: {master} reports offset={offset} and lag={lag}, growing, {data}.")
}

fn level(master: &str, replicas: &[String]) -> String {
    let who = match replicas {
        [one] => format!("{one} follows"),
        [_, _] => String::from("Both replicas follow"),
        _ => format!("All {} replicas follow", replicas.len()),
    };
    format!("{who} {master}; no byte is missing but those on their way.")
}
