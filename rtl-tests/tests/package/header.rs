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
#ifdef DYSTA_PROFILE_PARTS
static void place(uint64_t *row, unsigned offset, uint64_t value) {
  row[offset / 64] |= value << offset % 64;
  if (offset % 64 != 0 && offset / 64 + 1 < DYSTA_PROFILE_PARTS) row[offset / 64 + 1] |= value >> (64 - offset % 64);
}
static void write_profile(unsigned profile, const uint64_t *row) {
  unsigned k;
  for (k = 1; k < DYSTA_PROFILE_PARTS; k++) write_row(DYSTA_TABLE_PART + k, row[k]);
  write_row(DYSTA_TABLE_PROFILE + profile, row[0]);
}
#endif
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

/// A profile row whose fields lie in several parts.
fn wide_profile(kit: &Kit, index: usize, image: &ProfileImage) -> String {
    let values = profile_values(kit, image).into_iter();
    let places = values.map(|(name, value)| {
        let offset = format!("DYSTA_PROFILE_{}_OFFSET", name.to_uppercase());
        format!("place(row, {offset}, {value}); ")
    });
    let places: String = places.collect();
    format!(
        "  {{ uint64_t row[DYSTA_PROFILE_PARTS] = {{0}}; {places}write_profile({index}, row); }}"
    )
}

fn profile_values<'a>(kit: &'a Kit, image: &ProfileImage) -> Vec<(&'a str, String)> {
    let mut values = vec![
        ("known", "1".to_owned()),
        ("last_layer", (image.rows.len() - 1).to_string()),
    ];
    let columns = kit.system.scheduler.program.columns.iter();
    let columns = columns.zip(&image.columns);
    values.extend(columns.map(|(column, raw)| (column.name.as_str(), format!("{raw}ULL"))));
    values
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
        let line = match kit.system.scheduler.layout.profile_row.parts() {
            1 => format!(
                "  write_row(DYSTA_TABLE_PROFILE + {index}, {});",
                row("PROFILE", &profile_values(kit, image))
            ),
            _ => wide_profile(kit, index, image),
        };
        let _ = writeln!(text, "{line}");
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
        ("tiny", "slack_srpt"),
        ("paper_fp16", "dysta"),
        ("paper_fp32", "dysta"),
    ] {
        check_header(system, policy);
    }
}
