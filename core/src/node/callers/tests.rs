//! Callers without a server around them.

use super::*;
use crate::command::{Block, Effect, Outcome, Reply, Work, Written};
use crate::data::{Dataset, Value};
use crate::era::Era;
use crate::fact::DataType;
use crate::node::api::{Outbox, Output};
use crate::node::conn::Replies;
use crate::node::topics::Topic;
use crate::time::Span;
use alloc::string::String;
use alloc::vec;

const ME: ConnId = ConnId(3);
const YOU: ConnId = ConnId(4);
const KEY: Bytes = Bytes::from_static(b"k");

fn two(ctx: &Ctx) -> Callers {
    let mut callers = Callers::default();
    for id in [ME, YOU] {
        callers.accept(id, 1 << 20, Address { host: "127.0.0.1".into(), port: 50_000 }, ctx);
    }
    callers
}
/// What a caller was told since this was asked last.
fn told(callers: &mut Callers, id: ConnId) -> String {
    let mut out = Outbox::default();
    callers.get_mut(id).expect("a caller").pipe.flush(&mut out.outputs);
    let sent = out.outputs.iter().map(|output| if let Output::Send { bytes, .. } = output { &bytes[..] } else { panic!("only sends") });
    sent.map(String::from_utf8_lossy).collect()
}
fn wrote(key: &Bytes) -> Outcome {
    let written = Written { keys: vec![(0, key.clone())], databases: Vec::new() };
    Outcome {
        reply: Reply::OK,
        effect: Effect::Verbatim,
        expired: Vec::new(),
        own: Vec::new(),
        written,
        block: None,
        work: Work::default(),
    }
}
fn block(keys: &[Bytes], timeout_ms: u64) -> Block {
    Block { keys: keys.to_vec(), kind: DataType::List, timeout_ms, around: (vec![Bytes::from_static(b"lpop")], Vec::new()) }
}
fn data(expiry: Option<i64>) -> Dataset {
    let mut data = Dataset::new(16);
    data.set(0, &KEY, Value::String(Bytes::from_static(b"v")), expiry);
    data
}
const SET: [Bytes; 1] = [Bytes::from_static(b"set")];

#[test]
fn who_waits_for_a_key_is_served_in_the_order_of_arrival_and_once() {
    let ctx = Ctx::of(Era::V7_0, &[]);
    let mut callers = two(&ctx);
    let other = Bytes::from_static(b"other");
    callers.wait_for_keys(YOU, block(&[KEY], 0), None);
    callers.wait_for_keys(ME, block(&[other, KEY], 0), None);
    assert!(callers.look() && !callers.has_ready());
    // A string is for nobody who waits.
    callers.notice(&SET, None, &wrote(&KEY), &data(None), &ctx);
    assert!(!callers.has_ready());
    let mut list = Dataset::new(16);
    list.set(0, &KEY, [Bytes::from_static(b"v")].into_iter().collect::<crate::data::List>(), None);
    callers.notice(&SET, None, &wrote(&KEY), &list, &ctx);
    assert!(callers.has_ready());
    let ready = callers.take_ready();
    assert_eq!((ready.len(), callers.waiting_for(&ready[0])), (1, vec![YOU, ME]));
    callers.end_wait(YOU, &Reply::Status("OK"));
    assert_eq!(callers.waiting_for(&ready[0]), [ME]);
    assert_eq!(told(&mut callers, YOU), "+OK\r\n");
    assert!(callers.remove(ME).is_some() && callers.waiting_for(&ready[0]).is_empty() && !callers.look());
}

