//! The codes of all problems of a configuration, each with the reason why the rule exists.

use crate::diag::Code;

macro_rules! codes {
    ($($name:ident = $code:literal, $reason:literal;)*) => {
        $(#[doc = concat!("`dysta::config::", $code, "`: ", $reason)]
        pub const $name: Code = Code::new(concat!("dysta::config::", $code), $reason);)*

        /// Every code of this crate, in the order of the list above.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    SYNTAX = "syntax", "nothing behind a syntax error can be trusted, so reading stops there";
    MERGE_KEY = "merge_key", "`extends:` does the same across files and every key keeps its place";
    MANY_DOCUMENTS = "many_documents", "one file describes one thing";
    DUPLICATE_KEY = "duplicate_key", "which of two values counts would be a guess";
    NOT_UTF8 = "not_utf8", "YAML is text in UTF-8";
    EMPTY = "empty", "an empty file is more often a mistake than a wish for defaults";
    LIMIT = "limit", "limits keep a small text from taking all memory";
    MISSING_FILE = "missing_file", "a configuration is complete only with every file it names";
    UNKNOWN_PRESET = "unknown_preset", "names without `/` and `.yaml` are presets of this binary";
    EXTENDS_CYCLE = "extends_cycle", "a configuration that extends itself has no first value";
    BAD_SET = "bad_set", "`--set` names one key by its path and gives it a YAML value";
    UNKNOWN_KEY = "unknown_key", "a key that nothing reads would be dropped in silence";
    WRONG_TYPE = "wrong_type", "values are not converted, so that what is written is what is built";
    OUT_OF_RANGE = "out_of_range", "the range is what hardware and models are built and tested for";
    NOT_POWER_OF_TWO = "not_power_of_two", "hardware divides by a power of two with wires alone";
    NOT_FINITE = "not_finite", "hardware numbers have neither NaN nor infinity";
    MISSING_KEY = "missing_key", "the key has no default that would suit most users";
    UNKNOWN_VALUE = "unknown_value", "only listed choices have hardware behind them";
    BAD_NAME = "bad_name", "names become parts of file names, module names and expressions";
    BAD_PARAM = "bad_param", "a parameter becomes a constant or a register, so it must be a number";
    EXCLUSIVE_KEYS = "exclusive_keys", "two keys that say the same thing could contradict each other";
    UNKNOWN_TRACE = "unknown_trace", "requests are drawn from traces, so each must exist";
    EXPRESSION = "expression", "a score must compile to hardware before anything is emitted";
    SMALL_MEMORY = "small_memory", "an array whose memories do not hold one tile can run no layer";
    MEMORY_WIDTH = "memory_width", "what the array unpacks in a clock must come over the memory interface in one transfer";
    LAYER = "layer", "only layers that are whole can be drawn";
    CONFLICT = "conflict", "the parts of a system must fit each other";
}
