# `make demo` and `make test` are all a newcomer needs; both install missing tools where apt can be used.
SHELL := bash
.PHONY: demo test tools judge models lint determinism area docs results snapshots calibrate

demo: tools
	@.ci/demo

# All crates at once: one by one, each would compile the crates below it again with features of its own.
test: tools judge models
	cargo test --workspace

tools:
	@.ci/tools

# TensorFlow Lite Micro for the tests of the array's operators, FuseSoC for those of emitted packages.
judge: tools
	@.ci/judge

# The networks that the array is tested with, below target.
models: tools
	@.ci/models

lint:
	@cargo fmt --version > /dev/null 2>&1 || { echo "rustfmt is missing; run: rustup component add rustfmt" >&2; exit 5; }
	@cargo clippy --version > /dev/null 2>&1 || { echo "clippy is missing; run: rustup component add clippy" >&2; exit 5; }
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

determinism:
	@.ci/determinism

# Area of `edge` by Yosys, as counted in the README, and of an element of its array, as in docs/array.md.
area: tools
	cargo run -q -p dysta-generator -- synth --system edge --target xc7z020
	cargo run -q -p dysta-generator -- synth --system edge --target xc7z020 --part array --block pe0_0

# Measures the factors of the resource model with Yosys, and its error: docs/estimate.md.
calibrate: tools
	cargo run -q -p dysta-rtl-tests --example calibrate

# The experiments of the publication, into the README, its two plots and out/bench/paper.html.
bench:
	@.ci/bench

# Measures the figures of the README and writes them there.
results: tools bench
	@.ci/results

# Refreshes what is generated and committed: key reference, schemas, the picture of the README.
docs:
	DYSTA_UPDATE=1 cargo test -q -p dysta-config --test presets
	cargo run -q -p dysta-generator -- graph edge --format svg > docs/edge.svg

# Refreshes the emitted files kept for review, rtl-tests/snapshots; look at the difference before it is committed.
snapshots:
	DYSTA_UPDATE=1 INSTA_UPDATE=always cargo test -q -p dysta-rtl-tests --test package snapshots
