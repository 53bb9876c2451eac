//! Runs layers on the Verilated array.

use std::path::Path;
use std::ptr;

use super::array_shim::{ArrayInstance, ArrayShim, End, RawMemory};
use super::build::{Build, RtlFile};
use super::cache::Cache;
use super::error::CosimError;
use super::shim::c_path;
use crate::array::Counters;

/// How the memory behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryOptions {
    /// Clocks from a burst to its first word, and from the last word written to the answer.
    pub latency: u64,
    /// Clocks that each burst may take beyond that, drawn from the seed.
    pub spread: u64,
    /// Seed of the clocks in which channels stand still.
    pub seed: u64,
    /// In how many of 256 clocks each channel stands still; 0 never, 255 nearly always.
    pub pressure: u64,
    /// Read burst that is answered with an error and data that are drawn, counted from 0.
    pub read_error: Option<u64>,
    /// Write burst that is answered with an error.
    pub write_error: Option<u64>,
}

impl Default for MemoryOptions {
    fn default() -> Self {
        Self {
            latency: 64,
            spread: 0,
            seed: 0,
            pressure: 0,
            read_error: None,
            write_error: None,
        }
    }
}

impl MemoryOptions {
    /// Tells whether every burst takes as long as the others.
    pub fn is_steady(&self) -> bool {
        self.spread == 0 && self.pressure == 0
    }
}

/// What one layer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrayRun {
    /// Non-zeros of the input, as `layer_done` tells.
    pub nonzeros: u64,
    /// Status of `layer_done`: 0 ok, 1 error, 2 aborted.
    pub status: u64,
    /// Clocks from the first read burst to the last write answer.
    pub clocks: u64,
    /// Transfers of the memory interface that read.
    pub words_read: u64,
    /// Transfers that wrote.
    pub words_written: u64,
    /// What the array counted, if it has counters.
    pub counters: Option<Counters>,
}

/// An array built and loaded.
#[derive(Debug)]
pub struct ArrayModel {
    shim: ArrayShim,
}

/// An instance of an array after reset; layers run on it one after the other.
#[derive(Debug)]
pub struct ArraySession<'a> {
    instance: ArrayInstance<'a>,
}

impl ArrayModel {
    /// Builds the RTL of `dysta_array`, or takes it from the cache.
    ///
    /// # Errors
    /// If a tool is missing or refuses the RTL.
    pub fn build(files: &[RtlFile], cache: &Cache, waveform: bool) -> Result<Self, CosimError> {
        let build = Build::of_array(files, waveform)?;
        let shim = ArrayShim::load(&cache.library(&build)?)?;
        Ok(Self { shim })
    }

    /// An instance after reset whose registers and memories started with values drawn from `random_seed`.
    ///
    /// # Errors
    /// If the path of the waveform cannot be passed on.
    pub fn session(
        &self,
        random_seed: u32,
        waveform: Option<&Path>,
    ) -> Result<ArraySession<'_>, CosimError> {
        let path = waveform.map(c_path).transpose()?;
        let mut instance = self.shim.instance(random_seed, path.as_deref());
        instance.reset();
        Ok(ArraySession { instance })
    }
}

impl ArraySession<'_> {
    /// Resets the array, also in the middle of a layer.
    pub fn reset(&mut self) {
        self.instance.reset();
    }

    /// Runs a layer on some memory, at most `limit` clocks.
    ///
    /// # Errors
    /// If the layer does not end, the model stops, the array breaks the protocol, or it leaves the memory and does not tell so in its status.
    pub fn run(
        &mut self,
        descriptor: &[u32],
        memory: &mut [u8],
        options: &MemoryOptions,
        limit: u64,
    ) -> Result<ArrayRun, CosimError> {
        let raw = RawMemory {
            bytes: ptr::null_mut(),
            size: 0,
            latency: options.latency,
            spread: options.spread,
            seed: options.seed,
            pressure: options.pressure,
            read_error: options.read_error.unwrap_or(u64::MAX),
            write_error: options.write_error.unwrap_or(u64::MAX),
        };
        let (end, result) = self.instance.run(descriptor, memory, raw, limit);
        match end {
            End::Done if result.breaches > 0 => Err(CosimError::Protocol {
                breaches: result.breaches,
            }),
            // What lies outside of the memory is answered with an error.
            End::Done if result.outside == 0 || result.status != 0 => Ok(ArrayRun {
                nonzeros: result.nonzeros,
                status: result.status,
                clocks: result.clocks,
                words_read: result.words_read,
                words_written: result.words_written,
                counters: Counters::new(result.counters),
            }),
            End::Done => Err(CosimError::Memory {
                accesses: result.outside,
            }),
            End::Limit => Err(CosimError::Endless { clocks: limit }),
            End::Stopped => Err(CosimError::ArrayStopped {
                message: self.instance.message(),
            }),
        }
    }
}
