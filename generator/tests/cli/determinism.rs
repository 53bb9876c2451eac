//! Same configuration, same bytes: in two processes with different surroundings.

use std::path::Path;

use crate::output_directory::files;
use crate::tool::{command, folder};

fn generate(folder: &Path, system: &str, surroundings: [(&str, &str); 3]) {
    let mut command = command(folder);
    command.envs(surroundings).env("TMPDIR", folder);
    let output = command.args(["generate", system, "-o", "out"]).output();
    let output = output.expect("the binary starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn two_processes_write_the_same_bytes() {
    for system in ["tiny", "edge"] {
        let (one, two) = (folder(), folder());
        generate(
            one.path(),
            system,
            [("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/")],
        );
        let others = [
            ("LC_ALL", "C.UTF-8"),
            ("TZ", "Asia/Tokyo"),
            ("HOME", "/tmp"),
        ];
        generate(two.path(), system, others);
        assert_eq!(files(one.path()), files(two.path()), "{system}");
    }
}

#[test]
fn no_file_names_its_surroundings() {
    let folder = folder();
    generate(
        folder.path(),
        "tiny",
        [("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/")],
    );
    let name = folder.path().to_string_lossy().into_owned();
    for (file, bytes) in files(folder.path()) {
        let text = String::from_utf8(bytes).expect("text");
        assert!(!text.contains(&name), "{file}");
    }
}
