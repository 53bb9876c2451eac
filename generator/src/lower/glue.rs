//! Small combinational blocks between the others.

use dysta_config::params::SchedulerParams;

use super::blocks::Streams;
use crate::vlog::{Item, Module, Port, verilog};

/// Builds `dysta_dispatcher`: the offer of the sequencer with the fields of the chosen entry. A single candidate has no score; the
/// arg-min, cleared at the start of the decision, shows 0 then.
///
/// ```text
/// assign dispatch_valid_o = offer_valid_i;
/// assign dispatch_score_o = score_i;
/// ```
pub(super) fn dispatcher(params: &SchedulerParams) -> Module {
    let payload = Streams::new(params).dispatch;
    let mut module = Module::new("dysta_dispatcher").doc("Joins the offer of the sequencer with the fields of the chosen entry.\nLatency: none, combinational.");
    module.add_group(
        "Offer.",
        [
            Port::input("offer_valid_i", 1),
            Port::output("offer_ready_o", 1),
        ],
    );
    module.add_group(
        "Fields of the entry on the memory outputs, and its score.",
        payload
            .iter()
            .map(|f| Port::input(format!("{}_i", f.name), f.width_bits)),
    );
    let mut stream = vec![
        Port::output("dispatch_valid_o", 1),
        Port::input("dispatch_ready_i", 1),
    ];
    stream.extend(
        payload
            .iter()
            .map(|f| Port::output(format!("dispatch_{}_o", f.name), f.width_bits)),
    );
    module.add_group("Stream to the accelerator.", stream);
    module.add_group(
        "The layer row of the offered entry is read.",
        [Port::output("read_o", 1)],
    );
    module.extend(verilog! {
        assign dispatch_valid_o = offer_valid_i;
        assign offer_ready_o = dispatch_ready_i;
        assign read_o = offer_valid_i;
    });
    for field in payload {
        let value = format!("{}_i", field.name);
        module.push(Item::assign(format!("dispatch_{}_o", field.name), value));
    }
    module
}

/// Builds `dysta_guard`: when the entry write port is taken, and when nothing can change without a handshake.
///
/// ```text
/// assign block_o = sequencer_block_i | update_block_i;
/// assign quiescent_o = sequencer_quiet_i & ~(admission_busy_i | completion_busy_i | update_busy_i);
/// ```
pub(super) fn guard(has_update: bool) -> Module {
    let mut module = Module::new("dysta_guard").doc("Says when the entry write port is taken and when nothing can change without a handshake.\nLatency: none, combinational.");
    let mut inputs = [
        "sequencer_block_i",
        "sequencer_quiet_i",
        "admission_busy_i",
        "completion_busy_i",
    ]
    .to_vec();
    if has_update {
        inputs.extend(["update_block_i", "update_busy_i", "update_saturated_i"]);
    }
    module.add_group(
        "State of the blocks.",
        inputs.into_iter().map(|name| Port::input(name, 1)),
    );
    module.add_group(
        "State of the whole.",
        ["block_o", "quiescent_o", "saturation_o"].map(|name| Port::output(name, 1)),
    );
    module.extend(if has_update {
        verilog! {
            assign block_o = sequencer_block_i | update_block_i;
            assign quiescent_o = sequencer_quiet_i & ~(admission_busy_i | completion_busy_i | update_busy_i);
            assign saturation_o = update_saturated_i;
        }
    } else {
        verilog! {
            assign block_o = sequencer_block_i;
            assign quiescent_o = sequencer_quiet_i & ~(admission_busy_i | completion_busy_i);
            assign saturation_o = 1'b0;
        }
    });
    module
}
