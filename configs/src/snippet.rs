//! The few source lines a diagnostic shows.
//!
//! A snippet owns its text, so a diagnostic outlives the file it talks about, and it is short
//! whatever the file: three lines, each cut around the marked column.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Longest line shown, in characters.
const WIDTH: usize = 120;

/// Up to three lines of a file, with one part marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    file: String,
    text: String,
    /// Line number of the first line of `text`, from 1.
    first_line: u32,
    /// Bytes of the marked part within `text`.
    offset: usize,
    length: usize,
    /// Line and column of the marked part, from 1.
    line: u32,
    column: u32,
}

impl Snippet {
    /// One line of a data file, marked as a whole.
    pub(crate) fn of_line(file: &str, text: &str, line: u32) -> Self {
        let length = text.chars().count() as u32;
        let mut snippet = Self::of_text(file, text, 1, 1, length);
        snippet.first_line = line;
        snippet.line = line;
        snippet
    }

    /// The lines around a place; line and column from 1, column and length in characters.
    pub(crate) fn of_text(file: &str, text: &str, line: u32, column: u32, length: u32) -> Self {
        let first_line = line.saturating_sub(1).max(1);
        let from = window_start(column);
        let mut snippet = Self {
            file: file.to_owned(),
            text: String::new(),
            first_line,
            offset: 0,
            length: 0,
            line,
            column,
        };
        let lines = (1..).zip(text.lines()).skip(first_line as usize - 1);
        for (number, source) in lines.take_while(|(number, _)| *number <= line + 1) {
            let cut: String = source.chars().skip(from).take(WIDTH).map(visible).collect();
            if number == line {
                snippet.mark(&cut, column as usize - 1 - from, length as usize);
            }
            snippet.text.push_str(&cut);
            snippet.text.push('\n');
        }
        snippet
    }

    fn mark(&mut self, line: &str, skip: usize, length: usize) {
        let before: usize = line.chars().take(skip).map(char::len_utf8).sum();
        let marked = line[before..].chars().take(length);
        self.offset = self.text.len() + before;
        self.length = marked.map(char::len_utf8).sum();
    }

    /// The marked line alone.
    pub fn marked_line(&self) -> String {
        let index = (self.line - self.first_line) as usize;
        self.text.lines().nth(index).unwrap_or_default().to_owned()
    }

    pub(crate) fn span(&self) -> SourceSpan {
        SourceSpan::new(self.offset.into(), self.length)
    }
}

/// First character shown, so that a marked column far to the right stays in the window.
fn window_start(column: u32) -> usize {
    (column as usize).saturating_sub(WIDTH * 3 / 4)
}

/// Control characters would disturb the drawing.
fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.text.read_span(span, before, after)?;
        let column = if before == 0 && after == 0 {
            self.column as usize - 1
        } else {
            part.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            part.data(),
            *part.span(),
            part.line() + self.first_line as usize - 1,
            column,
            part.line_count(),
        )))
    }
}
