//! Names of mapped cells in terms of the hierarchy that was emitted.

/// What mapping appends to the name of the signal that a cell drives or reads.
const MARKS: [&str; 13] = [
    "_TRELLIS_FF_",
    "_LUT",
    "_PFUMX_",
    "_L6MUX",
    "_CCU2C_",
    "_FD",
    "_CARRY",
    "_MUXF",
    "_INV_",
    "_SB_",
    "_DSP48",
    "_SRL",
    "_RAM",
];

/// The signal behind the name of a cell: `u_lane.sub_5_q_TRELLIS_FF_Q_3` → `u_lane.sub_5_q`; the array of a memory for its cells.
///
/// ```
/// use dysta_sim::synthesis::signal;
/// assert_eq!(signal("u_lane.sub_5_q_FDRE_Q_3_D_LUT6_O"), "u_lane.sub_5_q");
/// assert_eq!(signal("u_row_map.map_q.0.4_DO_2_LUT4_Z"), "u_row_map.map_q");
/// assert_eq!(signal("u_mul.p_o"), "u_mul.p_o");
/// ```
pub fn signal(cell: &str) -> &str {
    let end = MARKS.iter().filter_map(|mark| cell.find(mark));
    let dollar = cell.find('$').filter(|at| *at > 0);
    let end = end.chain(dollar).min().unwrap_or(cell.len());
    let name = &cell[..end];
    let digit = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    let parts = name.split('.').take_while(|part| !digit(part));
    let length: usize = parts.map(|part| part.len() + 1).sum();
    &name[..length.saturating_sub(1).min(name.len())]
}

/// Module of a type of cell: `$paramod$0a1b\dysta_mul` and `$paramod\dysta_mul\W=…` are `dysta_mul`.
pub(super) fn module(ty: &str) -> &str {
    let mut parts = ty.split('\\');
    match parts.next() {
        Some(head) if head.starts_with("$paramod") => parts.next().unwrap_or(ty),
        _ => ty,
    }
}
