// Drives one Verilated dysta_array: sends a descriptor, plays the memory and waits for the end of the layer.
//
// The memory passes one transfer a clock in either direction, LATENCY clocks after the burst was taken and, with a spread, up to
// that many more, drawn for each burst; bursts stay in order. With pressure, every channel stands still in some clocks, drawn from a seed. A burst can be answered with an error and data that
// are drawn; so is one outside of the memory. What the array offers must stay until it is taken, and bursts must have the words that they announce.

#include "dysta_model.h"

#include <cstdint>
#include <cstring>
#include <deque>

namespace {

constexpr unsigned transfer_bytes = sizeof(Model::m_axi_r_data_i);
constexpr uint64_t none = ~uint64_t{0};
// Clocks after the end of a layer until its counters are final.
constexpr unsigned settle_clocks = 24;

}  // namespace

extern "C" {

struct dysta_memory {
    uint8_t* bytes;
    uint64_t size;
    uint64_t latency, spread, seed, pressure;
    // Number of the read or write burst that is answered with an error; none without.
    uint64_t read_error, write_error;
};
struct dysta_result {
    uint64_t nonzeros, status;
    // Clocks from the first read burst to the last write answer, words moved in that time, addresses outside of the memory, breaches of the protocol.
    uint64_t clocks, words_read, words_written, outside, breaches;
    // Counters of the array: clocks, products, idle elements by reason; zeros of one without.
    uint64_t counters[7];
};

}  // extern "C"

namespace {

// The read port of the counters, or nothing for an array without.
template <class T>
auto read_counter(T& top, unsigned address, int) -> decltype(top.statistics_address_i, uint64_t{}) {
    top.statistics_address_i = address;
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
    return top.statistics_data_o;
}
template <class T>
uint64_t read_counter(T&, unsigned, long) {
    return 0;
}

struct Offer {
    bool valid = false;
    uint64_t first = 0, second = 0;

    // Whether this is not what was offered before.
    bool lost(const Offer& before) const {
        return before.valid && !(valid && first == before.first && second == before.second);
    }
};

struct Burst {
    uint64_t address, words, id, due;
    bool error;
};

class Harness : public Clocked {
public:
    Harness(uint32_t seed, const char* trace_path) : Clocked(seed, trace_path) { idle(); }

    void reset() {
        top->rst_ni = 0;
        idle();
        reads.clear();
        writes.clear();
        answers.clear();
        for (unsigned clock = 0; clock < reset_clocks; ++clock) tick();
        top->rst_ni = 1;
    }

    // Runs until the layer ends or a number of clocks has passed: 0 ended, 1 not ended, 2 the model stopped.
    int run(const uint32_t* descriptor, uint64_t words, const dysta_memory& given, uint64_t limit, dysta_result& result) {
        memory = given;
        result = {};
        first_read = none;
        read_bursts = write_bursts = 0;
        uint64_t sent = 0;
        for (; limit > 0; --limit) {
            if (context->gotFinish()) return 2;
            if (clock_cycle(descriptor, words, sent, result)) return 0;
        }
        return 1;
    }

private:
    dysta_memory memory{};
    std::deque<Burst> reads, writes, answers;
    uint64_t now = 0;
    uint64_t first_read = none;
    uint64_t read_bursts = 0;
    uint64_t write_bursts = 0;
    bool read_turn = true;
    bool read_held = false;
    bool answer_held = false;
    Offer read_offer, write_offer, word_offer;

    void tick() {
        Clocked::tick();
        ++now;
    }

    void idle() {
        top->descriptor_valid_i = 0;
        top->layer_done_ready_i = 0;
        top->m_axi_ar_ready_i = 0;
        top->m_axi_r_valid_i = 0;
        top->m_axi_aw_ready_i = 0;
        top->m_axi_w_ready_i = 0;
        top->m_axi_b_valid_i = 0;
        read_held = answer_held = false;
        read_offer = write_offer = word_offer = {};
    }

    uint32_t draw(uint32_t channel) const { return draw(channel, now); }

    uint32_t draw(uint32_t channel, uint64_t time) const {
        const uint32_t mixed = (static_cast<uint32_t>(time + memory.seed) + channel * 0x9E3779B9u) * 0x85EBCA6Bu;
        return ((mixed ^ (mixed >> 13)) * 0xC2B2AE35u) >> 8;
    }

    bool open(uint32_t channel) const { return (draw(channel) >> 16) >= memory.pressure; }

    // The clock in which what begins now can end.
    uint64_t due(uint32_t channel) const { return now + memory.latency + draw(channel) % (memory.spread + 1); }

    bool clock_cycle(const uint32_t* descriptor, uint64_t words, uint64_t& sent, dysta_result& result) {
        const bool sending = sent < words && open(1);
        top->descriptor_valid_i = sending;
        top->descriptor_data_i = sending ? descriptor[sent] : 0xffffffffu;
        top->descriptor_last_i = sending ? sent + 1 == words : 1;
        top->layer_done_ready_i = open(2);
        top->m_axi_ar_ready_i = open(3);
        top->m_axi_aw_ready_i = open(4);
        // A word that was offered stays.
        const bool can_read = !reads.empty() && reads.front().due <= now && (read_held || open(5));
        const bool can_write = !writes.empty() && open(6);
        // The memory passes one word a clock.
        bool read = can_read, write = can_write && !read_held;
        if (read && write && top->m_axi_w_valid_o) (read_turn ? write : read) = false;
        drive_read(read, result);
        top->m_axi_w_ready_i = write;
        const bool answer = !answers.empty() && answers.front().due <= now && (answer_held || open(7));
        top->m_axi_b_valid_i = answer;
        top->m_axi_b_resp_i = answer && answers.front().error ? 2 : 0;
        half(0);
        if (sending && top->descriptor_ready_o) ++sent;
        check_offers(result);
        take_bursts();
        if (read) take_read(result);
        if (write && top->m_axi_w_valid_o) take_write(result);
        answer_held = answer && !top->m_axi_b_ready_o;
        if (answer && !answer_held) {
            answers.pop_front();
            if (first_read != none) result.clocks = now - first_read + 1;
        }
        const bool done = top->layer_done_valid_o && top->layer_done_ready_i;
        if (done) {
            result.nonzeros = top->layer_done_nnz_o;
            result.status = top->layer_done_status_o;
            // Nothing may be under way when a layer has ended.
            if (!reads.empty() || !writes.empty() || !answers.empty()) ++result.breaches;
        }
        half(1);
        ++now;
        if (done) {
            idle();
            read_counters(result);
        }
        return done;
    }

