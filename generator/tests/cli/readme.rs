//! Every command of the README works, and what CI runs by name is what the README names.

use std::fs;
use std::path::Path;

use crate::tool::{dysta, folder, repository, shell};

/// The lines of all `sh` blocks.
pub fn commands(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    blocks.flat_map(str::lines).collect()
}

/// Writes every `yaml` block into the file that its first line names.
pub fn write_files(page: &str, folder: &Path) -> Vec<String> {
    let blocks = page.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let written = blocks.map(|block| {
        let name = block
            .strip_prefix("# ")
            .and_then(|rest| rest.split(".yaml").next());
        let name = format!("{}.yaml", name.expect("the name of the file"));
        fs::write(folder.join(&name), block).expect("written");
        name
    });
    written.collect()
}

/// They run one after the other in a folder with the files that the page shows.
#[test]
fn every_readme_command_runs() {
    let page = fs::read_to_string(repository().join("README.md")).expect("a README");
    let run = fs::read_to_string(repository().join(".ci/run")).expect("the CI run");
    let commands = commands(&page);
    let folder = folder();
    let files = write_files(&page, folder.path());
    assert_eq!(files, ["mine.yaml", "calm.yaml"]);
    assert!(commands.contains(&"make demo") && commands.contains(&"make test"));
    for command in commands {
        match command.starts_with("dysta ") {
            true => {
                let ran = shell(folder.path(), command);
                assert_eq!(ran.code, 0, "{command}\n{}", ran.stderr);
            }
            false => assert!(run.contains(command), "{command} is not part of .ci/run"),
        }
    }
}

/// The file that the README shows is a configuration.
#[test]
fn the_readme_example_is_valid() {
    let page = fs::read_to_string(repository().join("README.md")).expect("a README");
    let folder = folder();
    write_files(&page, folder.path());
    let run = dysta(folder.path(), "check mine.yaml");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn the_picture_is_current() {
    let kept = fs::read_to_string(repository().join("docs/edge.svg")).expect("the picture");
    let drawn = dysta(folder().path(), "graph edge --format svg").stdout;
    assert!(kept == drawn, "docs/edge.svg is old; run `make docs`");
}
