// Drives one Verilated dysta_scheduler under the stimulus rule and records its handshakes.
//
// The loop over clocks stays here, so that a run costs two evaluations a clock and nothing else; the Rust side calls in
// every few million clocks. dysta_ports.h is generated beside this file: it names the Verilated class (Model) and lists
// every port of the top with its width as DYSTA_PORTS(PORT), and says with DYSTA_STATISTICS whether there are counters. With
// score probes it lists the nets at the output of every lane as DYSTA_PROBES(PROBE).

#include "dysta_model.h"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

constexpr uint64_t mask_of(unsigned width) { return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1; }

// One mask per port: Verilated ports must not carry bits above their width.
#define DYSTA_MASK(name, width) constexpr uint64_t mask_##name = mask_of(width);
DYSTA_PORTS(DYSTA_MASK)
#undef DYSTA_MASK

enum Port : uint32_t {
#define DYSTA_INDEX(name, width) port_##name,
    DYSTA_PORTS(DYSTA_INDEX)
#undef DYSTA_INDEX
};

#define DRIVE(name, value) (top->name = static_cast<uint64_t>(value) & mask_##name)

constexpr unsigned ready_limit = 1000;
constexpr unsigned settle_clocks = 32;
constexpr uint64_t junk = ~uint64_t{0};

enum Status : int { status_running = 0, status_finished = 1, status_stopped = 2 };
enum Kind : uint64_t { kind_admit = 0, kind_dispatch = 1, kind_layer_done = 2, kind_complete = 3 };

}  // namespace

extern "C" {

struct dysta_request {
    uint64_t id, profile, arrival, deadline, priority, first_layer, layer_count;
};
struct dysta_layer {
    uint64_t latency, nnz, status;
};
struct dysta_table_word {
    uint64_t address, data;
};
struct dysta_event {
    uint64_t kind, stamp, fields[5];
};
struct dysta_score {
    uint64_t decision, position, score, number;
};
struct dysta_stimulus {
    const dysta_request* requests;
    uint64_t request_count;
    const dysta_layer* layers;
    uint64_t layer_count;
    uint64_t now_start, seed, pressure, jump;
};

}  // extern "C"

namespace {

class Harness : public Clocked {
public:
    Harness(uint32_t seed, const char* trace_path) : Clocked(seed, trace_path) {
        idle_inputs();
        DRIVE(rst_ni, 0);
        DRIVE(now_i, 0);
    }

    uint64_t peek(uint32_t port) const {
        switch (port) {
#define DYSTA_PEEK(name, width) case port_##name: return top->name;
            DYSTA_PORTS(DYSTA_PEEK)
#undef DYSTA_PEEK
        }
        return 0;
    }

    void poke(uint32_t port, uint64_t value) {
        switch (port) {
#define DYSTA_POKE(name, width) case port_##name: DRIVE(name, value); break;
            DYSTA_PORTS(DYSTA_POKE)
#undef DYSTA_POKE
        }
    }

    void eval() { top->eval(); }

    void reset() {
        idle_inputs();
        DRIVE(rst_ni, 0);
        for (unsigned clock = 0; clock < reset_clocks; ++clock) tick();
        DRIVE(rst_ni, 1);
    }

    // Returns the number of words taken; fewer than count when the port stayed not ready.
    uint64_t load(const dysta_table_word* words, uint64_t count) {
        for (uint64_t index = 0; index < count; ++index) {
            DRIVE(table_valid_i, 1);
            DRIVE(table_addr_i, words[index].address);
            DRIVE(table_data_i, words[index].data);
            if (!wait_for_table()) return index;
        }
        idle_inputs();
        return count;
    }

    void begin(const dysta_stimulus& stimulus) {
        requests.assign(stimulus.requests, stimulus.requests + stimulus.request_count);
        layers.assign(stimulus.layers, stimulus.layers + stimulus.layer_count);
        seed = static_cast<uint32_t>(stimulus.seed);
        pressure = static_cast<uint32_t>(stimulus.pressure);
        jump = stimulus.jump != 0;
        now = stimulus.now_start;
        next = completed = clocks = decisions = 0;
        in_flight = offering = false;
        live.clear();
        events.clear();
        offers.clear();
        scores.clear();
    }

