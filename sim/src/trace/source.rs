//! Where the bytes of traces and tables come from: a folder, or files held in memory.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use dysta_config::data;
use flate2::read::MultiGzDecoder;

use super::error::{DataError, DataResult, Problem};

/// Largest text a reader accepts, after decompression, in bytes.
pub const TEXT_LIMIT: u64 = 1 << 26;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A flat collection of named files. Names have no folder part.
pub trait TraceSource {
    /// The bytes of one file; [`Problem::MissingFile`] if there is none of that name.
    fn read(&self, file: &str) -> DataResult<Vec<u8>>;

    /// All names, sorted bytewise, so that nothing depends on the order of a directory listing.
    fn files(&self) -> DataResult<Vec<String>>;

    /// How diagnostics name a file of this source: a path that the user can open.
    fn display(&self, file: &str) -> String {
        file.to_owned()
    }
}

/// The files of one folder.
#[derive(Debug, Clone)]
pub struct DirSource {
    folder: PathBuf,
}

impl DirSource {
    /// A source over `folder`; the folder is first looked at when a file is read.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self {
            folder: folder.as_ref().to_path_buf(),
        }
    }
}

impl TraceSource for DirSource {
    fn read(&self, file: &str) -> DataResult<Vec<u8>> {
        read_path(&self.folder.join(file))
    }

    fn files(&self) -> DataResult<Vec<String>> {
        let folder = self.folder.display().to_string();
        let failed = |error: std::io::Error| DataError::of_file(&folder, io_problem(&error));
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            if let Ok(name) = entry.map_err(failed)?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn display(&self, file: &str) -> String {
        self.folder.join(file).display().to_string()
    }
}

/// The traces of measured networks that are embedded in the program.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmbeddedSource;

impl TraceSource for EmbeddedSource {
    fn read(&self, file: &str) -> DataResult<Vec<u8>> {
        let found = data::embedded_trace(file).map(<[u8]>::to_vec);
        found.ok_or_else(|| DataError::of_file(file, Problem::MissingFile))
    }

    fn files(&self) -> DataResult<Vec<String>> {
        Ok(data::FILES
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect())
    }
}

/// Files held in memory, made by a program.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemorySource {
    /// A source without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces the one of that name.
    pub fn with(mut self, file: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(file.into(), bytes.into());
        self
    }
}

impl TraceSource for MemorySource {
    fn read(&self, file: &str) -> DataResult<Vec<u8>> {
        let found = self.files.get(file).cloned();
        found.ok_or_else(|| DataError::of_file(file, Problem::MissingFile))
    }

    fn files(&self) -> DataResult<Vec<String>> {
        Ok(self.files.keys().cloned().collect())
    }
}

/// Reads a file by path, for tables that are named one by one. The path is what a diagnostic shows.
pub fn read_path(path: &Path) -> DataResult<Vec<u8>> {
    fs::read(path)
        .map_err(|error| DataError::of_file(path.display().to_string(), io_problem(&error)))
}

fn io_problem(error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::MissingFile,
        _ => Problem::Unreadable {
            reason: error.to_string(),
        },
    }
}

/// Turns the bytes of a file into text: unpacks gzip (recognised by its first two bytes), checks UTF-8 and drops a
/// byte-order mark. At most [`TEXT_LIMIT`] bytes.
pub fn decode_text(file: &str, bytes: Vec<u8>) -> DataResult<String> {
    let plain = if bytes.starts_with(&GZIP_MAGIC) {
        unpack(file, &bytes)?
    } else {
        bytes
    };
    if plain.len() as u64 > TEXT_LIMIT {
        return Err(DataError::of_file(
            file,
            Problem::TooLarge { limit: TEXT_LIMIT },
        ));
    }
    let text = String::from_utf8(plain).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..byte]
            .iter()
            .filter(|&&b| b == b'\n')
            .count() as u64;
        DataError::at_line(file, line, Problem::NotUtf8 { byte })
    })?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

fn unpack(file: &str, bytes: &[u8]) -> DataResult<Vec<u8>> {
    let mut plain = Vec::new();
    // One byte beyond the limit tells a text that fills it from a longer one.
    let read = MultiGzDecoder::new(bytes)
        .take(TEXT_LIMIT + 1)
        .read_to_end(&mut plain);
    match read {
        Ok(_) => Ok(plain),
        Err(error) => Err(DataError::of_file(
            file,
            Problem::BadGzip {
                reason: error.to_string(),
            },
        )),
    }
}
