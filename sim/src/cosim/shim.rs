//! The C interface of a built model: the only place that calls foreign code.
#![allow(
    unsafe_code,
    reason = "a built model is a C library; every call is wrapped here"
)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr;
use std::slice;

use libloading::Library;

use super::error::CosimError;
use super::probe::ProbedScore;

/// A request as `dysta_request` in the shim.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct RawRequest {
    pub id: u64,
    pub profile: u64,
    pub arrival: u64,
    pub deadline: u64,
    pub priority: u64,
    pub first_layer: u64,
    pub layer_count: u64,
}

/// A layer as `dysta_layer` in the shim.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct RawLayer {
    pub latency: u64,
    pub nnz: u64,
    pub status: u64,
}

/// One word for the table write port.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableWord {
    /// Value of `table_addr_i`.
    pub address: u64,
    /// Value of `table_data_i`.
    pub data: u64,
}

/// An event as `dysta_event` in the shim.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct RawEvent {
    pub kind: u64,
    pub stamp: u64,
    pub fields: [u64; 5],
}

/// A stimulus as `dysta_stimulus` in the shim, which copies the arrays.
#[repr(C)]
struct RawStimulus {
    requests: *const RawRequest,
    request_count: u64,
    layers: *const RawLayer,
    layer_count: u64,
    now_start: u64,
    seed: u64,
    pressure: u64,
    jump: u64,
}

/// Scalars of a stimulus beside its arrays.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawRule {
    pub now_start: u64,
    pub seed: u64,
    pub pressure: u64,
    pub jump: bool,
}

/// What a model did since the last time it was asked.
#[derive(Debug)]
pub(super) struct RawBatch {
    /// Handshakes in order.
    pub events: Vec<RawEvent>,
    /// First times of `dispatch_valid`.
    pub offers: Vec<u64>,
    /// Candidates that left the lanes; none without probes.
    pub scores: Vec<ProbedScore>,
}

/// How far an `advance` came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Running,
    Finished,
    Stopped,
}

type Handle = *mut c_void;

/// The functions of a loaded library. They stay valid while `_library` is loaded.
#[derive(Debug)]
struct Functions {
    new: unsafe extern "C" fn(u32, *const c_char) -> Handle,
    free: unsafe extern "C" fn(Handle),
    eval: unsafe extern "C" fn(Handle),
    peek: unsafe extern "C" fn(Handle, u32) -> u64,
    poke: unsafe extern "C" fn(Handle, u32, u64),
    reset: unsafe extern "C" fn(Handle),
    load: unsafe extern "C" fn(Handle, *const TableWord, u64) -> u64,
    begin: unsafe extern "C" fn(Handle, *const RawStimulus),
    advance: unsafe extern "C" fn(Handle, u64) -> c_int,
    clocks: unsafe extern "C" fn(Handle) -> u64,
    events: unsafe extern "C" fn(Handle, *mut *const RawEvent) -> u64,
    offers: unsafe extern "C" fn(Handle, *mut *const u64) -> u64,
    scores: unsafe extern "C" fn(Handle, *mut *const ProbedScore) -> u64,
    clear: unsafe extern "C" fn(Handle),
    statistic: unsafe extern "C" fn(Handle, u32) -> u32,
    message: unsafe extern "C" fn(Handle) -> *const c_char,
    _library: Library,
}

impl Functions {
    fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: the library was built from our shim; its static constructors only set up the Verilator runtime.
        let library = unsafe { Library::new(path)? };
        // SAFETY: the shim defines each name with the signature of the field it is stored in.
        unsafe {
            Ok(Self {
                new: *library.get(b"dysta_new")?,
                free: *library.get(b"dysta_free")?,
                eval: *library.get(b"dysta_eval")?,
                peek: *library.get(b"dysta_peek")?,
                poke: *library.get(b"dysta_poke")?,
                reset: *library.get(b"dysta_reset")?,
                load: *library.get(b"dysta_load")?,
                begin: *library.get(b"dysta_begin")?,
                advance: *library.get(b"dysta_advance")?,
                clocks: *library.get(b"dysta_clocks")?,
                events: *library.get(b"dysta_events")?,
                offers: *library.get(b"dysta_offers")?,
                scores: *library.get(b"dysta_scores")?,
                clear: *library.get(b"dysta_clear")?,
                statistic: *library.get(b"dysta_statistic")?,
                message: *library.get(b"dysta_message")?,
                _library: library,
            })
        }
    }
}

/// A built model, loaded into the process. Instances borrow it.
#[derive(Debug)]
pub(super) struct Shim {
    functions: Functions,
}

impl Shim {
    /// Loads a library made by the build.
    pub fn load(path: &Path) -> Result<Self, CosimError> {
        let failed = |error: libloading::Error| CosimError::Load {
            path: path.into(),
            reason: error.to_string(),
        };
        Functions::load(path)
            .map(|functions| Self { functions })
            .map_err(failed)
    }

