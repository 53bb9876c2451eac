// dysta 0.1.0, config tiny, digest b2b46fc6bc44a2ee
rtl/dysta_ram_lut.sv
rtl/dysta_ram_block.sv
rtl/dysta_mul.sv
rtl/dysta_delay.sv
rtl/dysta_fifo.sv
rtl/dysta_admission.sv
rtl/dysta_sequencer.sv
rtl/dysta_argmin.sv
rtl/dysta_completion.sv
rtl/dysta_statistics.sv
rtl/dysta_entries.sv
rtl/dysta_tables.sv
rtl/dysta_lane.sv
rtl/dysta_dispatcher.sv
rtl/dysta_update.sv
rtl/dysta_guard.sv
rtl/dysta_scheduler.sv
