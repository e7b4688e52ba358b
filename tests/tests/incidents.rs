//! Every incident, played: the symptom is there when it opens, what shows its cause and what excludes the others is to be seen, each way of mending it mends it,
//! and neither waiting nor what people try in vain does.

use resync_core::condition::Condition;
use resync_core::info::InfoText;
use resync_core::scenario;
use resync_core::time::{Span, Time};
use resync_core::timeline::Timeline;
use resync_core::view;
use resync_lessons::incidents::{Folder, Incident, Place, Quote, numbered, packed, read, read_all};
use std::path::Path;

/// Simulated time in which a cure is to work, and in which nothing else may; of a fleet, which takes as much time as all others together, less.
const PATIENCE: Span = Span::from_secs(45);
const FLEET_PATIENCE: Span = Span::from_secs(20);
/// What all incidents weigh together at most, bytes: the page fetches them at once, when somebody wants the first.
const WEIGHT: usize = 96 * 1024;

/// The folders; those alone whose names begin with `RESYNC_INCIDENT`, if somebody works on one.
fn folders() -> Vec<Folder> {
    let wanted = std::env::var("RESYNC_INCIDENT").unwrap_or_default();
    let all = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/incidents")).unwrap_or_else(|why| panic!("{why}"));
    all.into_iter().filter(|folder| folder.incident.id.starts_with(&wanted)).collect()
}

fn opened(incident: &Incident) -> Timeline {
    let text = incident.text().unwrap_or_else(|line| panic!("{}: line {line} cannot be spread", incident.id));
    let mut run = Timeline::from_text(&text).unwrap_or_else(|why| panic!("{}: {why}", incident.id));
    let at = run.scenario().opens.at;
    run.advance(at, u64::MAX);
    assert_eq!(run.now(), at, "{}: it opens late", incident.id);
    run
}

fn condition(id: &str, text: &str) -> Condition {
    Condition::parse(text).unwrap_or_else(|why| panic!("{id}: `{text}`: {why}"))
}

/// Whether this is to be seen now.
fn seen(run: &mut Timeline, quote: &Quote) -> Result<(), String> {
    let Quote { whose, place, says } = quote;
    if *place == Place::Client {
        let clients = run.sim().clients();
        let client = clients.iter().find(|client| client.spec.name == *whose).ok_or("there is no such client")?;
        return if client.last_error.contains(says.as_str()) { Ok(()) } else { Err(client.last_error.clone()) };
    }
    let node = run.sim().by_name(whose).ok_or("there is no such node")?;
    let there = match place {
        Place::Info => {
            let info = view::info(run.sim(), node, None).as_ref().map(InfoText::to_string).unwrap_or_default();
            if info.lines().any(|line| line == says) {
                return Ok(());
            }
            let name = says.split(':').next().unwrap_or_default();
            info.lines().filter(|line| line.split(':').next() == Some(name)).collect::<Vec<_>>().join("\n")
        }
        Place::Log => {
            let log = view::log(run.sim(), run.recorder(), node, 200);
            if log.iter().any(|line| line.line.contains(says.as_str())) {
                return Ok(());
            }
            log.iter().map(|line| line.line.clone()).collect::<Vec<_>>().join("\n")
        }
        Place::Config => {
            let (name, value) = says.split_once(' ').unwrap_or((says, ""));
            let directives = view::directives(run.sim(), node);
            let value_now = directives.iter().find(|row| row.name == name).map(|row| row.value.clone()).unwrap_or_default();
            if value_now.contains(value) && !value.is_empty() {
                return Ok(());
            }
            value_now
        }
        Place::Cli => {
            let (command, reply) = says.split_once(" -> ").ok_or("no reply")?;
            let mut beside = run.clone();
            let said = beside.act_line(&format!("{whose}: {command}")).map_err(|why| why.to_string())?.unwrap_or_default();
            if said.trim_end() == reply {
                return Ok(());
            }
            said
        }
        Place::Client => unreachable!("answered above"),
    };
    Err(there)
}

/// Since when the cure has held, looked at ten times a second as the page does; `true` once it has held long enough within the time.
fn mended(incident: &Incident, run: &mut Timeline) -> bool {
    let (id, cure) = (&incident.id, &incident.cure);
    let patience = if incident.fleet.is_some() { FLEET_PATIENCE } else { PATIENCE };
    let holds: Vec<Condition> = cure.holds.iter().map(|text| condition(id, text)).collect();
    let until = run.now() + patience + Span::from_secs(u64::from(cure.seconds));
    let mut since: Option<Time> = None;
    loop {
        let now = run.now();
        // Who mends has looked at something first: a moment passes before it counts.
        if holds.iter().all(|condition| run.holds(condition)) {
            let from = *since.get_or_insert(now);
            if now >= from + Span::from_secs(u64::from(cure.seconds)) {
                return true;
            }
        } else {
            since = None;
        }
        if now >= until {
            return false;
        }
        run.advance(now + Span::from_millis(100), u64::MAX);
    }
}

