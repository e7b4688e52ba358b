//! What somebody states: the form, its short text for links, and the numbers that a diagnosis can fill in.

use super::field::Field;
use resync_core::diagnose::{Amount, Diagnosis, Finding, Info, Node, rate};
use resync_core::era::Era;
use resync_core::info::{Replication, Server};

/// The form. Every value is within the bounds of its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    /// Bytes a second in the stream.
    rate: u64,
    /// The same, stated as writes a second and bytes of a value.
    each: Option<(u64, u64)>,
    outage_s: u64,
    margin: u64,
    dataset: u64,
    disk: u64,
    network: u64,
    load: u64,
    fork_ms: u64,
    replicas: u64,
    /// Whose words redis.conf speaks, and who proves it.
    pub era: Era,
}

impl Default for Form {
    /// 100 KB/s, 60 s, twice: the first example.
    fn default() -> Form {
        Form {
            rate: 100 << 10,
            each: None,
            outage_s: 60,
            margin: 20,
            dataset: 2 << 30,
            disk: 200 << 20,
            network: 100 << 20,
            load: 100 << 20,
            fork_ms: 10,
            replicas: 2,
            era: Era::V7_0,
        }
    }
}

/// Bytes that `SET` of a key of six characters and a value of so many bytes takes in the stream.
#[must_use]
pub(super) fn set_bytes(value: u64) -> u64 {
    let digits = u64::from(value.max(1).ilog10()) + 1;
    value + digits + 30
}

impl Form {
    /// The same for a release.
    #[must_use]
    pub const fn in_era(mut self, era: Era) -> Form {
        self.era = era;
        self
    }
    /// Whether the rate is stated as writes and their size.
    #[must_use]
    pub const fn by_writes(&self) -> bool {
        self.each.is_some()
    }
    /// The same with the rate stated the other way.
    #[must_use]
    pub fn stated(self, by_writes: bool) -> Form {
        if !by_writes {
            return Form { each: None, ..self };
        }
        let value = 1 << 10;
        let writes = (self.rate / set_bytes(value)).clamp(1, Field::Writes.bounds().1);
        self.with(Field::Writes, writes)
    }
    /// A value.
    #[must_use]
    pub const fn get(&self, field: Field) -> u64 {
        match field {
            Field::Rate => self.rate,
            Field::Writes => match self.each {
                Some((writes, _)) => writes,
                None => 1,
            },
            Field::Value => match self.each {
                Some((_, value)) => value,
                None => 1 << 10,
            },
            Field::Outage => self.outage_s,
            Field::Margin => self.margin,
            Field::Dataset => self.dataset,
            Field::Disk => self.disk,
            Field::Network => self.network,
            Field::Load => self.load,
            Field::Fork => self.fork_ms,
            Field::Replicas => self.replicas,
        }
    }
    /// The same with another value, held within its bounds.
    #[must_use]
    pub fn with(mut self, field: Field, value: u64) -> Form {
        let (from, to) = field.bounds();
        let value = value.clamp(from, to);
        match field {
            Field::Rate => (self.rate, self.each) = (value, None),
            Field::Writes => self.each = Some((value, self.get(Field::Value))),
            Field::Value => self.each = Some((self.get(Field::Writes), value)),
            Field::Outage => self.outage_s = value,
            Field::Margin => self.margin = value,
            Field::Dataset => self.dataset = value,
            Field::Disk => self.disk = value,
            Field::Network => self.network = value,
            Field::Load => self.load = value,
            Field::Fork => self.fork_ms = value,
            Field::Replicas => self.replicas = value,
        }
        if let Some((writes, value)) = self.each {
            let (least, most) = Field::Rate.bounds();
            self.rate = writes.saturating_mul(set_bytes(value)).clamp(least, most);
        }
        self
    }

