use super::*;
use crate::fact::SessionState;
use alloc::format;
use alloc::string::ToString;
use alloc::vec;

/// INFO of a 7.0 master as its server printed it, cut short.
const MASTER: &str = "# Replication\r\nrole:master\r\nconnected_slaves:2\r\n\
    slave0:ip=10.0.0.2,port=6379,state=online,offset=70814,lag=1\r\n\
    slave1:ip=10.0.0.3,port=6380,state=wait_bgsave,offset=0,lag=0\r\n\
    master_failover_state:no-failover\r\nmaster_replid:8d2b7fe1b8affe328194605a8ec4b3dbde8efa5c\r\n\
    master_replid2:0000000000000000000000000000000000000000\r\nmaster_repl_offset:70828\r\nsecond_repl_offset:-1\r\n\
    repl_backlog_active:1\r\nrepl_backlog_size:1048576\r\nrepl_backlog_first_byte_offset:1\r\nrepl_backlog_histlen:70828\r\n\
    \r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=900\r\n";

fn read(text: &str) -> InfoText {
    let info = parse(text).expect("within bounds");
    assert_eq!(info.to_string(), text, "what is read is written as it was");
    info
}
fn complaints(text: &str) -> Vec<String> {
    read(text).complaints().iter().map(ToString::to_string).collect()
}

#[test]
fn a_server_s_text_is_read_into_values() {
    let info = read(MASTER);
    assert_eq!(
        info.sections.iter().map(|section| section.topic.clone()).collect::<Vec<_>>(),
        [Some(Topic::Replication), Some(Topic::Keyspace)]
    );
    assert!(info.says(Replication::Role, "master"));
    assert_eq!(info.number(Replication::SecondReplOffset), Ok(-1));
    assert_eq!(info.flag(Replication::ReplBacklogActive), Ok(true));
    assert_eq!(info.find(Replication::MasterReplOffset), Some((9, &Value::Number(70_828))));
    assert_eq!(
        info.text(Replication::MasterReplid2).as_deref(),
        Some("0000000000000000000000000000000000000000"),
        "zeros are an id, no number"
    );
    let lines: Vec<_> = info.replicas().map(|(n, line)| (n, line.expect("it is well formed").into_owned())).collect();
    let line = |ip: &str, port, state, offset, lag_s| ReplicaLine {
        ip: ip.to_string(),
        port,
        state,
        acked: Some(Acked { offset, lag_s }),
        more: Vec::new(),
    };
    assert_eq!(
        lines,
        [
            (0, line("10.0.0.2", 6379, ReplicaState::Known(SessionState::Online), 70_814, 1)),
            (1, line("10.0.0.3", 6380, ReplicaState::Known(SessionState::WaitBgsave), 0, 0))
        ]
    );
    let databases: Vec<_> = info.databases().map(|(n, line)| (n, line.expect("it is well formed").into_owned())).collect();
    assert_eq!(databases, [(0, DatabaseLine { keys: 3, expires: 1, avg_ttl_ms: Some(900), more: Vec::new() })]);
    assert_eq!(info.named("slave1").as_deref(), Some("ip=10.0.0.3,port=6380,state=wait_bgsave,offset=0,lag=0"));
    assert_eq!((info.named("slave01"), info.named("rol")), (None, None));
    assert_eq!(info.complaints(), []);
}

#[test]
fn a_paste_may_be_partial_indented_and_of_another_release() {
    let text = "   role:slave  \n\tmaster_link_status:down\nslave0:10.0.0.9,6381,online\nused_memory_rss:7\nslave1:ip=::1,port=6379,state=later_word,offset=7,lag=0,type=replica\n\n# CPU\nused_cpu_sys:0.5\nrole";
    let info = read(text);
    assert_eq!(
        info.sections.iter().map(|section| section.topic.clone()).collect::<Vec<_>>(),
        [None, Some(Topic::Other("# CPU".to_string()))]
    );
    assert!(info.says(Replication::Role, "slave"), "blanks around a value are no part of it");
    assert_eq!(info.named("used_memory_rss").as_deref(), Some("7"));
    let mut replicas = info.replicas().map(|(_, line)| line.expect("both forms are known").into_owned());
    let old = ReplicaLine {
        ip: "10.0.0.9".to_string(),
        port: 6381,
        state: ReplicaState::Known(SessionState::Online),
        acked: None,
        more: Vec::new(),
    };
    assert_eq!(replicas.next(), Some(old));
    let later = replicas.next().expect("a second one");
    assert_eq!(later.ip, "::1");
    assert_eq!(later.state, ReplicaState::Other("later_word".to_string()));
    assert_eq!(later.more, [("type".to_string(), "replica".to_string())]);
    assert_eq!(complaints(text), ["line 9: neither a heading nor name:value"], "the text ends within a line");
}

#[test]
fn values_that_a_server_would_not_write_so_are_kept_and_still_read() {
    let info = read("master_repl_offset: 007\r\nslave0:lag=1,offset=5,state=online,port=6379,ip=h\r\nloading_loaded_perc:1.5\r");
    assert_eq!(info.find(Replication::MasterReplOffset), Some((1, &Value::Text(" 007".into()))));
    assert_eq!(info.number(Replication::MasterReplOffset), Ok(7));
    let (_, line) = info.replicas().next().expect("a line");
    assert_eq!(line.expect("parts in any order").acked, Some(Acked { offset: 5, lag_s: 1 }));
    assert_eq!(info.find(Persistence::LoadingLoadedPerc), Some((3, &Value::Text("1.5".into()))), "1.50 is what a server writes");
    assert_eq!(info.complaints(), []);
}