#[test]
fn a_wait_is_over_a_millisecond_after_its_time_and_what_was_sent_meanwhile_has_its_turn() {
    let ctx = Ctx::of(Era::V6_2, &[]);
    let mut callers = two(&ctx);
    callers.wait_for_keys(ME, block(&[KEY], 1_000), Some(Time::from_secs(2)));
    callers.wait(YOU, On::Replicas { asked: 2, offset: 7, files: false }, Some(Time::from_micros(1_999_999)));
    assert_eq!(callers.asks(), Asks { until: Some(Time::from_micros(1_999_999)), ..Asks::default() });
    assert!(callers.received(ME, &Bytes::from_static(b"PING\r\n"), (Time::from_secs(1), 1)) && !callers.has_turns());
    let late = |callers: &Callers, us| callers.all_waited_enough(Time::from_micros(us));
    assert_eq!((late(&callers, 1_999_999), late(&callers, 2_000_000)), (vec![], vec![YOU]), "whole milliseconds count");
    assert_eq!((late(&callers, 2_000_999), late(&callers, 2_001_000)), (vec![YOU], vec![YOU, ME]), "in the order of their ends");
    assert!(!callers.waited_enough(ME, Time::from_secs(2)) && callers.waited_enough(ME, Time::from_millis(2_001)));
    callers.end_wait(ME, &Reply::NilArray);
    assert_eq!((callers.waits_for_keys(ME).is_none(), told(&mut callers, ME).as_str()), (true, "*-1\r\n"));
    assert!(callers.has_turns() && callers.take_turns().contains(&ME) && !callers.has_turns());
    assert_eq!(callers.waiters(), [Waiter { id: YOU, asked: 2, offset: 7, files: false }]);
    callers.has_waited(YOU);
    assert!(callers.waiters().is_empty() && callers.waiter(YOU).is_none());
}

/// Callers that come to a server, with the numbers from 10 on.
fn many(callers: &mut Callers, count: u64, ctx: &Ctx) {
    for id in 10..10 + count {
        callers.accept(ConnId(id), 1 << 20, Address { host: "127.0.0.1".into(), port: 50_000 }, ctx);
    }
}
#[test]
fn ticks_go_round_the_callers_beginning_with_the_last() {
    // Measured on 3.0.5 with 35 callers: four that wait for the same second hear 1 409, 1 409, 1 509 and 1 509 ms after; on 2.8.17 all in one tick.
    for (era, count, each) in [(Era::V3_0, 4, 4), (Era::V3_0, 12, 5), (Era::V6_2, 100, 10), (Era::V2_8, 40, 40), (Era::V2_8, 60, 50)] {
        let ctx = Ctx::of(era, &[]);
        let mut callers = Callers::default();
        many(&mut callers, count, &ctx);
        let mut expected: Vec<u64> = (10..10 + count).rev().collect();
        for tick in 0..30 {
            let seen: Vec<u64> = callers.ticked(false, &ctx).into_iter().map(|id| id.0).collect();
            assert_eq!(seen, expected[..each], "{era} tick {tick}");
            expected.rotate_left(each);
        }
        // Ticks without anything to do are counted only.
        let mut skipped = callers.clone();
        skipped.ticks_passed(7, &ctx);
        for _ in 0..7 {
            callers.ticked(false, &ctx);
        }
        assert_eq!(skipped.ticked(false, &ctx), callers.ticked(false, &ctx), "{era}");
    }
    let ctx = Ctx::of(Era::V3_0, &[]);
    let mut callers = Callers::default();
    many(&mut callers, 5, &ctx);
    assert_eq!(callers.ticked(true, &ctx).len(), 4, "the link to the master stands last: it is looked at too");
    callers.remove(ConnId(12));
    assert_eq!(callers.ticked(true, &ctx).len(), 4);
    assert_eq!(callers.ticked(false, &ctx).len(), 4);
}

