//! The presets in the binary.

use crate::fields::Kind;

/// A named configuration that is part of the binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// What it configures.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// Its YAML text.
    pub text: &'static str,
}

macro_rules! presets {
    ($($kind:ident $folder:literal: $($name:literal)*;)*) => {
        /// Every preset, by kind, then by name.
        pub const ALL: &[Preset] = &[$($(Preset {
            kind: Kind::$kind,
            name: $name,
            text: include_str!(concat!("../presets/", $folder, "/", $name, ".yaml")),
        },)*)*];
    };
}

presets! {
    System "systems": "datacenter" "datacenter_lite" "edge" "eyeriss_v2" "paper_fp16" "paper_fp16_shared" "paper_fp32" "paper_fp32_shared" "phone" "tiny" "wearable" "zcu104";
    Scheduler "schedulers": "datacenter" "datacenter_lite" "edge" "paper_fp16" "paper_fp16_shared" "paper_fp32" "paper_fp32_shared" "phone" "tiny" "wearable";
    Accelerator "accelerators": "edge" "eyeriss_v2" "tiny" "zcu104";
    Workload "workloads":
        "datacenter_language" "datacenter_language_buckets" "datacenter_vision" "language" "mixed" "paper_attnn" "paper_cnn" "phone" "phone_assistant" "server" "tiny" "wearable" "wearable_arvr";
    Policy "policies":
        "dysta" "edf" "fcfs" "llf" "sjf" "sjf_sparse" "slack_ramp" "slack_srpt" "weighted_srpt";
    Benchmark "benchmarks": "paper" "quick" "scenarios";
    Target "targets": "ice40up5k" "lfe5u-25f" "lfe5u-85f" "xc7z020" "xck26" "xczu7ev" "xczu9eg";
    Suite "suites": "array";
}

/// The preset of a kind and name.
pub fn find(kind: Kind, name: &str) -> Option<&'static Preset> {
    ALL.iter()
        .find(|preset| preset.kind == kind && preset.name == name)
}

/// The names of the presets of a kind, sorted.
pub fn names(kind: Kind) -> impl Iterator<Item = &'static str> + Clone {
    ALL.iter()
        .filter(move |preset| preset.kind == kind)
        .map(|preset| preset.name)
}

impl Preset {
    /// The name shown in diagnostics, also its path in the repository below `configs`.
    pub fn file(&self) -> String {
        format!("presets/{}/{}.yaml", self.kind.folder(), self.name)
    }
}
