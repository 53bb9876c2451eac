//! Tables that change while requests are live: rows of a profile in use are refused and stay as they are, all others are
//! written at once.

use dysta_config::layout::TABLE_PROFILE;
use dysta_rtl_tests::{Bench, profile, system};
use dysta_sim::cosim::Session;

/// The scheduler `tiny` with its tables loaded, driven clock by clock.
struct Driver<'a> {
    bench: &'a Bench,
    session: Session<'a>,
    now: u64,
}

/// Two profiles of two layers.
fn bench(sets: &[&str]) -> Bench {
    let profiles = ["used", "other"].map(|name| profile(name, &[(100, 500), (200, 700)]));
    Bench::with_profiles(&system("tiny", sets).scheduler, &profiles)
}

const USED: u64 = 0;
const OTHER: u64 = 1;

impl<'a> Driver<'a> {
    fn new(bench: &'a Bench) -> Self {
        let session = bench.model.session(1);
        let mut driver = Self {
            bench,
            session,
            now: 0,
        };
        for name in [
            "submit_valid_i",
            "layer_done_valid_i",
            "table_valid_i",
            "rst_ni",
        ] {
            driver.set(name, 0);
        }
        driver.set("dispatch_ready_i", 1);
        driver.set("complete_ready_i", 0);
        driver.tick();
        driver.set("rst_ni", 1);
        for (address, data) in bench.image.writes(&bench.params) {
            assert!(!driver.write(address, data), "row {address:#x} is refused");
        }
        driver
    }

    fn set(&mut self, port: &str, value: u64) {
        self.session.poke(port, value).expect("a port");
    }

    fn get(&self, port: &str) -> u64 {
        self.session.peek(port).expect("a port")
    }

    /// One clock; outputs are seen before its edge.
    fn tick(&mut self) {
        self.set("now_i", self.now);
        self.settle();
        self.set("clk_i", 1);
        self.session.eval();
        self.now += 1;
        self.settle();
    }

    fn settle(&mut self) {
        self.set("clk_i", 0);
        self.session.eval();
    }

    /// Clocks until an output is high.
    fn wait(&mut self, port: &str) {
        for _ in 0..100 {
            self.settle();
            if self.get(port) == 1 {
                return;
            }
            self.tick();
        }
        panic!("{port} stays low");
    }

    /// Holds a valid until its ready, for one handshake.
    fn handshake(&mut self, stream: &str) {
        self.set(&format!("{stream}_valid_i"), 1);
        self.wait(&format!("{stream}_ready_o"));
        self.tick();
        self.set(&format!("{stream}_valid_i"), 0);
    }

    /// Writes a word; tells whether it was refused.
    fn write(&mut self, address: u64, data: u64) -> bool {
        self.set("table_addr_i", address);
        self.set("table_data_i", data);
        self.handshake("table");
        self.settle();
        self.get("table_refused_o") == 1
    }

    /// Tries every row of a profile and a runtime register; the register is never refused.
    #[track_caller]
    fn check_refused(&mut self, profile: u64, refused: bool) {
        let layout = self.bench.params.layout.clone();
        let rows = self.bench.image.writes(&self.bench.params);
        let is_of = |address: u64| {
            let first = layout.layer_address(profile as u32, 0);
            let layers = first..first + (1 << layout.layer_width);
            address == layout.table_address(TABLE_PROFILE, profile) || layers.contains(&address)
        };
        let register = layout.table_address(2, 0);
        let mut tried = 0;
        for (address, data) in rows {
            if is_of(address) {
                assert_eq!(self.write(address, data), refused, "row {address:#x}");
                tried += 1;
            } else if address == register {
                assert!(!self.write(address, data), "a runtime register");
            }
        }
        assert!(tried >= 1, "profile {profile} has no rows");
    }

    /// Takes a profile out of service.
    fn forget(&mut self, profile: u64) -> bool {
        let address = self
            .bench
            .params
            .layout
            .table_address(TABLE_PROFILE, profile);
        self.write(address, 0)
    }

    fn submit(&mut self, id: u64, profile: u64) {
        self.set("submit_id_i", id);
        self.set("submit_profile_i", profile);
        self.set("submit_deadline_i", 1 << 40);
        self.handshake("submit");
    }

    /// Runs the request that is dispatched for one layer.
    fn run_layer(&mut self) {
        self.wait("layer_done_ready_o");
        self.set("layer_done_nnz_i", 5);
        self.set("layer_done_status_i", 0);
        self.handshake("layer_done");
    }

