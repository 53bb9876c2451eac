//! Every command of the README works, and what CI runs by name is what the README names.

use std::fs;

use crate::tool::{dysta, folder, repository};

/// The lines of all `sh` blocks.
fn commands(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).collect()
}

#[test]
fn every_readme_command_runs() {
    let page = fs::read_to_string(repository().join("README.md")).expect("a README");
    let run = fs::read_to_string(repository().join(".ci/run")).expect("the CI run");
    let commands = commands(&page);
    assert!(commands.contains(&"make demo") && commands.contains(&"make test"));
    for command in commands {
        match command.strip_prefix("dysta ") {
            Some(arguments) => {
                let ran = dysta(folder().path(), arguments);
                assert_eq!(ran.code, 0, "{command}\n{}", ran.stderr);
            }
            None => assert!(run.contains(command), "{command} is not part of .ci/run"),
        }
    }
}

/// The file that the README shows is a configuration.
#[test]
fn the_readme_example_is_valid() {
    let page = fs::read_to_string(repository().join("README.md")).expect("a README");
    let example = page
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let folder = folder();
    fs::write(
        folder.path().join("mine.yaml"),
        example.expect("an example"),
    )
    .expect("written");
    let run = dysta(folder.path(), "check mine.yaml");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn the_picture_is_current() {
    let kept = fs::read_to_string(repository().join("docs/edge.svg")).expect("the picture");
    let drawn = dysta(folder().path(), "graph edge --format svg").stdout;
    assert!(kept == drawn, "docs/edge.svg is old; run `make docs`");
}
