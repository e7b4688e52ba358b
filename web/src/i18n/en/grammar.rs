//! What each line of a scenario does.

use crate::i18n::grammar::Line;

pub(crate) fn explain(line: Line) -> &'static str {
    match line {
        Line::Comment => "A note to readers; the run ignores it.",
        Line::Title => "The run's name in the header and in links.",
        Line::Words => "The text speaks for itself: title, question, task or watch, in each language.",
        Line::Opens => "The moment that is shown first; what lies before it is the past. With paused behind it, time stands still there.",
        Line::Lesson => "The lesson whose scene this is.",
        Line::Era => {
            "The release of the nodes below: Redis 2.6, 2.8, 3.0, 3.2, 4.0, 5.0, 6.2, 7.0, 7.2, 7.4, 8.0, 8.2 or 8.6, or Valkey, written valkey-8.0, valkey-8.1, valkey-9.0 or valkey-9.1."
        }
        Line::Seed => "The same seed gives the same bytes, keys and delays again.",
        Line::Epoch => "The wall clock at the start, in unix seconds.",
        Line::Scale => "Each stored byte counts that many times for the time that work takes.",
        Line::Cost => {
            "How long work takes: also rdb-load 30mb/s, flush 2000000keys/s, fork 20us/mib, command 2us, element 100ns (of KEYS, HGETALL …). A load looks at its callers every 2 MiB times scale, and every 100 ms."
        }
        Line::DefaultNode => "A directive of redis.conf for all nodes below.",
        Line::DefaultLink => "The network between nodes that no link line names; default client is the way of clients.",
        Line::Node => "A node with directives of its own redis.conf; keys and size are the data in its RDB at the start.",
        Line::Follows => "A replica: it begins with this master.",
        Line::Release => "A node of another release and port; also ip 10.0.0.9, skew 200ms, allocator jemalloc. It follows a replica.",
        Line::Link => "Delay, jitter, bandwidth and buffer of one link; with -> of one direction alone.",
        Line::Client => "A client that sends one command again and again: {1..100} is drawn, {n} counts, {32 bytes} is filler.",
        Line::Sentinel => "Sentinels that watch a master and fail over by themselves; also failover-timeout 180s, parallel-syncs 1.",
        Line::At => "Something happens at a moment: cut resets every connection of a link.",
        Line::Until => "The script waits for a condition, at most so long.",
        Line::Then => "Something happens as soon as the script is here: heal lets the link work again.",
        Line::Expect => "A condition is checked when the script is here.",
        Line::Reply => "A caller's reply: that of a command typed at redis-cli. ~ is: contains.",
        Line::LogLine => "A line of the node's log, by a part of its text.",
        Line::Key => {
            "A key as the node keeps it: exists, over (its time has passed), type, value, ttl in ms; db 3 behind the key is another database."
        }
        Line::SameData => "same-data: the same keys, values and moments at which keys expire. same-keys: whenever they expire.",
        Line::Freeze => "The link swallows everything (here in one direction), and neither end is told.",
        Line::Physics => "The link changes while it runs.",
        Line::Command => "A command typed at the node's redis-cli.",
        Line::Rate => "A client's pace; client writer stop, client writer bytes 64.",
        Line::Pause => "SIGSTOP: the process stands still, its connections stay open.",
        Line::Resume => "SIGCONT: it goes on.",
        Line::Crash => "kill -9: the process is gone, its connections are closed.",
        Line::Restart => "The process starts again; without rdb it has lost its data.",
        Line::PowerOff => "The machine is dark: nobody hears that it is gone.",
        Line::Fault => {
            "Something is wrong with a node: child-slow 10 (percent), child-silent, child-fails, disk-full, fork-fails, folder-gone, folder-read-only, none."
        }
        Line::Interrupt => "Ctrl-C at the node's redis-cli: it ends MONITOR, PSYNC or a command that blocks.",
    }
}
