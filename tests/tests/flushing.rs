//! What clients of a replica are told while its old data go before its master's RDB is loaded: silence up to 7.4, `-LOADING` from 8.0 on. Real servers with
//! 1 500 000 keys of their own, asked every 5 ms: 7.4.1 answered the first request after 1 215 ms, once all was flushed; 8.0.6 after 41 ms, in the midst of it.

use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view;

/// Moments of `Flushing old data` and of `Loading RDB produced …`, ms, and how many requests were answered by an error and by anything else between them.
fn flush(era: &str) -> (u64, u64, u64, u64) {
    let text = format!(
        "era {era}\nseed 7\nnode master keys 1000 size 10\nnode replica-1 keys 300000 size 10\nclient reader on replica-1: every 5ms PING\n\
         at 2s replica-1: REPLICAOF master 6379\n"
    );
    let mut run = Timeline::from_text(&text).expect("a scenario");
    // It loaded its own file at the start.
    let line = |run: &Timeline, says: &str| {
        view::log(run.sim(), run.recorder(), 1, 200).iter().any(|line| line.at_us >= 2_000_000 && line.text.contains(says))
    };
    let mut at = 1_990;
    let mut until = |run: &mut Timeline, says: &str| {
        while !line(run, says) {
            at += 1;
            assert!(at < 60_000, "{era}: {says:?} is never logged");
            run.advance(Time::from_millis(at), u64::MAX);
        }
        let reader = &run.sim().clients()[0];
        (at, reader.refused, reader.ok)
    };
    let (from, refused, ok) = until(&mut run, "Flushing old data");
    let (to, refused_then, ok_then) = until(&mut run, "Loading RDB produced");
    until(&mut run, "Finished with success");
    (from, to, refused_then - refused, ok_then - ok)
}

#[test]
fn a_replica_of_8_0_answers_while_its_old_data_go_and_one_of_7_4_is_silent() {
    for (era, answers) in [("6.2", false), ("7.4", false), ("8.0", true), ("8.6", true)] {
        let (from, to, refused, ok) = flush(era);
        assert!(to > from + 50, "{era}: 300 000 keys go in {} ms", to - from);
        assert!(ok <= 1, "{era}: nobody hears PONG, but for who had asked before: {ok}");
        if answers {
            // It looks at its callers whenever 65 536 keys are gone, and this one asks again when it was answered.
            assert!((3..=5).contains(&refused), "{era}: answered -LOADING {refused} times in {} ms", to - from);
        } else {
            assert_eq!(refused, 0, "{era}: it hears nobody");
        }
    }
}