#[test]
fn who_is_idle_is_told_by_the_second_and_replicas_monitors_and_waiters_never_are() {
    let mut ctx = Ctx::of(Era::V7_0, &[]);
    let mut callers = two(&ctx);
    assert_eq!((callers.first_idle_s(&ctx), callers.idle_from_s(ME, &ctx)), (None, None), "no limit is set");
    ctx.conf.timeout = 30;
    callers.received(ME, &Bytes::from_static(b"PING\r\n"), (Time::from_secs(100), 100));
    assert_eq!((callers.idle_from_s(ME, &ctx), callers.idle_from_s(YOU, &ctx)), (Some(131), Some(31)), "more than 30 seconds");
    assert_eq!(callers.first_idle_s(&ctx), Some(31));
    callers.monitor(YOU, true);
    assert_eq!(callers.first_idle_s(&ctx), Some(131));
    callers.wait(ME, On::Replicas { asked: 1, offset: 0, files: true }, None);
    assert_eq!(callers.first_idle_s(&ctx), None);
}

#[test]
fn exec_sees_what_happened_to_the_keys_that_are_watched() {
    for era in Era::ALL {
        let mut ctx = Ctx::of(era, &[]);
        let mut callers = two(&ctx);
        assert_eq!(callers.watch(ME, &[KEY], &data(None), &ctx), Reply::OK);
        callers.notice(&SET, None, &wrote(&Bytes::from_static(b"other")), &data(None), &ctx);
        assert!(!callers.watch_broken(ME, &data(None), &ctx), "{era}");
        callers.notice(&SET, None, &wrote(&KEY), &data(None), &ctx);
        assert!(callers.watch_broken(ME, &data(None), &ctx) && !callers.watch_broken(YOU, &data(None), &ctx), "{era}");
        callers.unwatch(ME);
        assert!(!callers.watch_broken(ME, &data(None), &ctx) && !callers.look(), "{era}");
        // A key whose time passes while it is watched.
        assert_eq!(callers.watch(ME, &[KEY], &data(Some(1_000)), &ctx), Reply::OK);
        ctx.begin_input(Time::from_secs(2));
        assert_eq!(callers.watch_broken(ME, &data(Some(1_000)), &ctx), ctx.caps.watch_sees_expiry, "{era}");
        callers.unwatch(ME);
        callers.watch(ME, &[KEY], &data(None), &ctx);
        callers.touch_all(&data(None));
        assert!(callers.watch_broken(ME, &data(None), &ctx), "{era}: all data are thrown away");
    }
}

/// Live 6.2.14 and 7.0.15, nine pairs of nothing, a living key and one whose time is over: what is watched, and what SWAPDB puts in its place.
#[test]
fn exec_sees_what_swapdb_puts_under_a_watched_key() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().watch_sees_swap) {
        let forgives = era.capabilities().watch_forgives_expired;
        for (was, comes, breaks) in [
            ("none", "none", false),
            ("none", "living", true),
            ("none", "over", !forgives),
            ("living", "none", true),
            ("living", "living", true),
            ("living", "over", true),
            ("over", "none", !forgives),
            ("over", "living", true),
            ("over", "over", !forgives),
        ] {
            let mut ctx = Ctx::of(era, &[]);
            ctx.begin_input(Time::from_secs(2));
            let mut callers = two(&ctx);
            let of = |what: &str| match what {
                "none" => Dataset::default(),
                "living" => data(None),
                _ => data(Some(1_000)),
            };
            callers.watch(ME, &[KEY], &of(was), &ctx);
            let swapped = Outcome { written: Written { keys: Vec::new(), databases: vec![0, 1] }, ..wrote(&KEY) };
            let words = ["SWAPDB", "0", "1"].map(|word| Bytes::from_static(word.as_bytes()));
            callers.notice(&words, Some(&of(was)), &swapped, &of(comes), &ctx);
            assert_eq!(callers.watch_broken(ME, &of(comes), &ctx), breaks, "{era}: {was}, then {comes}");
        }
    }
}

