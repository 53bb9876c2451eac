//! Text of a configuration file and places inside it.
//!
//! Every value read from YAML carries an [`Origin`]: the file it came from and where in it. Merging
//! keeps origins, so a problem found long after loading can still point at the line the user wrote.

use std::sync::Arc;

use crate::diag::Place;

/// Text that values were read from: a file, a preset in the binary, or the value of one `--set`.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// Byte offset of each line.
    line_starts: Vec<usize>,
    /// Whether every character is one byte.
    ascii: bool,
}

impl Source {
    /// Wraps a text with the name shown in diagnostics (a path, `preset edge`, `--set capacity`).
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Arc::new(Self {
            name: name.into(),
            line_starts: std::iter::once(0).chain(breaks).collect(),
            ascii: text.is_ascii(),
            text,
        })
    }

    /// The name shown in diagnostics.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte offset of a line and column, both from 1, the column in characters.
    ///
    /// Places behind the end of the line or of the text clamp to that end.
    pub fn offset_of(&self, line: u32, column: u32) -> usize {
        let index = line.saturating_sub(1) as usize;
        let Some(&start) = self.line_starts.get(index) else {
            return self.text.len();
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |next| next - 1);
        start + self.column_offset(&self.text[start..end], column)
    }

    fn column_offset(&self, line: &str, column: u32) -> usize {
        let skip = column.saturating_sub(1) as usize;
        match self.ascii {
            true => skip.min(line.len()),
            false => line.chars().take(skip).map(char::len_utf8).sum(),
        }
    }

    /// The line and column (both from 1, the column in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let before = prefix(&self.text, offset);
        let line = self
            .line_starts
            .partition_point(|start| *start <= before.len());
        let column = before[self.line_starts[line - 1]..].chars().count() as u32 + 1;
        (line as u32, column)
    }
}

/// The longest prefix of at most `length` bytes that ends at a character.
fn prefix(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Where a value stands in its source: line and column from 1, column and length in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The text the value was read from.
    pub source: Arc<Source>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; 0 marks a single position.
    pub length: u32,
}

impl Origin {
    /// The place for a diagnostic, with the line and its neighbours as snippet.
    pub fn place(&self) -> Place {
        Place::in_text(
            self.source.name(),
            self.source.text(),
            self.line,
            self.column,
            self.length,
        )
    }

    /// The origin of `length` characters that begin at byte `offset` of the source.
    pub fn at_offset(source: &Arc<Source>, offset: usize, length: u32) -> Self {
        let (line, column) = source.line_column(offset);
        Self {
            source: Arc::clone(source),
            line,
            column,
            length,
        }
    }

    /// The place of bytes `start..end` of a scalar's value, as they stand in the source.
    ///
    /// Follows quotes and folded lines. A scalar written with escapes cannot be
    /// followed; then the whole scalar is the place.
    pub fn part(&self, value: &str, start: usize, end: usize) -> Self {
        let from = self.source.offset_of(self.line, self.column);
        let raw = &self.source.text()[from..];
        let (start, end) = (start.min(value.len()), end.min(value.len()).max(start));
        let found = follow(raw, value, start)
            .zip(follow(raw, value, end.saturating_sub(1).max(start)))
            .filter(|(first, last)| first <= last);
        match found {
            Some((first, last)) => {
                let length = raw[first..last].chars().count() as u32 + 1;
                Self::at_offset(&self.source, from + first, length)
            }
            None => self.clone(),
        }
    }
}

/// The offset in `raw` (the scalar as written) of byte `target` of `value` (the scalar as read).
fn follow(raw: &str, value: &str, target: usize) -> Option<usize> {
    let mut at = body_start(raw);
    for (index, wanted) in value.char_indices() {
        if wanted.is_whitespace() {
            if index >= target {
                return Some(at);
            }
            at += skip_blank(&raw[at..]);
            continue;
        }
        at += skip_blank(&raw[at..]);
        let found = raw[at..].chars().next()?;
        if found != wanted {
            return None;
        }
        if index >= target {
            return Some(at);
        }
        at += found.len_utf8();
    }
    Some(at)
}

fn body_start(raw: &str) -> usize {
    match raw.chars().next() {
        Some('"' | '\'') => 1,
        _ => 0,
    }
}

fn skip_blank(raw: &str) -> usize {
    raw.len() - raw.trim_start().len()
}

/// A value with the place it was written at; values from defaults have none.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was written, `None` when it is a default of the field table.
    pub origin: Option<Origin>,
}

impl<T> Located<T> {
    /// A value with its origin.
    pub fn new(value: T, origin: Option<Origin>) -> Self {
        Self { value, origin }
    }

    /// The place for a diagnostic; `None` for defaults.
    pub fn place(&self) -> Option<Place> {
        self.origin.as_ref().map(Origin::place)
    }

    /// Changes the value and keeps the origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            origin: self.origin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_columns_agree() {
        let source = Source::new("f", "a: é\nbb: 2\n");
        for offset in [0, 3, 6, 9, 12] {
            let (line, column) = source.line_column(offset);
            assert_eq!(source.offset_of(line, column), offset);
        }
        assert_eq!(source.offset_of(9, 9), source.text().len());
        assert_eq!(source.offset_of(1, 99), 5);
    }

    /// Byte range of a part of `value` -> the text it covers in the source.
    fn covered(yaml: &str, line: u32, column: u32, value: &str, part: &str) -> String {
        let source = Source::new("f", yaml);
        let origin = Origin {
            source,
            line,
            column,
            length: 1,
        };
        let start = value.find(part).expect("part of the value");
        let found = origin.part(value, start, start + part.len());
        let from = origin.source.offset_of(found.line, found.column);
        let rest = origin.source.text()[from..].chars();
        rest.take(found.length as usize).collect()
    }

    #[test]
    fn parts_of_scalars_are_found() {
        assert_eq!(covered("s: a + bad", 1, 4, "a + bad", "bad"), "bad");
        assert_eq!(covered("s: \"a + bad\"", 1, 4, "a + bad", "bad"), "bad");
        let folded = "s: >\n  a +\n  bad * 2\n";
        assert_eq!(covered(folded, 2, 3, "a + bad * 2\n", "bad"), "bad");
        assert_eq!(covered("s: a  +\n  bad", 1, 4, "a  + bad", "a"), "a");
    }

    #[test]
    fn escapes_fall_back_to_the_whole_scalar() {
        let source = Source::new("f", "s: \"\\x61 + b\"");
        let origin = Origin {
            source,
            line: 1,
            column: 4,
            length: 10,
        };
        assert_eq!(origin.part("a + b", 4, 5), origin);
    }
}