    int advance(uint64_t limit) {
        for (; limit > 0; --limit) {
            if (completed == requests.size()) return status_finished;
            if (context->gotFinish()) return status_stopped;
            clock_cycle();
        }
        return completed == requests.size() ? status_finished : status_running;
    }

    // Counters may collect their events over some clocks before they show them.
    uint32_t statistic(uint32_t address) {
#if DYSTA_STATISTICS
        idle_inputs();
        DRIVE(statistics_address_i, address);
        for (unsigned clock = 0; clock < settle_clocks; ++clock) {
            DRIVE(now_i, now++);
            tick();
        }
        return static_cast<uint32_t>(top->statistics_data_o);
#else
        (void)address;
        return 0;
#endif
    }

    std::vector<dysta_event> events;
    std::vector<uint64_t> offers;  // now_i in the first clock of dispatch_valid, one per decision
    std::vector<dysta_score> scores;  // candidates that leave the lanes, in order of clocks
    uint64_t clocks = 0;

private:
    std::vector<dysta_request> requests;
    std::vector<dysta_layer> layers;
    std::unordered_map<uint64_t, uint64_t> live;  // id to index of the request
    uint32_t seed = 0;
    uint32_t pressure = 0;
    bool jump = true;
    uint64_t now = 0;
    uint64_t next = 0;
    uint64_t completed = 0;
    uint64_t decisions = 0;  // offered so far: the number of the one under way
    bool in_flight = false;
    bool offering = false;
    uint64_t done_at = 0;
    dysta_layer running{1, 0, 0};

    void idle_inputs() {
        DRIVE(submit_valid_i, 0);
        DRIVE(dispatch_ready_i, 0);
        DRIVE(layer_done_valid_i, 0);
        DRIVE(complete_ready_i, 0);
        DRIVE(table_valid_i, 0);
    }

    bool wait_for_table() {
        for (unsigned clock = 0; clock < ready_limit; ++clock) {
            half(0);
            const bool taken = top->table_ready_o;
            half(1);
            if (taken) return true;
        }
        return false;
    }

    bool sink_ready(uint32_t offset) const {
        const uint32_t mixed = (static_cast<uint32_t>(now) + seed + offset) * 0x85EBCA6Bu;
        return (((mixed ^ (mixed >> 13)) * 0xC2B2AE35u) >> 24) >= pressure;
    }

    // A payload without its valid is all ones: nothing may depend on it.
    void drive_submit(bool valid) {
        const dysta_request idle{junk, junk, 0, junk, junk, 0, 0};
        const dysta_request& request = valid ? requests[next] : idle;
        DRIVE(submit_valid_i, valid);
        DRIVE(submit_id_i, request.id);
        DRIVE(submit_profile_i, request.profile);
        DRIVE(submit_deadline_i, request.deadline);
        DRIVE(submit_priority_i, request.priority);
    }

    void drive_layer_done(bool valid) {
        DRIVE(layer_done_valid_i, valid);
        DRIVE(layer_done_nnz_i, valid ? running.nnz : junk);
        DRIVE(layer_done_status_i, valid ? running.status : junk);
    }

    void clock_cycle() {
        const bool submit = next < requests.size() && requests[next].arrival <= now;
        const bool done = in_flight && now >= done_at;
        const bool dispatch_ready = sink_ready(0);
        const bool complete_ready = sink_ready(0x9E3779B9u);
        DRIVE(now_i, now);
        drive_submit(submit);
        drive_layer_done(done);
        DRIVE(dispatch_ready_i, dispatch_ready);
        DRIVE(complete_ready_i, complete_ready);
        half(0);
        const bool offers_any = top->dispatch_valid_o || top->complete_valid_o;
        const bool still = top->quiescent_o && !offers_any && !submit && !done;
        probe_scores();
        if (top->dispatch_valid_o && !offering) take_offer();
        offering = top->dispatch_valid_o && !dispatch_ready;
        if (submit && top->submit_ready_o) take_submit();
        if (top->dispatch_valid_o && dispatch_ready) take_dispatch();
        else if (done && top->layer_done_ready_o) take_layer_done();
        if (top->complete_valid_o && complete_ready) take_complete();
        half(1);
        ++clocks;
        now = next_now(still);
    }

