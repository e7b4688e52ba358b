//! What a person does: lines of scenario text, and the consoles' history.

use super::Desk;
use crate::inspection::{Answer, ConsoleLine};
use resync_core::note::Note;
use resync_core::view::NodeIx;

/// Console lines kept for each node.
const CONSOLE_LINES_MAX: usize = 400;

/// A line of a console, when it was typed, and what it leads to.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// Step number right after it.
    step: u64,
    line: ConsoleLine,
    /// The console's database after it …
    database: u32,
    /// … which the process forgets when it ends.
    boots: u32,
}

impl Desk {
    /// One line of scenario text, applied now. The reply is a command's, as redis-cli prints it; `None` if there is none, or none yet.
    /// In the past, everything that was played after this moment is dropped.
    ///
    /// # Errors
    /// What is wrong with the line, or why it cannot be done.
    pub fn act(&mut self, line: &str) -> Result<Option<String>, String> {
        let console = self.console_of(line);
        if let Some((node, _)) = console
            && !self.timeline.sim().machine(node).alive()
        {
            self.type_line(node, line, Answer::Refused);
            return Err(String::from("nobody listens there: the process is not running"));
        }
        (self.before_input)(self.now_us(), line);
        let before = self.timeline.step_number();
        let done = self.timeline.act_line(line).map_err(|why| why.to_string());
        if done.is_ok() {
            // What had been typed later never was.
            for lines in self.consoles.values_mut() {
                lines.retain(|t| t.step <= before);
            }
        }
        self.told_event = self.told_event.min(self.timeline.sim().event());
        if let Some((node, _)) = console {
            let answer = match &done {
                Ok(Some(reply)) => Answer::Reply(reply.clone()),
                Ok(None) => Answer::Waiting,
                Err(why) => Answer::Unreadable(why.clone()),
            };
            self.type_line(node, line, answer);
        }
        done
    }

    /// The node and the words of a console line (`master: SET a b`).
    fn console_of<'a>(&self, line: &'a str) -> Option<(NodeIx, &'a str)> {
        let (name, words) = line.split_once(':')?;
        Some((self.node_named(name.trim())?, words.trim()))
    }
    /// Whether a line is typed at a console: errors about it are shown there.
    #[must_use]
    pub fn is_console_line(&self, line: &str) -> bool {
        self.console_of(line).is_some()
    }

    fn type_line(&mut self, node: NodeIx, line: &str, answer: Answer) {
        let input = line.split_once(':').map_or(line, |(_, words)| words.trim()).to_owned();
        let (prompt, database) = (self.prompt(node), self.database(node));
        let selected = match &answer {
            Answer::Reply(reply) if reply.trim_end() == "OK" => selects(&input),
            _ => None,
        };
        let typed = Typed {
            step: self.timeline.step_number(),
            line: ConsoleLine { at_us: self.now_us(), event: self.timeline.sim().event(), prompt, input, answer },
            database: selected.unwrap_or(database),
            boots: self.timeline.sim().machine(node).boots,
        };
        let lines = self.consoles.entry(node).or_default();
        lines.push(typed);
        if lines.len() > CONSOLE_LINES_MAX {
            lines.remove(0);
        }
    }

    fn typed(&self, node: NodeIx) -> impl Iterator<Item = &Typed> {
        let now = self.timeline.step_number();
        self.consoles.get(&node).into_iter().flatten().filter(move |t| t.step <= now)
    }
    fn database(&self, node: NodeIx) -> u32 {
        let boots = self.timeline.sim().machine(node).boots;
        self.typed(node).last().filter(|t| t.boots == boots).map_or(0, |t| t.database)
    }
    pub(super) fn prompt(&self, node: NodeIx) -> String {
        let spec = &self.timeline.sim().machine(node).spec;
        match self.database(node) {
            0 => format!("{}:{}> ", spec.ip, spec.port),
            db => format!("{}:{}[{db}]> ", spec.ip, spec.port),
        }
    }

    /// The console's lines up to now; replies that came late stand at their commands.
    pub(super) fn console(&self, node: NodeIx) -> Vec<ConsoleLine> {
        let mut lines: Vec<ConsoleLine> = self.typed(node).map(|t| t.line.clone()).collect();
        let event = self.timeline.sim().event();
        let late = self.timeline.recorder().journal().entries().iter().filter(|e| e.node == node && e.event <= event);
        let mut late =
            late.filter_map(|e| if let Note::ClientReply { reply, .. } = &e.note { Some((e.event, reply)) } else { None }).peekable();
        for line in lines.iter_mut().filter(|l| l.answer == Answer::Waiting) {
            while late.next_if(|(event, _)| *event < line.event).is_some() {}
            if let Some((_, reply)) = late.next() {
                line.answer = Answer::Reply(reply.clone());
            }
        }
        lines
    }
}

/// The database that a line of a console selects.
fn selects(input: &str) -> Option<u32> {
    let mut words = input.split_whitespace();
    (words.next()?.eq_ignore_ascii_case("select")).then(|| words.next()?.parse().ok())?
}
