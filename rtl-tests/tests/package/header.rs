//! The C header: it compiles without a warning, and software that uses only its constants fills the tables like the
//! static level.

use std::fmt::Write as _;

use dysta_rtl_tests::{Kit, shell};
use dysta_sim::image::{LayerRow, ProfileImage};

const HEAD: &str = r#"
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include "sw/dysta_regs.h"
#define FIELD(name, value) (((uint64_t)(value) & ((1ULL << name##_BITS) - 1)) << name##_OFFSET)
#define RECIPROCAL(mantissa, shift) ((uint64_t)(mantissa) | (uint64_t)(shift) << DYSTA_RECIPROCAL_SHIFT_OFFSET)
static void write_row(uint64_t address, uint64_t data) { printf("%" PRIu64 " %" PRIu64 "\n", address, data); }
int main(void) {
"#;

/// `FIELD(DYSTA_LAYER_X, value) | …`
fn row(prefix: &str, fields: &[(&str, String)]) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let name = name.to_uppercase();
        format!("FIELD(DYSTA_{prefix}_{name}, {value})")
    });
    fields.collect::<Vec<_>>().join(" | ")
}

fn layer(kit: &Kit, row_of: &LayerRow) -> String {
    let inverse = row_of.inv_density;
    let values = [
        (
            "inv_density",
            format!("RECIPROCAL({}, {})", inverse.mantissa, inverse.shift),
        ),
        ("lat_remaining", format!("{}ULL", row_of.lat_remaining)),
    ];
    let row_fields = &kit.system.scheduler.layout.layer_row;
    let values = values.into_iter().filter(|(name, _)| row_fields.has(name));
    row("LAYER", &values.collect::<Vec<_>>())
}

fn profile(kit: &Kit, image: &ProfileImage) -> String {
    let mut values = vec![
        ("known", "1".to_owned()),
        ("last_layer", (image.rows.len() - 1).to_string()),
    ];
    let columns = kit.system.scheduler.program.columns.iter();
    let columns = columns.zip(&image.columns);
    values.extend(columns.map(|(column, raw)| (column.name.as_str(), format!("{raw}ULL"))));
    row("PROFILE", &values)
}

/// A C program that prints address and data of every table write.
fn program(kit: &Kit) -> String {
    let mut text = HEAD.to_owned();
    let registers = kit.system.scheduler.program.statics.iter();
    for (register, raw) in registers.zip(&kit.scenario.image.statics) {
        let name = register.name.to_uppercase();
        let _ = writeln!(text, "  write_row(DYSTA_{name}_ADDR, {raw}ULL);");
    }
    for (index, image) in kit.scenario.image.profiles.iter().enumerate() {
        if !kit.system.scheduler.layout.layer_row.fields.is_empty() {
            for (number, row_of) in image.rows.iter().enumerate() {
                let address =
                    format!("DYSTA_TABLE_LAYER + ({index} << DYSTA_TABLE_LAYER_SHIFT) + {number}");
                let _ = writeln!(text, "  write_row({address}, {});", layer(kit, row_of));
            }
        }
        let _ = writeln!(
            text,
            "  write_row(DYSTA_TABLE_PROFILE + {index}, {});",
            profile(kit, image)
        );
    }
    text.push_str("  return 0;\n}\n");
    text
}

fn check_header(system: &str, policy: &str) {
    let kit = Kit::emitted(system, policy);
    let folder = kit.write();
    let folder = folder.path();
    std::fs::write(folder.join("fill.c"), program(&kit)).expect("the program is written");
    let writes = kit.scenario.image.writes(&kit.scenario.params);
    let mut wanted = String::new();
    for (address, data) in writes {
        let _ = writeln!(wanted, "{address} {data}");
    }
    for compiler in ["gcc -std=c99", "g++ -std=c++11 -x c++"] {
        let line = format!("{compiler} -Wall -Wextra -Wpedantic -Werror fill.c -o fill && ./fill");
        let run = shell(folder, &line);
        assert!(run.success, "{line}\n{}", run.text);
        assert_eq!(run.text, wanted, "{system} {policy}");
    }
}

#[test]
fn software_fills_the_tables_with_the_header_alone() {
    for (system, policy) in [
        ("tiny", "dysta"),
        ("edge", "dysta"),
        ("edge", "fcfs"),
        ("tiny", "edf"),
    ] {
        check_header(system, policy);
    }
}