    /// Status of the next record.
    fn record(&mut self) -> u64 {
        self.wait("complete_valid_o");
        let status = self.get("complete_status_o");
        self.set("complete_ready_i", 1);
        self.tick();
        self.set("complete_ready_i", 0);
        status
    }

    /// Runs layers until a request has all of its own; gives its status.
    fn finish(&mut self) -> u64 {
        loop {
            self.run_layer();
            for _ in 0..4 {
                self.tick();
            }
            if self.get("complete_valid_o") == 1 {
                return self.record();
            }
        }
    }
}

const MET: u64 = 0;
const REJECTED_PROFILE: u64 = 2;

#[track_caller]
fn check(sets: &[&str]) {
    let bench = bench(sets);
    let mut driver = Driver::new(&bench);
    driver.submit(1, USED);
    driver.check_refused(USED, true);
    driver.check_refused(OTHER, false);
    driver.submit(2, USED);
    driver.run_layer();
    driver.check_refused(USED, true);
    assert_eq!(driver.finish(), MET);
    assert!(driver.forget(USED), "one of two requests is still live");
    assert!(!driver.forget(OTHER));
    driver.submit(3, OTHER);
    assert_eq!(driver.record(), REJECTED_PROFILE);
    assert_eq!(driver.finish(), MET);
    driver.check_refused(USED, false);
    assert!(!driver.forget(USED));
    driver.submit(4, USED);
    assert_eq!(driver.record(), REJECTED_PROFILE);
}

#[test]
fn rows_of_a_profile_in_use_are_refused() {
    check(&[]);
    check(&["scheduler.policy=fcfs"]);
    check(&["scheduler.lanes=4"]);
}

const SUBMIT_AT: u64 = 6;

/// Takes a profile out of service from clock `write_at` on while a request of it is submitted from `SUBMIT_AT` on, with the end of a
/// layer of another request or without; tells whether the write was refused, and the status of the request.
fn race(bench: &Bench, write_at: u64, with_layer: bool) -> (bool, u64) {
    let mut driver = Driver::new(bench);
    if with_layer {
        driver.submit(2, OTHER);
        driver.wait("layer_done_ready_o");
    }
    driver.set("submit_id_i", 1);
    driver.set("submit_profile_i", USED);
    driver.set("layer_done_nnz_i", 5);
    driver.set("layer_done_status_i", 0);
    driver.set("complete_ready_i", 1);
    let row = bench.params.layout.table_address(TABLE_PROFILE, USED);
    driver.set("table_addr_i", row);
    driver.set("table_data_i", 0);
    let [mut submitted, mut written] = [false; 2];
    let mut refused = None;
    for clock in 0..200 {
        driver.set(
            "submit_valid_i",
            u64::from(clock >= SUBMIT_AT && !submitted),
        );
        driver.set("layer_done_valid_i", u64::from(clock >= SUBMIT_AT));
        driver.set("table_valid_i", u64::from(clock >= write_at && !written));
        driver.settle();
        if written && refused.is_none() {
            refused = Some(driver.get("table_refused_o") == 1);
        }
        if driver.get("complete_valid_o") == 1 && driver.get("complete_id_o") == 1 {
            return (
                refused.expect("an early write"),
                driver.get("complete_status_o"),
            );
        }
        submitted |= clock >= SUBMIT_AT && driver.get("submit_ready_o") == 1;
        written |= clock >= write_at && driver.get("table_ready_o") == 1;
        driver.tick();
    }
    panic!("the request gets no record");
}

/// In whatever clock a write comes: the request runs and the write is refused, or the write is carried out and the request is
/// rejected.
#[test]
fn a_write_beside_a_submit_or_the_request_loses() {
    let bench = bench(&[]);
    for with_layer in [false, true] {
        let outcomes = (0..12).map(|write_at| race(&bench, write_at, with_layer));
        let outcomes: Vec<(bool, u64)> = outcomes.collect();
        for (write_at, outcome) in outcomes.iter().enumerate() {
            let fair = [(true, MET), (false, REJECTED_PROFILE)].contains(outcome);
            assert!(fair, "write in clock {write_at}, {with_layer}: {outcome:?}");
        }
        let refused = outcomes.iter().filter(|(refused, _)| *refused).count();
        assert!((5..=9).contains(&refused), "{with_layer}: {refused}");
    }
}