#[test]
fn complaints_name_the_line_and_why() {
    assert_eq!(
        complaints(
            "role:king\nmaster_port:many\nmaster_sync_in_progress:2\nslave0:ip=h,state=online\nslave1:ip=h,port=x,state=online\nslave2:h\n\
             slave3:ip=h,port\ndb0:keys=1\ndb1:keys=1,expires=?\nsentence: with a colon\nHere: a sentence\nmaster_port:6379\nslave4:ip=h,port=1,state=online,lag=0\n\
             loading_loaded_perc:all\naof_enabled:yes\n:\n"
        ),
        [
            "line 1: role is no word of a server: king",
            "line 2: master_port is no number: many",
            "line 3: master_sync_in_progress is neither 0 nor 1: 2",
            "line 4: slave0: port is missing",
            "line 5: slave1: port is no number: x",
            "line 6: slave2: port is missing",
            "line 7: slave3: no name=value: port",
            "line 8: db0: expires is missing",
            "line 9: db1: expires is no number: ?",
            "line 12: master_port stands in line 2 already",
            "line 13: slave4: offset is missing",
            "line 14: loading_loaded_perc is no number: all",
            "line 15: aof_enabled is no number: yes",
            "line 16: neither a heading nor name:value",
        ]
    );
    let info = read("master_port:many\nslave0:ip=h,state=online\n");
    assert_eq!(info.number(Replication::MasterPort).expect_err("no number").to_string(), "line 1: master_port is no number: many");
    assert_eq!(info.number(Replication::MasterReplOffset).expect_err("none").to_string(), "there is no line master_repl_offset");
    assert_eq!(info.replicas().next().expect("a line").1.expect_err("no port").to_string(), "line 2: slave0: port is missing");
    assert_eq!(info.number(Replication::Role).expect_err("none").line, None);
}

#[test]
fn a_text_without_bound_is_refused() {
    let long = "x".repeat(crate::limits::INFO_BYTES_MAX);
    assert!(parse(&long).is_ok());
    assert_eq!(parse(&(long + "x")).expect_err("too long").kind, InfoErrorKind::TooLong { bytes: crate::limits::INFO_BYTES_MAX + 1 });
    let lines = "\n".repeat(crate::limits::INFO_LINES_MAX);
    assert!(parse(&lines).is_ok());
    let error = parse(&(lines + "x")).expect_err("too many lines");
    assert_eq!((error.line, error.kind), (Some(8_193), InfoErrorKind::TooManyLines));
}

#[test]
fn what_is_built_is_what_is_read_back() {
    let mut section = Section::new(Topic::Replication);
    section.put(Replication::Role, "master");
    section.put(Replication::ConnectedSlaves, 1usize);
    section.put_replica(
        0,
        ReplicaLine {
            ip: "h".to_string(),
            port: 0,
            state: ReplicaState::Known(SessionState::SendBulk),
            acked: Some(Acked { offset: 0, lag_s: 0 }),
            more: vec![],
        },
    );
    section.put(Replication::MasterSyncPerc, Value::Hundredths(205));
    let mut keys = Section::new(Topic::Keyspace);
    keys.put_database(3, DatabaseLine { keys: 1, expires: 0, avg_ttl_ms: Some(0), more: vec![] });
    let mut info = InfoText::default();
    info.push(section);
    info.push(keys);
    let text = "# Replication\r\nrole:master\r\nconnected_slaves:1\r\nslave0:ip=h,port=0,state=send_bulk,offset=0,lag=0\r\nmaster_sync_perc:2.05\r\n\r\n# Keyspace\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n";
    assert_eq!(info.to_string(), text);
    assert_eq!(parse(text), Ok(info));
}

#[test]
fn each_field_is_found_by_its_name_and_stands_in_one_section() {
    let mut names = alloc::collections::BTreeSet::new();
    let mut all: Vec<Field> = Vec::new();
    all.extend(Server::ALL.iter().copied().map(Field::from));
    all.extend(Clients::ALL.iter().copied().map(Field::from));
    all.extend(Memory::ALL.iter().copied().map(Field::from));
    all.extend(Persistence::ALL.iter().copied().map(Field::from));
    all.extend(Stats::ALL.iter().copied().map(Field::from));
    all.extend(Replication::ALL.iter().copied().map(Field::from));
    for field in all {
        assert!(names.insert(field.name()), "{field:?} has another's name");
        assert_eq!(Field::of(field.name()), Some(field));
        assert_eq!(Name::of(field.name()), Name::Field(field));
        assert!(Topic::PRINTED.contains(&field.topic()), "{field:?}");
    }
    for topic in Topic::PRINTED {
        assert_eq!(Topic::of(topic.heading()), topic);
        assert_eq!(Topic::asked(&topic.heading()[2..].to_lowercase()), Some(topic.clone()));
        assert_eq!(Topic::of(&format!("## {}", &topic.heading()[2..].to_uppercase())), topic);
    }
    assert_eq!(Topic::asked("nosuch"), None);
}

#[test]
fn parts_stand_as_the_line_has_them() {
    let parts = |text: &str| {
        let info = read(text);
        let (_, _, value) = info.pairs().next().expect("a pair");
        value.parts().into_iter().map(|(name, value)| format!("{name}{value}")).collect::<Vec<_>>()
    };
    for line in ["ip=h,port=1,state=online,offset=2,lag=3,type=replica", "h,1,online"] {
        assert_eq!(parts(&format!("slave0:{line}")).join(","), line);
    }
    assert_eq!(parts("db0:keys=1,expires=0,avg_ttl=0,subexpiry=0"), ["keys=1", "expires=0", "avg_ttl=0", "subexpiry=0"]);
    assert_eq!(parts("config_file:/a,b"), ["/a,b"], "a name with a comma is one part");
}
