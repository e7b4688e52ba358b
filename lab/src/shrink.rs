//! Makes a failing text short: whatever can go without the failure going is taken out.

/// The shortest text found that still fails, by `fails`. Lines of the world stay as long as they are needed; `keep` says which lines are not to be touched.
pub fn shortened(text: &str, keep: &dyn Fn(&str) -> bool, fails: &dyn Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(ToString::to_string).collect();
    let join = |lines: &[String]| lines.join("\n") + "\n";
    // Chunks of lines, large ones first, until nothing more can go.
    let mut chunk = lines.len().div_ceil(2);
    while chunk > 0 {
        let mut at = 0;
        let mut any = false;
        while at < lines.len() {
            let end = (at + chunk).min(lines.len());
            let without: Vec<String> =
                lines.iter().enumerate().filter(|(ix, line)| *ix < at || *ix >= end || keep(line)).map(|(_, line)| line.clone()).collect();
            if without.len() < lines.len() && fails(&join(&without)) {
                lines = without;
                any = true;
            } else {
                at = end;
            }
        }
        if chunk > 1 {
            chunk /= 2;
        } else if !any {
            break;
        }
    }
    // Then the words of the servers' lines, two by two.
    for ix in 0..lines.len() {
        if !lines[ix].starts_with("node ") && !lines[ix].starts_with("default ") {
            continue;
        }
        let mut at = 2;
        loop {
            let words: Vec<&str> = lines[ix].split(' ').collect();
            if at >= words.len() {
                break;
            }
            let width = match words[at] {
                "client-output-buffer-limit" => 5,
                "keys" => 4,
                "save" if words.get(at + 1) != Some(&"\"\"") => 3,
                _ => 2,
            };
            let fewer: Vec<&str> = words.iter().enumerate().filter(|(n, _)| *n < at || *n >= at + width).map(|(_, word)| *word).collect();
            let mut trial = lines.clone();
            trial[ix] = fewer.join(" ");
            if fails(&join(&trial)) {
                lines = trial;
            } else {
                at += width;
            }
        }
    }
    join(&lines)
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn what_is_not_needed_goes() {
        let text = "node a x 1 y 2\none\ntwo\nthree\nfour\nfive\n";
        let short = shortened(text, &|line| line == "two", &|text| text.contains("five") && text.contains("one") && text.contains("y 2"));
        assert_eq!(short, "node a y 2\none\ntwo\nfive\n");
    }
}
