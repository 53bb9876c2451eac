//! Diagnostics: what is wrong, where, what to do about it, and why the rule exists.
//!
//! Used for configuration files here and for trace and table files by the crates that read them.
//! A [`Diagnostic`] cannot be made without a hint, and its reason belongs to its [`Code`], so no
//! message reaches a user without a cure.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme};
use serde::{Serialize, Serializer};

use crate::snippet::Snippet;

/// Stable identity of one kind of problem and the reason why the rule exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Stable name, such as `dysta::config::unknown_key`; scripts may rely on it.
    pub name: &'static str,
    /// One sentence: why the rule exists.
    pub reason: &'static str,
}

impl Code {
    /// Declares a code; `name` is `dysta::AREA::PROBLEM` with area `config` or `data`.
    pub const fn new(name: &'static str, reason: &'static str) -> Self {
        Self { name, reason }
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The run cannot go on.
    Error,
    /// The run goes on; the user should know.
    Warning,
}

/// Where a problem is: a file, and in it a line, a column and a length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Path as the user gave it, or the name of a preset.
    pub file: String,
    /// Line from 1; 0 when the whole file is meant.
    pub line: u32,
    /// Column in characters from 1; 0 when the whole file is meant.
    pub column: u32,
    /// Length in characters.
    pub length: u32,
    /// The lines around the place; none when the whole file is meant.
    #[serde(serialize_with = "snippet_text")]
    pub snippet: Option<Snippet>,
}

fn snippet_text<S: Serializer>(snippet: &Option<Snippet>, out: S) -> Result<S::Ok, S::Error> {
    snippet.as_ref().map(Snippet::marked_line).serialize(out)
}

impl Place {
    /// The file as a whole: missing, unreadable, truncated.
    pub fn in_file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            length: 0,
            snippet: None,
        }
    }

    /// One line of a data file whose other lines are not kept in memory.
    pub fn in_line(file: impl Into<String>, line: u32, text: &str) -> Self {
        let file = file.into();
        let length = text.chars().count() as u32;
        Self {
            snippet: Some(Snippet::of_line(&file, text, line)),
            ..Self::in_file(file)
        }
        .spot(line, 1, length)
    }

    /// A place in a text; line and column from 1, column and length in characters.
    pub fn in_text(file: &str, text: &str, line: u32, column: u32, length: u32) -> Self {
        let (line, column) = (line.max(1), column.max(1));
        Self {
            snippet: Some(Snippet::of_text(file, text, line, column, length)),
            ..Self::in_file(file)
        }
        .spot(line, column, length)
    }

    fn spot(self, line: u32, column: u32, length: u32) -> Self {
        Self {
            line,
            column,
            length,
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{}:{}", self.file, line, self.column),
        }
    }
}

/// One problem, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable name of the problem.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, with the actual values.
    pub message: String,
    /// Where; none for problems of the command line.
    pub place: Option<Box<Place>>,
    /// Short text under the marked part of the snippet.
    pub label: Option<String>,
    /// What to do.
    pub hint: String,
    /// Why the rule exists.
    pub reason: &'static str,
}

impl Diagnostic {
    /// An error: `message` says what is wrong with the actual values, `hint` what to do.
    pub fn error(code: &Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.name,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            label: None,
            hint: hint.into(),
            reason: code.reason,
        }
    }

    /// A warning; the arguments are those of [`Diagnostic::error`].
    pub fn warning(code: &Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message, hint)
        }
    }

    /// Says where the problem is.
    pub fn at(self, place: impl Into<Option<Place>>) -> Self {
        Self {
            place: place.into().map(Box::new),
            ..self
        }
    }

    /// Puts a short text under the marked part of the snippet.
    pub fn label(self, label: impl Into<String>) -> Self {
        Self {
            label: Some(label.into()),
            ..self
        }
    }

    /// Whether the problem lies in a data file (exit code 1) and not in a configuration (3).
    pub fn is_data(&self) -> bool {
        self.code.starts_with("dysta::data::")
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) if place.snippet.is_none() => write!(f, "{place}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}\nwhy: {}", self.hint, self.reason)))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.snippet().map(|s| s as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let span = self.snippet()?.span();
        let label = miette::LabeledSpan::new_primary_with_span(self.label.clone(), span);
        Some(Box::new(std::iter::once(label)))
    }
}

impl Diagnostic {
    fn snippet(&self) -> Option<&Snippet> {
        self.place.as_ref()?.snippet.as_ref()
    }
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Colours and box drawing, for a terminal.
    Terminal,
    /// ASCII without colours: for pipes, log files and snapshots.
    Plain,
}

impl Style {
    /// The style for a stream: plain when it is not a terminal or `NO_COLOR` is set.
    pub fn for_stream(stream: &impl std::io::IsTerminal) -> Self {
        match stream.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            true => Style::Terminal,
            false => Style::Plain,
        }
    }

    fn handler(self) -> GraphicalReportHandler {
        let theme = match self {
            Style::Terminal => GraphicalTheme::unicode(),
            Style::Plain => GraphicalTheme::none(),
        };
        GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(100)
            .with_context_lines(1)
    }
}

/// All problems of one run, in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one problem, unless the very same is already there.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.0.contains(&diagnostic) {
            self.0.push(diagnostic);
        }
    }

    /// Whether at least one is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// Puts them in the order of files, lines and columns.
    pub fn sort(&mut self) {
        let key = |d: &Diagnostic| {
            let place = d.place.as_deref();
            place.map(|p| (p.file.clone(), p.line, p.column))
        };
        self.0.sort_by_cached_key(key);
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of problems.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The problems in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// `Ok(value)` with the warnings when no problem is an error, else all problems.
    pub fn finish<T>(self, value: T) -> Result<(T, Diagnostics), Diagnostics> {
        match self.has_errors() {
            true => Err(self),
            false => Ok((value, self)),
        }
    }

    /// All problems as text, a blank line after each.
    pub fn render(&self, style: Style) -> String {
        let handler = style.handler();
        let mut text = String::new();
        for diagnostic in &self.0 {
            if handler.render_report(&mut text, diagnostic).is_err() {
                text.push_str(&diagnostic.message);
            }
            text.push('\n');
        }
        text
    }

    /// All problems as a JSON list, for `--json`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        more.into_iter().for_each(|d| self.push(d));
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{}", diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