    /// A fresh instance with random register values drawn from `seed`; writes a waveform when a path is given.
    pub fn instance(&self, seed: u32, waveform: Option<&CStr>) -> Instance<'_> {
        let path = waveform.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: the path is null or a C string that outlives the call.
        let handle = unsafe { (self.functions.new)(seed, path) };
        Instance {
            functions: &self.functions,
            handle,
        }
    }
}

/// A running model. Not `Send`: Verilator keeps state per thread.
#[derive(Debug)]
pub(super) struct Instance<'a> {
    functions: &'a Functions,
    handle: Handle,
}

impl Instance<'_> {
    /// Evaluates the model with the inputs as they are.
    pub fn eval(&mut self) {
        // SAFETY: the handle is live until drop.
        unsafe { (self.functions.eval)(self.handle) }
    }

    /// Value of the port with this index; 0 for an unknown index.
    pub fn peek(&self, port: u32) -> u64 {
        // SAFETY: the handle is live; the shim checks the index.
        unsafe { (self.functions.peek)(self.handle, port) }
    }

    /// Sets the port with this index, cut to its width.
    pub fn poke(&mut self, port: u32, value: u64) {
        // SAFETY: the handle is live; the shim checks the index.
        unsafe { (self.functions.poke)(self.handle, port, value) }
    }

    /// Holds reset for four clocks.
    pub fn reset(&mut self) {
        // SAFETY: the handle is live.
        unsafe { (self.functions.reset)(self.handle) }
    }

    /// Writes words through the table port; returns how many were taken.
    pub fn load(&mut self, words: &[TableWord]) -> u64 {
        // SAFETY: pointer and length describe one slice, which outlives the call.
        unsafe { (self.functions.load)(self.handle, words.as_ptr(), words.len() as u64) }
    }

    /// Sets the stimulus of the following `advance` calls.
    pub fn begin(&mut self, requests: &[RawRequest], layers: &[RawLayer], rule: RawRule) {
        let stimulus = RawStimulus {
            requests: requests.as_ptr(),
            request_count: requests.len() as u64,
            layers: layers.as_ptr(),
            layer_count: layers.len() as u64,
            now_start: rule.now_start,
            seed: rule.seed,
            pressure: rule.pressure,
            jump: u64::from(rule.jump),
        };
        // SAFETY: the arrays outlive the call and the shim copies them.
        unsafe { (self.functions.begin)(self.handle, &raw const stimulus) }
    }

    /// Runs at most `clocks` clocks.
    pub fn advance(&mut self, clocks: u64) -> Progress {
        // SAFETY: the handle is live.
        match unsafe { (self.functions.advance)(self.handle, clocks) } {
            0 => Progress::Running,
            1 => Progress::Finished,
            _ => Progress::Stopped,
        }
    }

    /// Clocks since `begin`.
    pub fn clocks(&self) -> u64 {
        // SAFETY: the handle is live.
        unsafe { (self.functions.clocks)(self.handle) }
    }

    /// Takes what was collected since the last call.
    pub fn drain(&mut self) -> RawBatch {
        let (mut events, mut offers, mut scores) = (ptr::null(), ptr::null(), ptr::null());
        // SAFETY: the shim sets each pointer to an array of the returned length; it is valid until `clear`, after the copies.
        unsafe {
            let event_count = (self.functions.events)(self.handle, &raw mut events);
            let offer_count = (self.functions.offers)(self.handle, &raw mut offers);
            let score_count = (self.functions.scores)(self.handle, &raw mut scores);
            let drained = RawBatch {
                events: copy(events, event_count),
                offers: copy(offers, offer_count),
                scores: copy(scores, score_count),
            };
            (self.functions.clear)(self.handle);
            drained
        }
    }

    /// Reads a counter through the statistics port; takes some clocks.
    pub fn statistic(&mut self, address: u32) -> u32 {
        // SAFETY: the handle is live.
        unsafe { (self.functions.statistic)(self.handle, address) }
    }

    /// What the model printed.
    pub fn message(&self) -> String {
        // SAFETY: the shim returns a C string that is valid until the model prints again.
        unsafe { CStr::from_ptr((self.functions.message)(self.handle)) }
            .to_string_lossy()
            .into_owned()
    }
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle came from `new` and is freed once.
        unsafe { (self.functions.free)(self.handle) }
    }
}

/// Copies `count` elements.
///
/// # Safety
/// `first` points to `count` initialised elements, or `count` is 0.
unsafe fn copy<T: Copy>(first: *const T, count: u64) -> Vec<T> {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: by the contract of this function.
    unsafe { slice::from_raw_parts(first, count) }.to_vec()
}

/// A path as the shim takes it.
pub(super) fn c_path(path: &Path) -> Result<CString, CosimError> {
    let invalid = || CosimError::TracePath {
        path: path.to_path_buf(),
    };
    CString::new(path.to_str().ok_or_else(invalid)?).map_err(|_| invalid())
}