    void read_counters(dysta_result& result) {
        for (unsigned clock = 0; clock < settle_clocks; ++clock) tick();
        for (unsigned i = 0; i < 7; ++i) result.counters[i] = read_counter(*top, i, 0);
    }

    // What was offered and not taken in the clock before is still there.
    void check_offers(dysta_result& result) {
        const Offer ar{static_cast<bool>(top->m_axi_ar_valid_o), top->m_axi_ar_addr_o, uint64_t{top->m_axi_ar_len_o} << 1 | top->m_axi_ar_id_o};
        const Offer aw{static_cast<bool>(top->m_axi_aw_valid_o), top->m_axi_aw_addr_o, top->m_axi_aw_len_o};
        uint32_t data;
        std::memcpy(&data, &top->m_axi_w_data_o, sizeof data);
        const Offer w{static_cast<bool>(top->m_axi_w_valid_o), data, top->m_axi_w_last_o};
        if (ar.lost(read_offer) || aw.lost(write_offer) || w.lost(word_offer)) ++result.breaches;
        read_offer = top->m_axi_ar_ready_i ? Offer{} : ar;
        write_offer = top->m_axi_aw_ready_i ? Offer{} : aw;
        word_offer = top->m_axi_w_ready_i ? Offer{} : w;
    }

    void take_bursts() {
        if (top->m_axi_ar_valid_o && top->m_axi_ar_ready_i) {
            if (first_read == none) first_read = now;
            const bool error = read_bursts++ == memory.read_error;
            reads.push_back({top->m_axi_ar_addr_o, uint64_t{top->m_axi_ar_len_o} + 1, top->m_axi_ar_id_o, due(8), error});
        }
        if (top->m_axi_aw_valid_o && top->m_axi_aw_ready_i) {
            const bool error = write_bursts++ == memory.write_error;
            writes.push_back({top->m_axi_aw_addr_o, uint64_t{top->m_axi_aw_len_o} + 1, 0, 0, error});
        }
    }

    void drive_read(bool read, dysta_result& result) {
        top->m_axi_r_valid_i = read;
        std::memset(&top->m_axi_r_data_i, 0xff, transfer_bytes);
        top->m_axi_r_id_i = read ? reads.front().id : 0;
        top->m_axi_r_resp_i = 0;
        if (!read) return;
        const uint64_t address = reads.front().address;
        const bool outside = address + transfer_bytes > memory.size;
        if (outside || reads.front().error) {
            // A word that stands still keeps its data.
            if (outside && !read_held) ++result.outside;
            top->m_axi_r_resp_i = outside ? 3 : 2;
            const auto place = static_cast<uint32_t>(address);
            uint32_t drawn[transfer_bytes / 4];
            for (uint32_t i = 0; i < transfer_bytes / 4; ++i) drawn[i] = draw(place + 10 + i, 0) << 12 ^ draw(place + 14 + i, 0);
            std::memcpy(&top->m_axi_r_data_i, drawn, transfer_bytes);
            return;
        }
        std::memcpy(&top->m_axi_r_data_i, memory.bytes + address, transfer_bytes);
    }

    void take_read(dysta_result& result) {
        read_held = !top->m_axi_r_ready_o;
        if (read_held) return;
        ++result.words_read;
        read_turn = true;
        Burst& burst = reads.front();
        burst.address += transfer_bytes;
        if (--burst.words == 0) reads.pop_front();
    }

    void take_write(dysta_result& result) {
        ++result.words_written;
        read_turn = false;
        Burst& burst = writes.front();
        if (burst.address + transfer_bytes > memory.size) {
            ++result.outside;
            burst.error = true;
        } else {
            store(memory.bytes + burst.address);
        }
        burst.address += transfer_bytes;
        const bool last = --burst.words == 0;
        if (last != static_cast<bool>(top->m_axi_w_last_o)) ++result.breaches;
        if (last) {
            answers.push_back({0, 0, 0, due(9), burst.error});
            writes.pop_front();
        }
    }

    // The bytes of a transfer whose strobe is set.
    void store(uint8_t* bytes) const {
        const auto* data = reinterpret_cast<const uint8_t*>(&top->m_axi_w_data_o);
        for (unsigned i = 0; i < transfer_bytes; ++i) {
            if (uint64_t{top->m_axi_w_strb_o} >> i & 1) bytes[i] = data[i];
        }
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

void dysta_reset(void* handle) { harness(handle).reset(); }

int dysta_run(void* handle, const uint32_t* descriptor, uint64_t words, const dysta_memory* memory, uint64_t limit,
              dysta_result* result) {
    return harness(handle).run(descriptor, words, *memory, limit, *result);
}

}  // extern "C"
