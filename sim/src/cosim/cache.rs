//! Where built models are kept: one directory per digest, written aside and renamed, so that processes may build at the same
//! time and none ever sees half a model.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::build::{Build, LIBRARY, RUNTIME, hex};
use super::error::CosimError;

/// File that holds the digest of what an entry is for, written after it.
const SEAL: &str = "sha256";

/// A directory of built models and of the compiled Verilator runtime.
#[derive(Clone, Debug)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// A cache in a given directory, which is made when needed.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The user's cache: `$DYSTA_CACHE`, else `$XDG_CACHE_HOME/dysta`, else `~/.cache/dysta`.
    pub fn of_user() -> Result<Self, CosimError> {
        let set = |name: &str| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let root = set("DYSTA_CACHE")
            .or_else(|| set("XDG_CACHE_HOME").map(|path| path.join("dysta")))
            .or_else(|| set("HOME").map(|path| path.join(".cache/dysta")));
        root.map(Self::at).ok_or(CosimError::NoCache)
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Path of the library of a build, from the cache or built now. A broken entry is built again.
    pub(super) fn library(&self, build: &Build<'_>) -> Result<PathBuf, CosimError> {
        let make = |directory: &Path| {
            let runtime = self.runtime(build)?;
            build.make_library(directory, &runtime)
        };
        self.artefact(&build.digest(), LIBRARY, make)
    }

    /// Absolute path of the compiled Verilator runtime.
    fn runtime(&self, build: &Build<'_>) -> Result<PathBuf, CosimError> {
        let path = self.artefact(&build.runtime_digest(), RUNTIME, |directory| {
            build.make_runtime(directory)
        })?;
        fs::canonicalize(&path).map_err(CosimError::file(&path))
    }

    /// Path of a file that `make` writes under the name `file` into a directory, made now or kept from before.
    pub(crate) fn artefact<E: From<CosimError>>(
        &self,
        digest: &str,
        file: &str,
        make: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        let entry = self.root.join(digest);
        if !is_whole(&entry, file) {
            let work = self.aside()?;
            make(work.path())?;
            let fresh = self.aside()?;
            seal(&work.path().join(file), fresh.path(), file)?;
            publish(fresh, &entry, file)?;
        }
        Ok(entry.join(file))
    }

    /// A new directory on the file system of the cache.
    fn aside(&self) -> Result<Aside, CosimError> {
        fs::create_dir_all(&self.root).map_err(CosimError::file(&self.root))?;
        let made = tempfile::Builder::new()
            .prefix(".build-")
            .tempdir_in(&self.root);
        let made = made.map_err(CosimError::file(&self.root))?;
        Ok(Aside(made.keep()))
    }
}

/// A directory that is removed when dropped.
#[derive(Debug)]
struct Aside(PathBuf);

impl Aside {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Aside {
    /// A tool that was stopped may still write for a moment, so the removal is tried again.
    fn drop(&mut self) {
        for _ in 0..50 {
            match fs::remove_dir_all(&self.0) {
                Ok(()) => return,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return,
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

/// The file is there and is the one that was sealed.
fn is_whole(entry: &Path, file: &str) -> bool {
    let content = fs::read(entry.join(file));
    let sealed = fs::read_to_string(entry.join(SEAL));
    matches!((content, sealed), (Ok(content), Ok(sealed)) if hex(&Sha256::digest(&content)) == sealed)
}

/// Moves a file into the directory of a future entry and writes its digest beside it.
fn seal(made: &Path, directory: &Path, file: &str) -> Result<(), CosimError> {
    let target = directory.join(file);
    fs::rename(made, &target).map_err(CosimError::file(&target))?;
    let bytes = fs::read(&target).map_err(CosimError::file(&target))?;
    let seal = directory.join(SEAL);
    fs::write(&seal, hex(&Sha256::digest(&bytes))).map_err(CosimError::file(&seal))
}

/// Renames a finished entry into place. An entry that another process finished first is kept, a broken one replaced.
fn publish(fresh: Aside, entry: &Path, file: &str) -> Result<(), CosimError> {
    for _ in 0..2 {
        match fs::rename(fresh.path(), entry) {
            Ok(()) => return Ok(()),
            Err(_) if is_whole(entry, file) => return Ok(()),
            // A directory that is not empty cannot be renamed over.
            Err(_) => drop(fs::remove_dir_all(entry)),
        }
    }
    fs::rename(fresh.path(), entry).map_err(CosimError::file(entry))
}
