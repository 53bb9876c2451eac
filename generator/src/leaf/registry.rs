//! The list of leaves. The test of this module compares it with the headers of the templates.

use crate::vlog::Direction;

use super::interface::{Leaf, Parameter, Port, Width};
use super::{float, template};

const ANY: u32 = u32::MAX;

pub(super) const fn parameter(
    name: &'static str,
    default: u32,
    range: (u32, u32),
    doc: &'static str,
) -> Parameter {
    let (min, max) = range;
    Parameter {
        name,
        default,
        doc,
        min,
        max,
    }
}

pub(super) const fn input(name: &'static str, width: Width) -> Port {
    Port {
        name,
        direction: Direction::Input,
        width,
    }
}

pub(super) const fn output(name: &'static str, width: Width) -> Port {
    Port {
        name,
        direction: Direction::Output,
        width,
    }
}

pub(super) const BIT: Width = Width::Bits(1);
const TIME: Width = Width::Bits(48);

const fn bits(bits: u32) -> Width {
    Width::Bits(bits)
}

const fn par(name: &'static str) -> Width {
    Width::Parameter(name)
}

/// Every leaf, in the order of the documentation.
pub static LEAVES: &[Leaf] = &[
    Leaf {
        name: "dysta_ram_lut",
        doc: "Small memory in look-up tables with one write port and one synchronous read port.",
        parameters: &[
            parameter("WIDTH", 8, (1, ANY), "Bits of a word, >= 1."),
            parameter("DEPTH", 64, (2, ANY), "Words, >= 2."),
            parameter(
                "ADDR_W",
                6,
                (1, 30),
                "Bits of an address, 2**ADDR_W >= DEPTH.",
            ),
        ],
        ports: &[
            input("clk_i", BIT),
            input("we_i", BIT),
            input("waddr_i", par("ADDR_W")),
            input("wdata_i", par("WIDTH")),
            input("re_i", BIT),
            input("raddr_i", par("ADDR_W")),
            output("rdata_o", par("WIDTH")),
        ],
        template: template::ram_lut,
    },
    Leaf {
        name: "dysta_ram_block",
        doc: "Memory in block RAM with one write port and one synchronous read port.",
        parameters: &[
            parameter("WIDTH", 8, (1, ANY), "Bits of a word, >= 1."),
            parameter("DEPTH", 64, (2, ANY), "Words, >= 2."),
            parameter(
                "ADDR_W",
                6,
                (1, 30),
                "Bits of an address, 2**ADDR_W >= DEPTH.",
            ),
        ],
        ports: &[
            input("clk_i", BIT),
            input("we_i", BIT),
            input("waddr_i", par("ADDR_W")),
            input("wdata_i", par("WIDTH")),
            input("re_i", BIT),
            input("raddr_i", par("ADDR_W")),
            output("rdata_o", par("WIDTH")),
        ],
        template: template::ram_block,
    },
    Leaf {
        name: "dysta_mul",
        doc: "Pipelined product a * b, built from partial products of 17 bits of `a` and 24 bits of `b` that fit one DSP slice each.",
        parameters: &[
            parameter("A_W", 32, (1, 72), "Bits of `a_i`, 1 to 72."),
            parameter("B_W", 16, (1, 72), "Bits of `b_i`, 1 to 72."),
            parameter(
                "LATENCY",
                2,
                (2, 3),
                "Clocks from operands to product, 2 or 3; 3 registers the operands first.",
            ),
            parameter("A_SIGNED", 0, (0, 1), "1: `a_i` is in two's complement."),
            parameter("B_SIGNED", 0, (0, 1), "1: `b_i` is in two's complement."),
        ],
        ports: &[
            input("clk_i", BIT),
            input("a_i", par("A_W")),
            input("b_i", par("B_W")),
            output("p_o", Width::Sum("A_W", "B_W")),
        ],
        template: template::mul,
    },
    Leaf {
        name: "dysta_delay",
        doc: "Delays a word by a fixed number of clocks, for values that travel beside a pipeline.",
        parameters: &[
            parameter("WIDTH", 8, (1, ANY), "Bits of a word, >= 1."),
            parameter("DEPTH", 4, (1, ANY), "Clocks of delay, >= 1."),
        ],
        ports: &[
            input("clk_i", BIT),
            input("data_i", par("WIDTH")),
            output("data_o", par("WIDTH")),
        ],
        template: template::delay,
    },
    Leaf {
        name: "dysta_fifo",
        doc: "First-in first-out queue of a valid/ready stream, kept in one shift register per bit.",
        parameters: &[
            parameter("WIDTH", 8, (1, ANY), "Bits of a word, >= 1."),
            parameter("DEPTH", 4, (2, 16), "Words, 2 to 16."),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("in_valid_i", BIT),
            output("in_ready_o", BIT),
            input("in_data_i", par("WIDTH")),
            output("out_valid_o", BIT),
            input("out_ready_i", BIT),
            output("out_data_o", par("WIDTH")),
        ],
        template: template::fifo,
    },
    Leaf {
        name: "dysta_skid",
        doc: "Cuts every combinational path of a valid/ready stream: all outputs are registers.",
        parameters: &[parameter("WIDTH", 8, (1, ANY), "Bits of a word, >= 1.")],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("in_valid_i", BIT),
            output("in_ready_o", BIT),
            input("in_data_i", par("WIDTH")),
            output("out_valid_o", BIT),
            input("out_ready_i", BIT),
            output("out_data_o", par("WIDTH")),
        ],
        template: template::skid,
    },
    Leaf {
        name: "dysta_admission",
        doc: "Takes requests in, stamps their arrival and admission number, and appends them to the live entries or rejects them.",
        parameters: &[
            parameter("ID_W", 16, (1, ANY), "Bits of a request id, >= 1."),
            parameter("PROFILE_W", 4, (1, ANY), "Bits of a profile index, >= 1."),
            parameter("PRIORITY_W", 4, (1, ANY), "Bits of a priority, >= 1."),
            parameter(
                "LIVE_W",
                7,
                (1, 30),
                "Bits of the number of live entries, 2**LIVE_W > CAPACITY.",
            ),
            parameter(
                "CAPACITY",
                64,
                (2, ANY),
                "Entries that can be live at a time, >= 2.",
            ),
            parameter(
                "NUMBER_INIT",
                0,
                (0, ANY),
                "Number of the first admission; numbers count up modulo 2**32.",
            ),
            parameter(
                "REJECT_FULL",
                0,
                (0, 1),
                "0: `submit` waits while all entries are live; 1: such requests are rejected.",
            ),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("now_i", TIME),
            input("submit_valid_i", BIT),
            output("submit_ready_o", BIT),
            input("submit_id_i", par("ID_W")),
            input("submit_profile_i", par("PROFILE_W")),
            input("submit_deadline_i", TIME),
            input("submit_priority_i", par("PRIORITY_W")),
            input("block_i", BIT),
            input("live_i", par("LIVE_W")),
            output("lookup_valid_o", BIT),
            output("lookup_profile_o", par("PROFILE_W")),
            input("profile_known_i", BIT),
            output("admit_valid_o", BIT),
            output("admit_id_o", par("ID_W")),
            output("admit_profile_o", par("PROFILE_W")),
            output("admit_deadline_o", TIME),
            output("admit_arrival_o", TIME),
            output("admit_priority_o", par("PRIORITY_W")),
            output("admit_number_o", bits(32)),
            output("reject_valid_o", BIT),
            input("reject_ready_i", BIT),
            output("reject_id_o", par("ID_W")),
            output("reject_finish_o", TIME),
            output("reject_status_o", bits(3)),
            output("busy_o", BIT),
        ],
        template: template::admission,
    },
    Leaf {
        name: "dysta_sequencer",
        doc: "Orders the clocks of a decision: completion, update, scan of the live entries, dispatch, layer in flight.",
        parameters: &[
            parameter(
                "POS_W",
                6,
                (1, ANY),
                "Bits of a position, row above bank, >= 1.",
            ),
            parameter(
                "LIVE_W",
                7,
                (1, ANY),
                "Bits of the number of live entries, at least POS_W.",
            ),
            parameter(
                "LANES",
                1,
                (1, 16),
                "Banks of entries, each scanned by its own lane, a power of two, >= 1.",
            ),
            parameter(
                "ROW_W",
                6,
                (1, ANY),
                "Bits of a row within a bank, >= 1: LANES is 2**(POS_W-ROW_W).",
            ),
            parameter(
                "SPECIAL_SLOT",
                1,
                (1, ANY),
                "First slot in which the updated entry can be read, >= 1.",
            ),
            parameter(
                "SCAN_DELAY",
                0,
                (0, ANY),
                "Clocks between the clock after Ts and slot 0, >= 0, for decision values that take longer than the first candidate.",
            ),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("now_i", TIME),
            input("admit_valid_i", BIT),
            input("layer_done_valid_i", BIT),
            output("layer_done_ready_o", BIT),
            input("layer_done_nnz_i", bits(32)),
            input("layer_done_status_i", bits(2)),
            input("running_last_i", BIT),
            input("record_ready_i", BIT),
            output("dispatch_valid_o", BIT),
            input("dispatch_ready_i", BIT),
            input("best_done_i", BIT),
            input("best_position_i", par("POS_W")),
            output("stamp_o", TIME),
            output("nnz_o", bits(32)),
            output("live_o", par("LIVE_W")),
            output("append_position_o", par("POS_W")),
            output("queue_o", par("LIVE_W")),
            output("update_start_o", BIT),
            output("finish_valid_o", BIT),
            output("finish_failed_o", BIT),
            output("write_progress_o", BIT),
            output("move_o", BIT),
            output("special_position_o", par("POS_W")),
            output("read_position_o", par("POS_W")),
            output("update_position_o", par("POS_W")),
            output("candidate_valid_o", par("LANES")),
            output("candidate_last_o", BIT),
            output("candidate_running_o", BIT),
            output("candidate_row_o", par("ROW_W")),
            output("clear_o", BIT),
            output("single_o", BIT),
            output("position_o", par("POS_W")),
            output("block_o", BIT),
            output("quiet_o", BIT),
            output("deciding_o", BIT),
            output("decision_o", BIT),
            output("preemption_o", BIT),
        ],
        template: template::sequencer,
    },
    Leaf {
        name: "dysta_argmin",
        doc: "Finds the candidate of a decision with the smallest score; of equal scores the one that was admitted first.",
        parameters: &[
            parameter("SCORE_W", 40, (1, ANY), "Bits of a score, >= 1."),
            parameter("POS_W", 6, (1, ANY), "Bits of a position, >= 1."),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("clear_i", BIT),
            input("candidate_valid_i", BIT),
            input("candidate_last_i", BIT),
            input("candidate_score_i", par("SCORE_W")),
            input("candidate_number_i", bits(32)),
            input("candidate_position_i", par("POS_W")),
            output("best_done_o", BIT),
            output("best_position_o", par("POS_W")),
            output("best_score_o", par("SCORE_W")),
        ],
        template: template::argmin,
    },
    Leaf {
        name: "dysta_pair_min",
        doc: "Passes on the better of two candidates: smaller score, at equal scores the earlier number.",
        parameters: &[
            parameter("SCORE_W", 40, (1, ANY), "Bits of a score, >= 1."),
            parameter("POS_W", 6, (1, ANY), "Bits of a position, >= 1."),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("a_valid_i", BIT),
            input("a_score_i", par("SCORE_W")),
            input("a_number_i", bits(32)),
            input("a_position_i", par("POS_W")),
            input("b_valid_i", BIT),
            input("b_score_i", par("SCORE_W")),
            input("b_number_i", bits(32)),
            input("b_position_i", par("POS_W")),
            output("min_valid_o", BIT),
            output("min_score_o", par("SCORE_W")),
            output("min_number_o", bits(32)),
            output("min_position_o", par("POS_W")),
        ],
        template: template::pair_min,
    },
    Leaf {
        name: "dysta_completion",
        doc: "Forms the finish record of a request that leaves and merges it with the rejects into the `complete` stream.",
        parameters: &[parameter(
            "ID_W",
            16,
            (1, ANY),
            "Bits of a request id, >= 1.",
        )],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("finish_valid_i", BIT),
            input("finish_failed_i", BIT),
            input("stamp_i", TIME),
            input("running_id_i", par("ID_W")),
            input("running_deadline_i", TIME),
            input("reject_valid_i", BIT),
            output("reject_ready_o", BIT),
            input("reject_id_i", par("ID_W")),
            input("reject_finish_i", TIME),
            input("reject_status_i", bits(3)),
            output("record_ready_o", BIT),
            output("complete_valid_o", BIT),
            input("complete_ready_i", BIT),
            output("complete_id_o", par("ID_W")),
            output("complete_finish_o", TIME),
            output("complete_status_o", bits(3)),
            output("miss_o", BIT),
            output("reject_o", BIT),
            output("busy_o", BIT),
        ],
        template: template::completion,
    },
    Leaf {
        name: "dysta_statistics",
        doc: "Counts the events of the scheduler. Each event has a short counter of its own; one adder visits them in turn and moves",
        parameters: &[parameter(
            "WIDTH",
            32,
            (4, 64),
            "Bits of a count, 4 to 64; counts wrap.",
        )],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("decision_i", BIT),
            input("preemption_i", BIT),
            input("miss_i", BIT),
            input("reject_i", BIT),
            input("saturation_i", BIT),
            input("exposed_i", BIT),
            input("address_i", bits(3)),
            output("data_o", par("WIDTH")),
        ],
        template: template::statistics,
    },
    Leaf {
        name: "dysta_profile_guard",
        doc: "Keeps the rows of a profile as they are while a live request uses it: counts the live requests of each profile and",
        parameters: &[
            parameter("PROFILE_W", 4, (1, 16), "Bits of a profile index, 1 to 16."),
            parameter(
                "LIVE_W",
                7,
                (1, ANY),
                "Bits of the number of live requests, >= 1.",
            ),
        ],
        ports: &[
            input("clk_i", BIT),
            input("rst_ni", BIT),
            input("lookup_valid_i", BIT),
            input("lookup_profile_i", par("PROFILE_W")),
            input("admit_valid_i", BIT),
            input("admit_profile_i", par("PROFILE_W")),
            input("finish_valid_i", BIT),
            input("finish_profile_i", par("PROFILE_W")),
            input("write_valid_i", BIT),
            output("write_ready_o", BIT),
            input("write_rows_i", BIT),
            input("write_known_i", BIT),
            input("write_profile_i", par("PROFILE_W")),
            output("write_o", BIT),
            output("refused_o", BIT),
        ],
        template: template::profile_guard,
    },
    float::MUL,
    float::ADD,
    float::COMPARE,
    float::FROM_FIXED,
    float::TO_FIXED,
];
