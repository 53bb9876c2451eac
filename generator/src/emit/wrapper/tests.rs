use dysta_config::accelerator::Accelerator;

use super::Wrapper;
use crate::lower;

/// Fields and AXI4 signals that the array leaves out are constant, what it ignores is named, `last` is TLAST.
#[test]
fn the_array_becomes_streams_and_a_memory_master() {
    let design = lower::array(&Accelerator::EDGE).expect("a design");
    let wrapper = Wrapper::new(&design.graph);
    let text = wrapper.text("array").expect("text");
    let page = wrapper.page("array", "array/").expect("text");
    insta::assert_snapshot!(format!("{text}\n{page}"));
}
