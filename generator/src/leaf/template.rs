//! The askama structs of the leaf templates. All have the same field, the banner lines.

use askama::Template;

macro_rules! leaf_templates {
    ($($function:ident $name:ident $path:literal,)*) => {$(
        #[derive(Template)]
        #[template(path = $path, syntax = "sv")]
        struct $name<'a> {
            banner: &'a [String],
        }

        pub(super) fn $function(banner: &[String]) -> Result<String, askama::Error> {
            // askama drops the newline at the end of a template.
            let mut text = $name { banner }.render()?;
            text.push('\n');
            Ok(text)
        }
    )*};
}

leaf_templates! {
    ram_lut RamLut "leaf/dysta_ram_lut.sv",
    ram_block RamBlock "leaf/dysta_ram_block.sv",
    row_map RowMap "leaf/dysta_row_map.sv",
    mul Mul "leaf/dysta_mul.sv",
    delay Delay "leaf/dysta_delay.sv",
    fifo Fifo "leaf/dysta_fifo.sv",
    skid Skid "leaf/dysta_skid.sv",
    admission Admission "leaf/dysta_admission.sv",
    sequencer Sequencer "leaf/dysta_sequencer.sv",
    argmin Argmin "leaf/dysta_argmin.sv",
    pair_min PairMin "leaf/dysta_pair_min.sv",
    completion Completion "leaf/dysta_completion.sv",
    statistics Statistics "leaf/dysta_statistics.sv",
    profile_guard ProfileGuard "leaf/dysta_profile_guard.sv",
    fp_mul FpMul "leaf/dysta_fp_mul.sv",
    fp_add FpAdd "leaf/dysta_fp_add.sv",
    fp_compare FpCompare "leaf/dysta_fp_compare.sv",
    fp_from_fixed FpFromFixed "leaf/dysta_fp_from_fixed.sv",
    fp_to_fixed FpToFixed "leaf/dysta_fp_to_fixed.sv",
    array_control ArrayControl "leaf/dysta_array_control.sv",
    array_read ArrayRead "leaf/dysta_array_read.sv",
    array_fetch ArrayFetch "leaf/dysta_array_fetch.sv",
    array_deal ArrayDeal "leaf/dysta_array_deal.sv",
    array_tap ArrayTap "leaf/dysta_array_tap.sv",
    array_add ArrayAdd "leaf/dysta_array_add.sv",
    array_weights ArrayWeights "leaf/dysta_array_weights.sv",
    array_loader ArrayLoader "leaf/dysta_array_loader.sv",
    array_feeder ArrayFeeder "leaf/dysta_array_feeder.sv",
    array_column ArrayColumn "leaf/dysta_array_column.sv",
    array_lookup ArrayLookup "leaf/dysta_array_lookup.sv",
    array_mac ArrayMac "leaf/dysta_array_mac.sv",
    array_drain ArrayDrain "leaf/dysta_array_drain.sv",
    array_lane ArrayLane "leaf/dysta_array_lane.sv",
    array_compress ArrayCompress "leaf/dysta_array_compress.sv",
    array_write ArrayWrite "leaf/dysta_array_write.sv",
}
