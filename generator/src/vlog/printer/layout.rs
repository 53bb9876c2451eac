//! Line breaking: text with places where a line may end.
//!
//! A [`Doc`] says where a line may be broken; [`render`] breaks the outermost groups that do not fit
//! and keeps all others on one line.

/// Text with optional line ends.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    /// Text without line ends.
    Text(String),
    /// A space, or a line end when the group is broken.
    Space,
    /// Nothing, or a line end when the group is broken.
    Nothing,
    /// One after the other.
    Seq(Vec<Doc>),
    /// Line ends inside are followed by this many more spaces.
    Nest(usize, Box<Doc>),
    /// Broken as a whole, or not at all.
    Group(Box<Doc>),
}

impl Doc {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn nest(self, columns: usize) -> Self {
        Self::Nest(columns, Box::new(self))
    }

    pub(super) fn group(self) -> Self {
        Self::Group(Box::new(self))
    }

    /// Puts the document between two texts.
    pub(super) fn between(self, open: &str, close: &str) -> Self {
        Self::Seq(vec![Self::text(open), self, Self::text(close)])
    }
}

/// A document still to be written: its indent, whether its group is broken, and itself.
type Pending<'a> = (usize, bool, &'a Doc);

/// Writes the document at the end of `out`, whose last line has `column` characters.
///
/// Continuation lines start `indent` columns in. A line is longer than `width` only where it holds no
/// place to break it.
pub(super) fn render(out: &mut String, doc: &Doc, indent: usize, column: usize, width: usize) {
    let mut column = column;
    let mut stack: Vec<Pending> = vec![(indent, true, doc)];
    while let Some((indent, broken, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => {
                out.push_str(text);
                column += text.chars().count();
            }
            Doc::Space | Doc::Nothing if broken => {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                column = indent;
            }
            Doc::Space => {
                out.push(' ');
                column += 1;
            }
            Doc::Nothing => {}
            Doc::Seq(parts) => stack.extend(parts.iter().rev().map(|d| (indent, broken, d))),
            Doc::Nest(more, inner) => stack.push((indent + more, broken, inner)),
            Doc::Group(inner) => {
                let room = width.saturating_sub(column);
                let fits = fits(inner, &stack, room);
                stack.push((indent, !fits, inner));
            }
        }
    }
}

/// Tells whether the group on one line, with what follows up to the next line end, takes at most `room` columns.
fn fits(group: &Doc, rest: &[Pending], room: usize) -> bool {
    let mut room = room;
    let mut rest = rest.iter().rev();
    let mut stack = vec![(false, group)];
    loop {
        let Some((broken, doc)) = stack.pop().or_else(|| rest.next().map(|&(_, b, d)| (b, d)))
        else {
            return true;
        };
        let columns = match doc {
            Doc::Text(text) => text.chars().count(),
            Doc::Space | Doc::Nothing if broken => return true,
            Doc::Space => 1,
            Doc::Nothing => 0,
            Doc::Seq(parts) => {
                stack.extend(parts.iter().rev().map(|d| (broken, d)));
                0
            }
            Doc::Nest(_, inner) => {
                stack.push((broken, inner));
                0
            }
            // What follows may break its own groups, so only text up to there counts.
            Doc::Group(inner) => {
                stack.push((false, inner));
                0
            }
        };
        if columns > room {
            return false;
        }
        room -= columns;
    }
}

/// Pads each column of the rows to its widest cell, joins cells with one space and trims the ends.
pub(super) fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|i| {
            let lengths = rows
                .iter()
                .filter_map(|row| row.get(i))
                .map(|c| c.chars().count());
            lengths.max().unwrap_or(0)
        })
        .collect();
    rows.iter().map(|row| pad(row, &widths)).collect()
}

fn pad(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, &width) in row.iter().zip(widths) {
        // A column that is empty in every row takes no room.
        if width > 0 {
            line.push_str(&format!("{cell:width$} "));
        }
    }
    line.trim_end().to_owned()
}

/// Breaks a comment text into lines of at most `room` columns, at spaces; line ends in the text stay.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    text.lines()
        .flat_map(|line| wrap_line(line, room))
        .collect()
}

fn wrap_line(line: &str, room: usize) -> Vec<String> {
    if line.chars().count() <= room {
        return vec![line.trim_end().to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let length = lines.last().map_or(0, |l| l.chars().count());
        if length > 0 && length + 1 + word.chars().count() > room {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