    void probe_scores() {
#ifdef DYSTA_PROBES
#define DYSTA_PROBE(bank, bank_bits, valid, position, score, number)                                        \
    if (top->rootp->valid)                                                                                  \
        scores.push_back({decisions, uint64_t{top->rootp->position} << (bank_bits) | (bank), top->rootp->score, \
                          top->rootp->number});
        DYSTA_PROBES(DYSTA_PROBE)
#undef DYSTA_PROBE
#endif
    }

    void take_offer() {
        offers.push_back(now);
        ++decisions;
    }

    void take_submit() {
        const dysta_request& request = requests[next];
        events.push_back({kind_admit, now, {request.id, request.profile, request.deadline, request.priority, 0}});
        live[request.id] = next;
        ++next;
    }

    // A dispatch of something that is not live runs one cycle; the comparison of the events reports it.
    void take_dispatch() {
        const uint64_t id = top->dispatch_id_o;
        const uint64_t layer = top->dispatch_layer_o;
        events.push_back(
            {kind_dispatch, now, {id, top->dispatch_position_o, top->dispatch_profile_o, layer, top->dispatch_score_o}});
        const auto owner = live.find(id);
        const bool known = owner != live.end() && layer < requests[owner->second].layer_count;
        running = known ? layers[requests[owner->second].first_layer + layer] : dysta_layer{1, 0, 0};
        in_flight = true;
        done_at = now + running.latency;
    }

    void take_layer_done() {
        events.push_back({kind_layer_done, now, {running.nnz, running.status, 0, 0, 0}});
        in_flight = false;
    }

    void take_complete() {
        const uint64_t id = top->complete_id_o;
        events.push_back({kind_complete, now, {id, top->complete_finish_o, top->complete_status_o, 0, 0}});
        live.erase(id);
        ++completed;
    }

    uint64_t next_now(bool still) const {
        if (!still || !jump) return now + 1;
        uint64_t stimulus = junk;
        if (next < requests.size()) stimulus = requests[next].arrival;
        if (in_flight && done_at < stimulus) stimulus = done_at;
        if (stimulus == junk || stimulus < now + 2) return now + 1;
        return stimulus - 1;
    }
};

Harness& harness(void* handle) {
    Harness& found = *static_cast<Harness*>(handle);
    found.make_current();
    return found;
}

}  // namespace

extern "C" {

void* dysta_new(uint32_t seed, const char* trace_path) { return new Harness(seed, trace_path); }

void dysta_free(void* handle) { delete &harness(handle); }

void dysta_eval(void* handle) { harness(handle).eval(); }

uint64_t dysta_peek(void* handle, uint32_t port) { return harness(handle).peek(port); }

void dysta_poke(void* handle, uint32_t port, uint64_t value) { harness(handle).poke(port, value); }

void dysta_reset(void* handle) { harness(handle).reset(); }

uint64_t dysta_load(void* handle, const dysta_table_word* words, uint64_t count) {
    return harness(handle).load(words, count);
}

void dysta_begin(void* handle, const dysta_stimulus* stimulus) { harness(handle).begin(*stimulus); }

int dysta_advance(void* handle, uint64_t clocks) { return harness(handle).advance(clocks); }

uint64_t dysta_clocks(void* handle) { return harness(handle).clocks; }

uint64_t dysta_events(void* handle, const dysta_event** events) {
    *events = harness(handle).events.data();
    return harness(handle).events.size();
}

uint64_t dysta_offers(void* handle, const uint64_t** offers) {
    *offers = harness(handle).offers.data();
    return harness(handle).offers.size();
}

uint64_t dysta_scores(void* handle, const dysta_score** scores) {
    *scores = harness(handle).scores.data();
    return harness(handle).scores.size();
}

void dysta_clear(void* handle) {
    harness(handle).events.clear();
    harness(handle).offers.clear();
    harness(handle).scores.clear();
}

uint32_t dysta_statistic(void* handle, uint32_t address) { return harness(handle).statistic(address); }

}  // extern "C"