#[test]
fn a_pause_grows_and_holds_back_what_it_says() {
    let at = |ms| Time::ZERO + Span::from_millis(ms);
    for era in [Era::V6_2, Era::V7_0] {
        let ctx = Ctx::of(era, &[]);
        let mut callers = two(&ctx);
        let spec = |name: &str| crate::command::lookup(name.as_bytes(), era).expect("a command");
        let (set, get, publish) = (spec("set"), spec("get"), spec("publish"));
        let holds = |callers: &Callers, spec, ends| callers.holds_back(ME, spec, ends, &ctx);
        assert!(!holds(&callers, set, false) && holds(&callers, set, true) && !holds(&callers, get, true), "{era}: the end of the process");
        callers.pause(at(900), true, &ctx);
        assert!(holds(&callers, set, false) && holds(&callers, publish, false) && !holds(&callers, get, false), "{era}");
        callers.pause(at(500), false, &ctx);
        assert_eq!(callers.pause_over(), Some(at(901)), "{era}: it is not made shorter");
        assert!(holds(&callers, get, false), "{era}");
        callers.pause(at(950), true, &ctx);
        assert!(holds(&callers, get, false), "{era}: it is not made milder");
        callers.monitor(ME, true);
        assert!(!holds(&callers, get, false), "{era}: who monitors counts as a replica");
        callers.monitor(ME, false);
        assert!(!callers.stops_reading(ME, &ctx), "{era}");
        callers.postpone(YOU, &SET);
        callers.postpone(ME, &SET);
        callers.end_pause(at(950));
        assert!(callers.paused() && callers.take_postponed(None, &ctx).is_empty(), "{era}");
        callers.end_pause(at(951));
        assert!(!callers.paused(), "{era}");
        assert_eq!(callers.take_postponed(None, &ctx), [YOU, ME], "{era}: in the order in which they were stopped");
        assert_eq!((callers.take_held_back(YOU), callers.take_held_back(YOU)), (Some(SET.to_vec()), None), "{era}");
    }
}

#[test]
fn up_to_5_0_a_pause_stops_reading() {
    for era in [Era::V3_0, Era::V5_0] {
        let ctx = Ctx::of(era, &[]);
        let mut callers = two(&ctx);
        callers.pause(Time::from_millis(900), false, &ctx);
        let set = crate::command::lookup(b"set", era).expect("a command");
        assert!(callers.stops_reading(ME, &ctx) && !callers.holds_back(ME, set, false, &ctx), "{era}");
        assert!(callers.holds_stream(None, core::iter::empty(), &ctx), "{era}: the master's stream too");
        callers.monitor(YOU, true);
        assert!(!callers.stops_reading(YOU, &ctx), "{era}");
        callers.end_pause(Time::from_millis(901));
        assert_eq!(callers.take_postponed(Some(ConnId(1)), &ctx), [ConnId(1), ME], "{era}: in the order of the conns");
    }
}

#[test]
fn the_pause_of_a_failover_is_another_from_7_0_on() {
    for era in [Era::V6_2, Era::V7_0] {
        let ctx = Ctx::of(era, &[]);
        let two_pauses = ctx.caps.pauses_by_purpose;
        let set = crate::command::lookup(b"set", era).expect("a command");
        let mut callers = two(&ctx);
        callers.failover_begins(&ctx);
        assert!(callers.holds_back(ME, set, false, &ctx), "{era}");
        callers.unpause();
        assert_eq!(callers.holds_back(ME, set, false, &ctx), two_pauses, "{era}: UNPAUSE");
        callers.pause(Time::from_millis(900), false, &ctx);
        callers.failover_ends(&ctx);
        assert_eq!(callers.paused(), two_pauses, "{era}: CLIENT PAUSE");
    }
}

#[test]
fn replies_can_be_switched_off_and_commands_be_shown() {
    let ctx = Ctx::of(Era::V7_0, &[]);
    let mut callers = two(&ctx);
    let say = |callers: &mut Callers| callers.reply(ME, &Reply::Int(7), ReplyKind::Caller);
    for (mode, first) in [(Replies::On, ":7\r\n"), (Replies::Off, ""), (Replies::Skip, "")] {
        callers.get_mut(ME).expect("a caller").replies = mode;
        say(&mut callers);
        assert_eq!(told(&mut callers, ME), first, "{mode:?}");
        say(&mut callers);
        assert_eq!(told(&mut callers, ME), if mode == Replies::Off { "" } else { ":7\r\n" }, "{mode:?}: the next");
    }
    callers.monitor(YOU, true);
    callers.monitor(YOU, true);
    callers.get_mut(ME).expect("a caller").replies = Replies::On;
    callers.show(&Bytes::from_static(b"+shown\r\n"), None);
    assert_eq!((told(&mut callers, YOU).as_str(), told(&mut callers, ME).as_str()), ("+shown\r\n", ""));
    callers.remove(YOU);
    assert!(!callers.monitored());
}

