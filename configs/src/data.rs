//! The traces of real networks in the binary.
//!
//! Statistics only: sparsity and computed latency of each layer for each recorded input. Origin and
//! licences are listed in `configs/data/LICENSES.md`.

macro_rules! embedded {
    ($($name:literal)*) => {
        /// Every embedded file as (name, bytes), sorted by name: `MODEL.PATTERN.csv`, `MODEL.json`.
        pub const FILES: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../data/real/", $name)))),*];
    };
}

embedded! {
    "hand_landmark.dense.csv"
    "hand_landmark.json"
    "hand_landmark.mag80.csv"
    "hand_landmark.nm24.csv"
    "minilm_l6.fix128_t002.csv"
    "minilm_l6.fix128_t02.csv"
    "minilm_l6.json"
    "minilm_l6.nat_t002.csv"
    "minilm_l6.nat_t02.csv"
    "person_detect.dense.csv"
    "person_detect.json"
    "person_detect.mag80.csv"
    "person_detect.nm24.csv"
    "resnet_face.dense.csv"
    "resnet_face.json"
    "resnet_face.mag80.csv"
    "resnet_face.nm24.csv"
    "ssd_mobilenetv1.dense.csv"
    "ssd_mobilenetv1.json"
    "ssd_mobilenetv1.mag80.csv"
    "ssd_mobilenetv1.nm24.csv"
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
    let samples = text.lines().skip(1).map(|line| line.split(',').nth(1));
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
            ("hand_landmark", 51),
            ("minilm_l6", 12),
            ("person_detect", 28),
            ("resnet_face", 30),
            ("ssd_mobilenetv1", 47),
        ] {
            let of_model: Vec<_> = layers.iter().filter(|each| each.0 == model).collect();
            assert!(!of_model.is_empty());
            assert!(of_model.iter().all(|each| each.1 == Some(expected)));
        }
    }
}
