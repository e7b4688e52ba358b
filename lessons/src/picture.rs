//! A lesson's picture: an SVG of plain shapes that take their colours from the page's classes, so that it is right in every scheme.
//!
//! It becomes part of the page's document. So it is held to a list of what it may have, which is stricter than the page's policy: shapes, places and
//! classes, no script, no style, no address.

const ELEMENTS: [&str; 8] = ["svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline"];
const ATTRIBUTES: [&str; 18] =
    ["class", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform", "viewBox"];
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// The picture as it stands in the index, or what in it is not allowed.
pub(crate) fn checked(text: &str) -> Result<String, String> {
    let mut rest = text.trim();
    let mut open: Vec<&str> = Vec::new();
    let mut first = true;
    while let Some(tag) = rest.strip_prefix('<') {
        let end = tag.find('>').ok_or("a tag has no end")?;
        let (inside, behind) = (&tag[..end], &tag[end + 1..]);
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop() != Some(name.trim()) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else {
            let (inside, closed) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
            let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            if !ELEMENTS.contains(&name) || first != (name == "svg") {
                return Err(format!("<{name}> is not allowed here; a picture is one <svg> of {}", ELEMENTS[1..].join(", ")));
            }
            each_attribute(name, attributes)?;
            if !closed {
                open.push(name);
            }
        }
        first = false;
        rest = behind.trim_start();
        if open.is_empty() {
            break;
        }
    }
    if first || !open.is_empty() || !rest.is_empty() {
        return Err("it is not one <svg> with nothing but shapes in it".into());
    }
    // One line, without the namespace, which the page's own document gives.
    let text = text.replace(&format!(" xmlns=\"{NAMESPACE}\""), "");
    Ok(text.lines().map(str::trim).collect())
}

fn each_attribute(element: &str, attributes: &str) -> Result<(), String> {
    let mut rest = attributes.trim();
    let mut seen = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").ok_or(format!("<{element}> has an attribute without a value in double quotes"))?;
        let (value, behind) = value.split_once('"').ok_or(format!("<{element} {name}> has no closing quote"))?;
        let known = ATTRIBUTES.contains(&name) || element == "svg" && name == "xmlns" && value == NAMESPACE;
        if !known {
            return Err(format!("<{element} {name}=…> is not allowed: places, sizes and classes alone"));
        }
        if seen.contains(&name) || value.contains(['<', '&']) {
            return Err(format!("<{element} {name}=…> is twice there, or has a character that needs an escape"));
        }
        seen.push(name);
        rest = behind.trim_start();
    }
    if element == "svg" && !seen.contains(&"viewBox") {
        return Err("<svg> has no viewBox".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn shapes_pass_without_their_namespace() {
        let text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">\n  <g class=\"a\"><path d=\"M0 0\"/></g>\n  <rect x=\"1\" />\n</svg>\n";
        assert_eq!(checked(text).as_deref(), Ok("<svg viewBox=\"0 0 1 1\"><g class=\"a\"><path d=\"M0 0\"/></g><rect x=\"1\" /></svg>"));
    }

    #[test]
    fn everything_else_is_refused() {
        let with = |inside: &str| format!("<svg viewBox=\"0 0 1 1\">{inside}</svg>");
        for inside in [
            "<script>alert(1)</script>",
            "<style>a{}</style>",
            "<path style=\"fill:red\"/>",
            "<path onload=\"x()\"/>",
            "<path fill=\"red\"/>",
            "<path d=\"url(&quot;x&quot;)\"/>",
            "<image href=\"x.png\"/>",
            "<use href=\"#a\"/>",
            "<foreignObject></foreignObject>",
            "<svg viewBox=\"0 0 1 1\"></svg>",
            "<a href=\"x\"></a>",
            "<path class=a/>",
            "<path class=\"a\" class=\"b\"/>",
            "<path d=\"M0 0\"",
            "<g>",
            "</g>",
            "words",
            "<!-- words -->",
        ] {
            assert!(checked(&with(inside)).is_err(), "{inside}");
        }
        for text in ["", "<path d=\"M0 0\"/>", "<svg></svg>", "<svg viewBox=\"0 0 1 1\"></svg><path/>", "<svg viewBox=\"0 0 1 1\">"] {
            assert!(checked(text).is_err(), "{text}");
        }
    }
}