#[test]
fn who_is_to_be_closed_is_told_apart_by_when() {
    let ctx = Ctx::of(Era::V3_0, &[]);
    let mut callers = two(&ctx);
    callers.set_state(ME, State::Doomed { at_cron: true, why: SessionEnd::OutputLimit });
    assert_eq!((callers.asks().doomed, callers.doomed(false).len(), callers.doomed(true).len()), (true, 0, 1));
    callers.set_state(YOU, State::Doomed { at_cron: false, why: SessionEnd::Answered });
    assert_eq!((callers.doomed(false), callers.doomed(true).len()), (vec![(YOU, SessionEnd::Answered)], 2));
    let (gathered, doomed) = callers.gather(|conn| conn.pipe.id == ME);
    assert_eq!((&gathered[..], doomed), (&[ME][..], true));
    callers.sent(gathered);
    assert_eq!(callers.gather(|_| false).0, []);
}

/// Channels before patterns, each in the order of the subscriptions; nobody who left hears anything.
#[test]
fn messages_go_to_who_named_the_channel_and_then_to_who_has_a_pattern() {
    let ctx = Ctx::of(Era::V7_0, &[]);
    let mut callers = two(&ctx);
    let (news, all, hi) = (Bytes::from_static(b"news"), Bytes::from_static(b"n*"), Bytes::from_static(b"hi"));
    callers.subscribe(YOU, Topic::Patterns, core::slice::from_ref(&all));
    callers.subscribe(ME, Topic::Channels, &[news.clone(), hi.clone(), news.clone()]);
    callers.subscribe(ME, Topic::Patterns, core::slice::from_ref(&all));
    assert_eq!((callers.channels(), callers.patterns(&ctx)), (2, 1));
    assert_eq!(callers.patterns(&Ctx::of(Era::V5_0, &[])), 2, "each that subscribed counts");
    assert_eq!(callers.publish(&news, &hi, None, &ctx), (3, Vec::new()));
    let (message, pmessage) =
        ("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n", "*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
    assert_eq!(told(&mut callers, ME), [message, pmessage].concat());
    assert_eq!(told(&mut callers, YOU), pmessage);
    let (count, own) = callers.publish(&news, &hi, Some(ME), &ctx);
    assert_eq!((count, own.len(), told(&mut callers, ME).len()), (3, 2, 0), "in a transaction they stand among its replies");
    callers.unsubscribe(ME, Topic::Channels, &[]);
    assert_eq!(callers.subscribers(core::slice::from_ref(&news)), Reply::Array(vec![Reply::Bulk(news.clone()), Reply::Int(0)]));
    callers.remove(YOU);
    assert_eq!((callers.publish(&news, &hi, None, &ctx).0, callers.patterns(&ctx)), (1, 1));
    callers.unsubscribe_from_all(ME);
    assert_eq!((callers.publish(&news, &hi, None, &ctx).0, callers.channels(), callers.patterns(&ctx)), (0, 0, 0));
    // CLIENT REPLY OFF silences messages up to 5.0.
    let old = Ctx::of(Era::V5_0, &[]);
    told(&mut callers, ME);
    callers.subscribe(ME, Topic::Channels, core::slice::from_ref(&news));
    callers.get_mut(ME).expect("me").replies = Replies::Off;
    callers.publish(&news, &hi, None, &old);
    assert_eq!(told(&mut callers, ME), "");
}
