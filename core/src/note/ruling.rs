//! A verdict's fields, as conditions compare them (`note master psync-verdict partial=false reason=lack-of-backlog`) and exports print them.

use super::value::{Fields, Value};
use crate::repl::psync::{Asked, Decision, Ruling, Verdict};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::{Serialize, Serializer};

/// The fields. Where there is nothing to tell, ids are empty, and offsets −1 or, of the window, 0.
fn fields(ruling: &Ruling) -> [(&'static str, Value); 14] {
    let Ruling { asked, lineage, window } = ruling;
    let decision = ruling.decision();
    let (id, offset) = match asked {
        Asked::Sync => (String::new(), -1),
        Asked::Psync { id, offset, .. } => (id.clone(), offset.unwrap_or(-1)),
    };
    let passed = |test: fn(&Decision) -> bool| decision.is_some_and(|decision| test(&decision));
    [
        ("asked_id", id.into()),
        ("asked_offset", offset.into()),
        ("my_id", lineage.id.to_string().into()),
        ("my_id2", lineage.second.map(|(id, _)| id.to_string()).unwrap_or_default().into()),
        ("second_offset", lineage.second.map_or(-1, |(_, up_to)| up_to.0).into()),
        ("id_ok", passed(|decision| decision.id.ok()).into()),
        ("window_first", window.map_or(0, |window| window.first.0).into()),
        ("window_end", window.map_or(0, |window| window.end().0).into()),
        ("window_ok", passed(|decision| decision.window.ok()).into()),
        ("has_backlog", window.is_some().into()),
        ("partial", passed(|decision| matches!(decision.verdict, Verdict::Partial { .. })).into()),
        ("bytes", ruling.partial().map_or(0, |bytes| bytes as i64).into()),
        ("reply", ruling.reply().into()),
        ("reason", ruling.reason().to_string().into()),
    ]
}

impl Fields for Ruling {
    fn put(&self, _: &'static str, all: &mut Vec<(&'static str, Value)>) {
        all.extend(fields(self));
    }
}
impl Serialize for Ruling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(fields(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Note;
    use crate::repl::psync::{Lineage, Request, Window};
    use crate::repl::{Offset, ReplId};
    use alloc::format;

    fn told(ruling: Ruling) -> String {
        let fields = Note::PsyncVerdict { replica: "10.0.0.2:6379".to_string(), ruling }.fields();
        fields.iter().map(|(name, value)| format!("{name}={}", value.to_text())).collect::<Vec<_>>().join(" ").replace(&"a".repeat(40), "A")
    }

    /// Scenarios compare with these.
    #[test]
    fn the_fields_of_a_verdict() {
        let id = [b'a'; 40];
        let lineage = Lineage { id: ReplId::from_wire(&id).unwrap(), second: None, offset: Offset(50) };
        let two = Lineage { second: Some((ReplId::ZEROS, Offset::NONE)), ..lineage };
        let window = Some(Window { first: Offset(21), histlen: 30 });
        let ask = |id, offset| Request { id, offset };
        assert_eq!(
            told(Ruling::psync(&ask(&id, Some(30)), lineage, window)),
            "replica=10.0.0.2:6379 asked_id=A asked_offset=30 my_id=A my_id2= second_offset=-1 id_ok=true window_first=21 window_end=51 \
             window_ok=true has_backlog=true partial=true bytes=21 reply=+CONTINUE reason=continue"
        );
        let refused = told(Ruling::psync(&ask(&id, Some(7)), two, window));
        assert!(refused.contains("my_id2=0000") && refused.contains("second_offset=-1 id_ok=true"), "{refused}");
        assert!(
            refused.ends_with("window_ok=false has_backlog=true partial=false bytes=0 reply=+FULLRESYNC reason=lack-of-backlog"),
            "{refused}"
        );
        let word = told(Ruling::psync(&ask(b"?", None), lineage, None));
        assert!(
            word.contains("asked_id=? asked_offset=-1")
                && word.ends_with(
                    "window_first=0 window_end=0 window_ok=false has_backlog=false partial=false bytes=0 reply=+FULLRESYNC reason=asked"
                ),
            "{word}"
        );
        assert!(told(Ruling::psync(&ask(&id, Some(51)), two, window)).contains("bytes=0 reply=+CONTINUE A reason=continue"));
        let sync = told(Ruling { asked: Asked::Sync, lineage, window });
        assert!(sync.contains("asked_id= asked_offset=-1") && sync.ends_with("id_ok=false window_first=21 window_end=51 window_ok=false has_backlog=true partial=false bytes=0 reply=$<length> reason=sync"), "{sync}");
    }
}