    /// What a link carries behind its name: the era, then the values of the fields, in their order, joined by points.
    #[must_use]
    pub fn link(&self) -> String {
        let values = Field::ALL.map(|field| match field {
            Field::Rate if self.by_writes() => 0,
            Field::Writes | Field::Value if !self.by_writes() => 0,
            field => self.get(field),
        });
        values.iter().fold(self.era.name().replace('.', "_"), |link, value| link + "." + &value.to_string())
    }
    /// Reads it. `Err` names the first field that cannot be, `None` the link as a whole.
    ///
    /// # Errors
    /// A value that is no number or out of its bounds, an era that is none, too few or too many values.
    pub fn of_link(link: &str) -> Result<Form, Option<Field>> {
        let mut parts = link.split('.');
        let name = parts.next().unwrap_or_default().replace('_', ".");
        let era = Era::ALL.into_iter().find(|era| era.name() == name && era.capabilities().psync).ok_or(None)?;
        let mut form = Form { era, ..Form::default() };
        for field in Field::ALL {
            let value: u64 = parts.next().ok_or(None)?.parse().map_err(|_| Some(field))?;
            let (from, to) = field.bounds();
            let other = matches!(field, Field::Rate | Field::Writes | Field::Value) && value == 0;
            if !other && !(from..=to).contains(&value) {
                return Err(Some(field));
            }
            if !other {
                form = form.with(field, value);
            }
        }
        if parts.next().is_some() { Err(None) } else { Ok(form) }
    }
}

/// Bytes a second that a client had waiting when its limit was reached: `omem` over `age`, from the line of a log.
fn waited(node: &Node) -> Option<u64> {
    let told = node.last(&["Life.OverLimit", "Life.ClosedOverLimit"])?;
    let part = |name: &str| -> Option<u64> {
        let parts = told.value("client").split(' ');
        parts.filter_map(|part| part.strip_prefix(name)?.strip_prefix('=')).next()?.parse().ok()
    };
    part("omem")?.checked_div(part("age")?)
}
/// The average since the process began.
fn average(info: &Info) -> Option<u64> {
    let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    number(info.number(Replication::MasterReplOffset))?.checked_div(number(info.number(Server::UptimeInSeconds))?)
}

