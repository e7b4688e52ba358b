//! A sitting as text, for the browser's storage. What does not fit is left out, so that a text of another release, or a torn one, is a sitting still.

use super::{Kind, Mark, ROWS_MAX, Row, Said, Sitting};

/// A sitting as text: a line of fields, and one for each row.
#[must_use]
pub fn text(sitting: &Sitting) -> String {
    let levels = sitting.levels.map(|level| level.to_string()).join(",");
    let given = sitting.given.map(|said| said.map_or_else(String::new, |said| said_text(&said))).join(",");
    let graded = u8::from(sitting.graded);
    let asked = sitting.asked();
    let now = format!("{},{},{}", asked.kind.name(), asked.end, asked.seed);
    let mut lines = vec![format!("seed={};levels={levels};now={now};given={given};graded={graded}", sitting.seed)];
    for row in &sitting.rows {
        let numbers = [row.end, row.mine, usize::from(row.again), row.mark as usize].map(|number| number.to_string()).join(",");
        lines.push(format!("{}\t{numbers}\t{}\t{}\t{}", row.kind.name(), row.era, row.had, row.truth));
    }
    lines.join("\n")
}

fn said_text(said: &Said) -> String {
    said.number.map_or_else(|| said.choice.to_string(), |number| format!("{}:{number}", said.choice))
}

/// The sitting of a text; nothing if it has no seed.
#[must_use]
pub fn read(text: &str) -> Option<Sitting> {
    let mut lines = text.lines();
    let head = lines.next()?;
    let field = |name: &str| head.split(';').filter_map(|field| field.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value);
    let mut sitting = Sitting { seed: field("seed")?.parse().ok()?, ..Sitting::default() };
    for (level, text) in sitting.levels.iter_mut().zip(field("levels").unwrap_or_default().split(',')) {
        *level = text.parse::<usize>().unwrap_or_default().min(3);
    }
    sitting.rows = lines.take(ROWS_MAX).map_while(row).collect();
    for (given, text) in sitting.given.iter_mut().zip(field("given").unwrap_or_default().split(',')) {
        *given = said(text);
    }
    sitting.graded = field("graded") == Some("1") && !sitting.rows.is_empty();
    // What was said belongs to that decision alone; a release that mixes otherwise asks another one.
    let asked = sitting.asked();
    if field("now") != Some(format!("{},{},{}", asked.kind.name(), asked.end, asked.seed).as_str()) {
        sitting.given = [None; 3];
        sitting.graded = false;
    }
    Some(sitting)
}

fn said(text: &str) -> Option<Said> {
    let (choice, number) = match text.split_once(':') {
        Some((choice, number)) => (choice, Some(number.parse().ok()?)),
        None => (text, None),
    };
    Some(Said { choice: choice.parse().ok()?, number })
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let kind = Kind::named(fields.next()?)?;
    let numbers: Vec<usize> = fields.next()?.split(',').map_while(|number| number.parse().ok()).collect();
    let &[end, mine, again, mark] = numbers.as_slice() else { return None };
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let (era, had, truth) = (next(), next(), next());
    Some(Row { kind, end: end % kind.ends(), mine: mine.min(3), again: again == 1, mark: *Mark::ALL.get(mark)?, era, had, truth })
}
