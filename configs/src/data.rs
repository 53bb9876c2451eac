//! The traces in the binary: those of real networks, and the synthetic ones of the published simulator, whose models begin with
//! `eyerissv2_` or `sanger_`.
//!
//! Statistics only: sparsity and computed latency of each layer for each recorded input. Origin and
//! licences are listed in `configs/data/LICENSES.md`.

macro_rules! embedded {
    ($($name:literal = $path:literal;)*) => {
        /// Every embedded file as (name, bytes), sorted by name: `MODEL.PATTERN.csv`, `MODEL.json`.
        pub const FILES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../data/", $path)))),*];
    };
}

embedded! {
    "eyerissv2_mobilenet.block4_sparse50.csv" = "reference/traces/eyerissv2/mobilenet_block4_sparse50.csv";
    "eyerissv2_mobilenet.filter_sparse30.csv" = "reference/traces/eyerissv2/mobilenet_filter_sparse30.csv";
    "eyerissv2_mobilenet.unstructured_sparse80.csv" = "reference/traces/eyerissv2/mobilenet_unstructured_sparse80.csv";
    "eyerissv2_resnet50.block4_sparse50.csv" = "reference/traces/eyerissv2/resnet50_block4_sparse50.csv";
    "eyerissv2_resnet50.filter_sparse30.csv" = "reference/traces/eyerissv2/resnet50_filter_sparse30.csv";
    "eyerissv2_resnet50.unstructured_sparse80.csv" = "reference/traces/eyerissv2/resnet50_unstructured_sparse80.csv";
    "eyerissv2_ssd300_resnet18.block4_sparse50.csv" = "reference/traces/eyerissv2/ssd300_resnet18_block4_sparse50.csv";
    "eyerissv2_ssd300_resnet18.filter_sparse30.csv" = "reference/traces/eyerissv2/ssd300_resnet18_filter_sparse30.csv";
    "eyerissv2_ssd300_resnet18.unstructured_sparse80.csv" = "reference/traces/eyerissv2/ssd300_resnet18_unstructured_sparse80.csv";
    "eyerissv2_vgg16.block4_sparse50.csv" = "reference/traces/eyerissv2/vgg16_block4_sparse50.csv";
    "eyerissv2_vgg16.filter_sparse30.csv" = "reference/traces/eyerissv2/vgg16_filter_sparse30.csv";
    "eyerissv2_vgg16.unstructured_sparse80.csv" = "reference/traces/eyerissv2/vgg16_unstructured_sparse80.csv";
    "hand_landmark.dense.csv" = "real/hand_landmark.dense.csv";
    "hand_landmark.json" = "real/hand_landmark.json";
    "hand_landmark.mag80.csv" = "real/hand_landmark.mag80.csv";
    "hand_landmark.nm24.csv" = "real/hand_landmark.nm24.csv";
    "minilm_l6.fix128_t002.csv" = "real/minilm_l6.fix128_t002.csv";
    "minilm_l6.fix128_t02.csv" = "real/minilm_l6.fix128_t02.csv";
    "minilm_l6.json" = "real/minilm_l6.json";
    "minilm_l6.nat_t002.csv" = "real/minilm_l6.nat_t002.csv";
    "minilm_l6.nat_t02.csv" = "real/minilm_l6.nat_t02.csv";
    "person_detect.dense.csv" = "real/person_detect.dense.csv";
    "person_detect.json" = "real/person_detect.json";
    "person_detect.mag80.csv" = "real/person_detect.mag80.csv";
    "person_detect.nm24.csv" = "real/person_detect.nm24.csv";
    "resnet_face.dense.csv" = "real/resnet_face.dense.csv";
    "resnet_face.json" = "real/resnet_face.json";
    "resnet_face.mag80.csv" = "real/resnet_face.mag80.csv";
    "resnet_face.nm24.csv" = "real/resnet_face.nm24.csv";
    "sanger_bart.glue_128.csv" = "reference/traces/sanger/load_balance_bart_glue_128.csv";
    "sanger_bert.squad_384.csv" = "reference/traces/sanger/load_balance_bert_squad_384.csv";
    "sanger_gpt2.glue_128.csv" = "reference/traces/sanger/load_balance_gpt2_glue_128.csv";
    "smollm2_135m.fix128_t002.csv" = "real/smollm2_135m.fix128_t002.csv";
    "smollm2_135m.json" = "real/smollm2_135m.json";
    "smollm2_135m.nat_t002.csv" = "real/smollm2_135m.nat_t002.csv";
    "ssd_mobilenetv1.dense.csv" = "real/ssd_mobilenetv1.dense.csv";
    "ssd_mobilenetv1.json" = "real/ssd_mobilenetv1.json";
    "ssd_mobilenetv1.mag80.csv" = "real/ssd_mobilenetv1.mag80.csv";
    "ssd_mobilenetv1.nm24.csv" = "real/ssd_mobilenetv1.nm24.csv";
    "vgg16.dense.csv" = "real/vgg16.dense.csv";
    "vgg16.json" = "real/vgg16.json";
    "vgg16.mag80.csv" = "real/vgg16.mag80.csv";
    "vgg16.nm24.csv" = "real/vgg16.nm24.csv";
}

/// The bytes of an embedded file by its name, such as `person_detect.dense.csv`.
pub fn embedded_trace(name: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by_key(&name, |file| file.0).ok()?;
    Some(FILES[at].1)
}

/// Every embedded trace as (model, pattern), sorted.
pub fn embedded_traces() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    let trace = |file: &(&'static str, &[u8])| file.0.strip_suffix(".csv")?.split_once('.');
    FILES.iter().filter_map(trace)
}

/// Number of layers of an embedded trace: rows up to the second sample.
pub fn embedded_layers(model: &str, pattern: &str) -> Option<u32> {
    let bytes = embedded_trace(&format!("{model}.{pattern}.csv"))?;
    let text = std::str::from_utf8(bytes).ok()?;
    let header = text.lines().next()?;
    let sample = header
        .split(',')
        .position(|name| ["sample", "batch-indx"].contains(&name))?;
    let samples = text.lines().skip(1).map(|line| line.split(',').nth(sample));
    let first = samples.clone().next()?;
    Some(samples.take_while(|sample| *sample == first).count() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_name() {
        for (name, bytes) in FILES {
            assert_eq!(embedded_trace(name), Some(*bytes));
        }
        assert_eq!(embedded_trace("person_detect.chan20.csv"), None);
    }

    #[test]
    fn layers_are_counted() {
        let layers: Vec<_> = embedded_traces()
            .map(|(model, pattern)| (model, embedded_layers(model, pattern)))
            .collect();
        for (model, expected) in [
            ("eyerissv2_vgg16", 16),
            ("hand_landmark", 51),
            ("minilm_l6", 12),
            ("person_detect", 28),
            ("resnet_face", 30),
            ("sanger_bert", 12),
            ("smollm2_135m", 60),
            ("ssd_mobilenetv1", 47),
        ] {
            let of_model: Vec<_> = layers.iter().filter(|each| each.0 == model).collect();
            assert!(!of_model.is_empty());
            assert!(of_model.iter().all(|each| each.1 == Some(expected)));
        }
    }
}