/// The form with what a diagnosis knows: the rate (two INFOs; what waited when a limit was reached; the average since the start, in this order), for how
/// long a replica was away, how large an RDB was, how many replicas there are, and the era. The rest is as it was. `None` if it knows none of them.
#[must_use]
pub fn from_diagnosis(form: Form, diagnosis: &Diagnosis, finding: Option<&Finding>) -> Option<Form> {
    let nodes = &diagnosis.paste.nodes;
    let own = finding.and_then(|finding| finding.node).and_then(|n| nodes.get(n));
    let node =
        own.filter(|node| !node.follows()).or_else(|| nodes.iter().find(|node| !node.follows())).or(own).or_else(|| nodes.first())?;
    let twice = rate(node).and_then(|rate| u64::try_from(rate).ok());
    let rate = twice.or_else(|| waited(node)).or_else(|| average(node.info()?)).filter(|rate| *rate > 0);
    let mut filled = form;
    if let Some(rate) = rate {
        filled = filled.with(Field::Rate, rate);
    }
    let missed = |finding: &Finding| {
        let asked = finding.values.iter().find_map(|(name, amount)| match amount {
            Amount::Words(words) if *name == "asked" => words.parse::<i64>().ok(),
            _ => None,
        })?;
        u64::try_from(node.info()?.number(Replication::MasterReplOffset)? - asked + 1).ok()
    };
    let away =
        finding.filter(|finding| finding.rule == "backlog-lack").and_then(missed).zip(rate).map(|(missed, rate)| missed.div_ceil(rate));
    if let Some(seconds) = away.filter(|seconds| *seconds > 0) {
        filled = filled.with(Field::Outage, seconds);
    }
    let rdb = nodes.iter().find_map(|node| node.last(&["Upstream.Receiving"])?.value("bytes").parse::<u64>().ok());
    if let Some(bytes) = rdb {
        filled = filled.with(Field::Dataset, bytes);
    }
    let replicas = node.info().map_or(0, |info| info.replicas().len() as u64);
    if replicas > 0 {
        filled = filled.with(Field::Replicas, replicas);
    }
    if node.eras().len() < Era::ALL.len()
        && let Some(era) = node.eras().into_iter().find(|era| era.capabilities().psync)
    {
        filled.era = era;
    }
    (filled != form || rate.is_some()).then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::diagnose::{Reader, joined, judge};

    #[test]
    fn a_link_keeps_the_form_and_names_what_is_wrong() {
        let form = Form::default();
        assert_eq!(
            form.link(),
            "7_0.102400.0.0.60.20.2147483648.209715200.104857600.104857600.10.2".replace("7_0", &form.era.name().replace('.', "_"))
        );
        for form in [form, form.stated(true), Form { era: Era::Valkey8_1, ..form }.with(Field::Value, 77)] {
            assert_eq!(Form::of_link(&form.link()), Ok(form), "{}", form.link());
        }
        let link = form.link();
        for (wrong, named) in [
            (link.replace(".60.", ".0."), Some(Field::Outage)),
            (link.replace(".60.", ".x."), Some(Field::Outage)),
            (link.replace(".20.", ".9999."), Some(Field::Margin)),
            (format!("{link}.1"), None),
            (link.replace("7_0", "1_2"), None),
            (String::new(), None),
        ] {
            assert_eq!(Form::of_link(&wrong), Err(named), "{wrong}");
        }
    }

    #[test]
    fn writes_times_size_is_a_rate() {
        assert_eq!(set_bytes(10_205), 10_240);
        let form = Form::default().with(Field::Writes, 10).with(Field::Value, 10_205);
        assert_eq!((form.get(Field::Rate), form.by_writes()), (102_400, true));
        assert_eq!(form.with(Field::Rate, 5_000).get(Field::Rate), 5_000);
        assert_eq!(form.stated(false).get(Field::Rate), 102_400);
        assert_eq!(Form::default().with(Field::Writes, 1_000_000).with(Field::Value, 8 << 20).get(Field::Rate), 1 << 30, "within bounds");
    }

    #[test]
    fn two_infos_state_the_rate() {
        let info = |offset: u64| {
            format!(
                "redis_version:6.2.14\nrole:master\nconnected_slaves:1\nslave0:ip=10.0.0.2,port=6379,state=online,offset={offset},lag=0\nmaster_repl_offset:{offset}\n"
            )
        };
        let reader = Reader::default();
        let paste = joined(reader.read(&info(1_000_000), 0), reader.read(&info(6_000_000), 1), Some(10_000));
        let form = from_diagnosis(Form::default(), &judge(paste), None).expect("numbers");
        assert_eq!((form.get(Field::Rate), form.get(Field::Replicas), form.era), (500_000, 1, Era::V6_2));
        assert_eq!(form.get(Field::Outage), 60, "what is not said stays");
        assert_eq!(from_diagnosis(Form::default(), &judge(reader.read("hello", 0)), None), None);
    }

    #[test]
    fn a_finding_fills_in_what_it_knows() {
        let paste = "role:master\nslave0:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0\nmaster_repl_offset:2567013556\nrepl_backlog_size:1048576\n\
            4712:M 12 Mar 14:00:34.204 * Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).\n\
            4712:M 12 Mar 14:02:11.871 # Client id=4711 addr=10.0.0.2:60018 fd=7 name= age=97 idle=1 flags=S omem=2147483656 events=rw cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.\n";
        let diagnosis = judge(Reader::default().read(paste, 0));
        let lack = diagnosis.findings.iter().find(|finding| finding.rule == "backlog-lack");
        let form = from_diagnosis(Form::default(), &diagnosis, lack).expect("numbers");
        assert_eq!((form.get(Field::Rate), form.get(Field::Outage)), (22_139_006, 100));
        assert_eq!(form.get(Field::Replicas), 1);
    }
}
