//! Puts a package in place: everything or nothing.

use std::env;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{EmitError, Package, manifest};

/// Writes a package to `folder`, which afterwards holds exactly its files.
///
/// The files are first written beside it, then put in place by a rename. A directory that dysta wrote before is replaced
/// as a whole; an empty one is filled.
///
/// # Errors
/// If `folder` holds something that dysta did not write, is the current directory, or the system refuses. Then everything is as it was.
pub fn write_atomically(package: &Package, folder: &Path) -> Result<(), EmitError> {
    let target = resolve(folder)?;
    let replaces = examine(&target)?;
    if env::current_dir().is_ok_and(|current| current == target) {
        return Err(EmitError::CurrentDirectory { path: target });
    }
    let parent = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(EmitError::file(parent))?;
    let fresh = aside(parent)?;
    write_files(package, fresh.path())?;
    match replaces {
        true => exchange(&fresh, &target, parent),
        false => fs::rename(fresh.path(), &target).map_err(EmitError::file(&target)),
    }
}

/// Writes one file, which appears as a whole or not at all.
///
/// # Errors
/// If the system refuses. Then everything is as it was.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), EmitError> {
    let target = std::path::absolute(path).map_err(EmitError::file(path))?;
    let parent = target.parent().unwrap_or(Path::new("/"));
    fs::metadata(parent).map_err(EmitError::file(parent))?;
    // Its own words would name a file that nobody asked for.
    let refused = |error: io::Error| EmitError::file(path)(error.kind().into());
    let mut file = tempfile::Builder::new()
        .prefix(".dysta-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(parent)
        .map_err(refused)?;
    file.write_all(bytes).map_err(EmitError::file(path))?;
    let placed = file.persist(&target).map_err(|error| error.error);
    placed.map(drop).map_err(EmitError::file(path))
}

/// The absolute path behind `folder`, links followed, so that a link stays a link.
fn resolve(folder: &Path) -> Result<PathBuf, EmitError> {
    match folder.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            std::path::absolute(folder).map_err(EmitError::file(folder))
        }
        result => result.map_err(EmitError::file(folder)),
    }
}

/// True when `target` is a package to replace, false when there is nothing or an empty directory.
fn examine(target: &Path) -> Result<bool, EmitError> {
    let path = || target.to_path_buf();
    let mut entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(EmitError::NotADirectory { path: path() });
        }
        Err(error) => return Err(EmitError::file(target)(error)),
    };
    if entries.next().is_none() {
        return Ok(false);
    }
    match is_package(target) {
        true => Ok(true),
        false => Err(EmitError::Foreign { path: path() }),
    }
}

/// The directory holds a manifest that names dysta as its generator.
fn is_package(target: &Path) -> bool {
    let text = fs::read_to_string(target.join(manifest::PATH)).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
    manifest["generator"] == manifest::GENERATOR
}

/// A new directory in `parent` with the rights of any new directory; removed when dropped.
fn aside(parent: &Path) -> Result<TempDir, EmitError> {
    tempfile::Builder::new()
        .prefix(".dysta-")
        .permissions(Permissions::from_mode(0o777))
        .tempdir_in(parent)
        .map_err(EmitError::file(parent))
}

fn write_files(package: &Package, folder: &Path) -> Result<(), EmitError> {
    for (name, bytes) in &package.files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(EmitError::file(parent))?;
        fs::write(&path, bytes).map_err(EmitError::file(&path))?;
    }
    Ok(())
}

/// Moves the old package away and the new one in; the old one comes back if that fails.
fn exchange(fresh: &TempDir, target: &Path, parent: &Path) -> Result<(), EmitError> {
    let grave = aside(parent)?;
    let old = grave.path().join("old");
    fs::rename(target, &old).map_err(EmitError::file(target))?;
    let restore = |error: io::Error| match fs::rename(&old, target) {
        Ok(()) => EmitError::file(target)(error),
        Err(lost) => EmitError::file(&old)(lost),
    };
    fs::rename(fresh.path(), target).map_err(restore)
}