/// The pairs of a fleet, from 1, for which the cure does not hold now.
fn ill(incident: &Incident, run: &Timeline) -> Vec<u32> {
    let pairs = incident.fleet.as_ref().map_or(0, |fleet| fleet.pairs);
    let own = incident.cure.holds.len() - pairs as usize;
    (1..=pairs).filter(|i| !run.holds(&condition(&incident.id, &incident.cure.holds[own + *i as usize - 1]))).collect()
}

/// What a person does. A line that names `{i}` is done for each pair that is ill.
fn perform(incident: &Incident, run: &mut Timeline, lines: &str) {
    let id = &incident.id;
    let pairs = incident.fleet.as_ref().map_or(0, |fleet| fleet.pairs);
    let ill = ill(incident, run);
    let each = |line: &str| match line.contains("{i}") {
        true => ill.iter().map(|i| numbered(line, u64::from(*i), u64::from(pairs))).collect(),
        false => vec![line.to_owned()],
    };
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(each) {
        if let Some(span) = line.strip_prefix("run ") {
            let span = resync_core::condition::span(span).unwrap_or_else(|| panic!("{id}: `{line}` is no time"));
            let to = run.now() + span;
            run.advance(to, u64::MAX);
        } else {
            run.act_line(&line).unwrap_or_else(|why| panic!("{id}: `{line}`: {why}"));
        }
    }
}
#[test]
fn the_symptom_is_there_and_what_tells_the_causes_apart_can_be_seen() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let incident = &folder.incident;
        let mut run = opened(incident);
        if !run.holds(&condition(&incident.id, &folder.proof.symptom)) {
            wrong.push(format!("{}: the symptom `{}` is not there", incident.id, folder.proof.symptom));
        }
        let ill = ill(incident, &run);
        println!("{}: ill are {ill:?}", incident.id);
        if ill.len() != folder.proof.ill {
            wrong.push(format!("{}: {} pairs are ill: {ill:?}", incident.id, ill.len()));
        }
        for cause in &incident.causes {
            for quote in &cause.shows {
                if let Err(there) = seen(&mut run, quote) {
                    wrong.push(format!("{}, {}: `{}` is not to be seen, but\n{there}", incident.id, cause.id, quote.written()));
                }
            }
        }
        for text in &incident.cure.holds {
            let _ = condition(&incident.id, text);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn each_cure_mends_it_and_neither_waiting_nor_folklore_does() {
    let mut wrong = Vec::new();
    for Folder { incident, proof } in folders() {
        let run = opened(&incident);
        for (lines, cures) in proof
            .cures
            .iter()
            .map(|lines| (lines.as_str(), true))
            .chain(proof.vain.iter().map(|lines| (lines.as_str(), false)))
            .chain([("", false)])
        {
            let mut run = run.clone();
            perform(&incident, &mut run, lines);
            if mended(&incident, &mut run) != cures {
                let log: String = run
                    .sim()
                    .machines()
                    .iter()
                    .enumerate()
                    .take(3)
                    .flat_map(|(ix, machine)| {
                        let lines = view::log(run.sim(), run.recorder(), u32::try_from(ix).expect("few"), 12);
                        let name = machine.spec.name.clone();
                        lines.into_iter().map(move |line| format!("{name} {} {}\n", line.at_us, line.line))
                    })
                    .collect();
                wrong.push(format!("{}: {} by\n{lines}\n{log}", incident.id, if cures { "not mended" } else { "mended" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_reads_what_the_build_packs() {
    let all: Vec<Incident> = folders().into_iter().map(|folder| folder.incident).collect();
    let text = packed(&all);
    assert_eq!(read(&text).as_deref(), Ok(&all[..]));
    assert!(text.len() <= WEIGHT, "{} bytes", text.len());
    for incident in &all {
        // Only words of the language that opens what it names: a scene that has a script to the end would play the mending itself.
        let scenario = scenario::parse(&incident.text().expect("spread")).expect("a test above reads it");
        assert!(!scenario.words.title().is_empty() && scenario.opens.at > Time::ZERO, "{}", incident.id);
    }
}
