//! Layers on the sparse compute array from the command line.

use std::fs;

use serde_json::Value;

use crate::tool::{dysta, folder};

/// Four small layers of different kinds as a list, the way another program writes it.
const SUITE: &str = r#"[
  {"name": "a", "kind": "conv", "height": 6, "width": 5, "channels": 12, "output_channels": 8, "kernel": 3, "pattern": "mag80", "seed": 3},
  {"kind": "pointwise", "height": 4, "width": 4, "channels": 24, "output_channels": 16, "pattern": "nm24", "activation_density": 0.7},
  {"kind": "depthwise", "height": 6, "width": 6, "channels": 8, "kernel": 3, "stride": 2},
  {"kind": "fully_connected", "channels": 50, "output_channels": 20, "activation_density": 1.0}
]"#;

fn run(arguments: &str) -> Value {
    let folder = folder();
    fs::write(folder.path().join("suite.json"), SUITE).expect("written");
    let run = dysta(folder.path(), arguments);
    assert_eq!(run.code, 0, "{arguments}\n{}{}", run.stdout, run.stderr);
    assert_eq!(run.stderr, "", "{arguments}");
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn a_suite_gives_the_same_on_any_number_of_threads() {
    let one = run("bench array --system tiny --suite suite.json --threads 1 --json");
    let two = run("bench array --system tiny --suite suite.json --threads 2 --json");
    assert_eq!(one, two);
    let layers = one["layers"].as_array().expect("a list");
    let bytes: Vec<u64> = layers
        .iter()
        .map(|layer| {
            layer["figures"]["output_bytes_compared"]
                .as_u64()
                .expect("a number")
        })
        .collect();
    assert_eq!(bytes, [240, 256, 72, 20]);
    assert_eq!(layers[0]["name"], "a");
    assert_eq!(layers[1]["name"], "2");
    for layer in layers {
        let figures = &layer["figures"];
        let (cycles, roofline) = (
            number(&figures["cycles"]),
            number(&figures["roofline_cycles"]),
        );
        let bytes = number(&figures["compressed_bytes"]) / 16.0;
        let macs = number(&figures["valid_macs"]) / 4.0;
        assert_eq!(roofline, bytes.max(macs), "{layer}");
        assert_eq!(number(&figures["efficiency"]), roofline / cycles, "{layer}");
    }
    assert_eq!(one["groups"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_layer_runs_with_any_memory() {
    let layer =
        "--system tiny --json --layer kind=conv,height=6,width=5,channels=12,kernel=3,seed=3";
    let calm = run(&format!("cosim {layer}"));
    let wild = run(&format!(
        "cosim {layer} --memory-latency 3 --memory-spread 200 --pressure 150"
    ));
    for key in [
        "valid_macs",
        "nonzeros",
        "compressed_bytes",
        "output_bytes_compared",
    ] {
        assert_eq!(calm["figures"][key], wild["figures"][key], "{key}");
    }
    assert!(number(&wild["figures"]["cycles"]) > number(&calm["figures"]["cycles"]));
    let named = run("cosim --system tiny --json --suite suite.json --layer a");
    assert_eq!(named["layer"], "a");
}
