//! The C interface of a built array: the only place that calls it.
#![allow(
    unsafe_code,
    reason = "a built model is a C library; every call is wrapped here"
)]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;

use libloading::Library;

use super::error::CosimError;

/// The memory as `dysta_memory` in the shim.
#[repr(C)]
#[derive(Debug)]
pub(super) struct RawMemory {
    pub bytes: *mut u8,
    pub size: u64,
    pub latency: u64,
    pub spread: u64,
    pub seed: u64,
    pub pressure: u64,
    pub read_error: u64,
    pub write_error: u64,
}

/// The end of a layer as `dysta_result` in the shim.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawResult {
    pub nonzeros: u64,
    pub status: u64,
    pub clocks: u64,
    pub words_read: u64,
    pub words_written: u64,
    pub outside: u64,
    pub breaches: u64,
    pub counters: [u64; 7],
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Limit,
    Stopped,
}

type Handle = *mut c_void;

/// The functions of a loaded library. They stay valid while `_library` is loaded.
#[derive(Debug)]
pub(super) struct ArrayShim {
    new: unsafe extern "C" fn(u32, *const c_char) -> Handle,
    free: unsafe extern "C" fn(Handle),
    reset: unsafe extern "C" fn(Handle),
    run: unsafe extern "C" fn(
        Handle,
        *const u32,
        u64,
        *const RawMemory,
        u64,
        *mut RawResult,
    ) -> c_int,
    message: unsafe extern "C" fn(Handle) -> *const c_char,
    _library: Library,
}

impl ArrayShim {
    /// Loads a library made by the build.
    pub fn load(path: &Path) -> Result<Self, CosimError> {
        let failed = |error: libloading::Error| CosimError::Load {
            path: path.into(),
            reason: error.to_string(),
        };
        // SAFETY: the library was built from our shim; its static constructors only set up the Verilator runtime, and it
        // defines each name with the signature of the field it is stored in.
        let load = || unsafe {
            let library = Library::new(path)?;
            Ok(Self {
                new: *library.get(b"dysta_new")?,
                free: *library.get(b"dysta_free")?,
                reset: *library.get(b"dysta_reset")?,
                run: *library.get(b"dysta_run")?,
                message: *library.get(b"dysta_message")?,
                _library: library,
            })
        };
        load().map_err(failed)
    }

    /// A fresh instance with random register values drawn from `seed`; writes a waveform when a path is given.
    pub fn instance(&self, seed: u32, waveform: Option<&CStr>) -> ArrayInstance<'_> {
        let path = waveform.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: the path is null or a C string that outlives the call.
        let handle = unsafe { (self.new)(seed, path) };
        ArrayInstance { shim: self, handle }
    }
}

/// A running model. Not `Send`: Verilator keeps state per thread.
#[derive(Debug)]
pub(super) struct ArrayInstance<'a> {
    shim: &'a ArrayShim,
    handle: Handle,
}

impl ArrayInstance<'_> {
    /// Holds reset for four clocks.
    pub fn reset(&mut self) {
        // SAFETY: the handle is live until drop.
        unsafe { (self.shim.reset)(self.handle) }
    }

    /// Runs one layer; `memory` describes bytes that live as long as the call.
    pub fn run(
        &mut self,
        descriptor: &[u32],
        bytes: &mut [u8],
        memory: RawMemory,
        limit: u64,
    ) -> (End, RawResult) {
        let memory = RawMemory {
            bytes: bytes.as_mut_ptr(),
            size: bytes.len() as u64,
            ..memory
        };
        let mut result = RawResult::default();
        // SAFETY: the handle is live; all pointers describe slices that outlive the call.
        let end = unsafe {
            let words = descriptor.len() as u64;
            (self.shim.run)(
                self.handle,
                descriptor.as_ptr(),
                words,
                &raw const memory,
                limit,
                &raw mut result,
            )
        };
        let end = match end {
            0 => End::Done,
            1 => End::Limit,
            _ => End::Stopped,
        };
        (end, result)
    }

    /// What the model printed.
    pub fn message(&self) -> String {
        // SAFETY: the shim returns a C string that is valid until the model prints again.
        unsafe { CStr::from_ptr((self.shim.message)(self.handle)) }
            .to_string_lossy()
            .into_owned()
    }
}

impl Drop for ArrayInstance<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle came from `new` and is freed once.
        unsafe { (self.shim.free)(self.handle) }
    }
}
