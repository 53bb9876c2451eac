//! Bugs of the predictors, each on `tiny` with its predictor.

use dysta_rtl_tests::Mutant;

/// A bug of the update unit.
const fn bug(name: &'static str, edits: &'static [(&'static str, &'static str)]) -> Mutant {
    Mutant {
        name,
        module: "dysta_update",
        edits,
    }
}

/// Predictors with their bugs.
pub const MUTANTS: [(&str, &[Mutant]); 4] = [
    (
        "density_average",
        &[bug(
            "the mean of three ratios is divided by two",
            &[("inv_layers = 24'h2aaaab;", "inv_layers = 24'h400000;")],
        )],
    ),
    (
        "density_last",
        &[bug(
            "the ratio of the latest layer wraps",
            &[("moved_over ? {17{1'b1}} : moved", "moved")],
        )],
    ),
    (
        "density_last_n",
        &[
            bug(
                "nothing leaves the window",
                &[(" - {{8{1'b0}}, ratios_before[71:54]};", ";")],
            ),
            bug(
                "a ratio leaves the window a layer early",
                &[("ratios_before[71:54]", "ratios_before[53:36]")],
            ),
            bug(
                "a window that is not full is divided by its length",
                &[("(layer_q < 5'd3) ? layer_q : 5'd3", "5'd3")],
            ),
            bug(
                "a request takes the ratios of the former one over",
                &[("first_layer_q ? 72'd0 : ratios_i", "ratios_i")],
            ),
            bug(
                "the newest ratio takes the place of the oldest",
                &[(
                    "{ratios_before[53:0], ratio_q}",
                    "{ratio_q, ratios_before[53:0]}",
                )],
            ),
        ],
    ),
    (
        "latency_ratio",
        &[
            bug(
                "run time begins a clock after the dispatch",
                &[(
                    "dispatched_at_q <= now_i;",
                    "dispatched_at_q <= now_i + 48'd1;",
                )],
            ),
            bug(
                "run time ends when it is added up",
                &[("latest_i - dispatched_at_q", "now_i - dispatched_at_q")],
            ),
            bug(
                "a request takes the run time of the former one over",
                &[("first_layer_q ? 38'd0 : run_time_i", "run_time_i")],
            ),
            bug(
                "only the latest layer counts",
                &[(
                    "{1'b0, ran_q} + {{11{1'b0}}, sum_before};",
                    "{1'b0, ran_q};",
                )],
            ),
            bug(
                "run time wraps",
                &[(
                    "|sum_exact[48:38] ? {38{1'b1}} : sum_exact[37:0]",
                    "sum_exact[37:0]",
                )],
            ),
        ],
    ),
];
