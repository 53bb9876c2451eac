//! The embedded traces of measured networks.

use std::path::PathBuf;

use dysta_sim::profile::ProfileStats;
use dysta_sim::trace::{
    DEFAULT_ELEMENTS, DirSource, EmbeddedSource, ProfileTrace, load, load_all, names,
};

#[test]
fn every_embedded_trace_is_read_and_equals_the_file() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../configs/data/real");
    let embedded = load_all(&EmbeddedSource).expect("embedded traces");
    assert_eq!(embedded.len(), names(&EmbeddedSource).expect("names").len());
    let synthetic = ["eyerissv2_", "sanger_"];
    let real =
        |profile: &ProfileTrace| !synthetic.iter().any(|name| profile.name.starts_with(name));
    let embedded: Vec<ProfileTrace> = embedded.into_iter().filter(real).collect();
    assert_eq!(
        embedded,
        load_all(&DirSource::new(folder)).expect("trace files")
    );
    for profile in embedded {
        assert!(
            profile.name.starts_with(&format!("{}.", profile.model)),
            "{}",
            profile.name
        );
    }
}

#[test]
fn sizes_of_the_networks_are_as_described() {
    let cases = [
        ("hand_landmark.dense", 51, 84),
        ("minilm_l6.fix128_t002", 12, 83),
        ("minilm_l6.nat_t02", 12, 84),
        ("person_detect.nm24", 28, 81),
        ("resnet_face.mag80", 30, 84),
        ("ssd_mobilenetv1.dense", 47, 84),
    ];
    for (name, layers, samples) in cases {
        let profile = load(&EmbeddedSource, name).expect("embedded trace");
        assert_eq!(
            (profile.layers.len(), profile.samples.len()),
            (layers, samples),
            "{name}"
        );
    }
}

#[test]
fn elements_come_from_the_input_shape_or_the_default() {
    let vision = load(&EmbeddedSource, "person_detect.dense").expect("embedded trace");
    assert_eq!(
        (vision.layers[0].name.as_str(), vision.layers[0].elements),
        ("dw1", 96 * 96)
    );
    assert_eq!(
        (vision.layers[2].name.as_str(), vision.layers[2].elements),
        ("conv1", 8 * 48 * 48)
    );
    let text = load(&EmbeddedSource, "minilm_l6.nat_t02").expect("embedded trace");
    assert!(
        text.layers
            .iter()
            .all(|layer| layer.elements == DEFAULT_ELEMENTS)
    );
}

#[test]
fn averages_of_measured_layers() {
    // Expected values: plain sums in file order over the CSV columns, divided by the number of samples.
    let cases = [
        (
            "person_detect.nm24",
            0,
            1.7494185185185168e-05,
            0.004562962962962961,
        ),
        (
            "person_detect.nm24",
            27,
            3.020253086419753e-08,
            0.07455308641975311,
        ),
        (
            "minilm_l6.nat_t02",
            0,
            2.981217857142857e-05,
            0.588397619047619,
        ),
        (
            "minilm_l6.nat_t02",
            11,
            5.6475309523809514e-05,
            0.021344047619047613,
        ),
    ];
    for (name, layer, latency_s, sparsity) in cases {
        let stats = ProfileStats::new(&load(&EmbeddedSource, name).expect("embedded trace"));
        assert_eq!(stats.avg_latency_s[layer], latency_s, "{name}");
        assert_eq!(stats.avg_sparsity[layer], sparsity, "{name}");
    }
}

#[test]
fn sample_ids_keep_their_gaps() {
    let profile = load(&EmbeddedSource, "person_detect.dense").expect("embedded trace");
    let ids: Vec<u64> = profile
        .samples
        .iter()
        .take(3)
        .map(|sample| sample.id)
        .collect();
    assert_eq!(ids, [1, 4, 5]);
}
