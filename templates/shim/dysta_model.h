// What the shims share: a Verilated model with its context, its clock and its waveform, and the text that it prints.
//
// dysta_ports.h is generated beside this file: it names the Verilated class (Model).

#pragma once

#include "dysta_ports.h"

#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace {

constexpr unsigned reset_clocks = 4;

// Text the model printed ($display, $error); kept to explain why it stopped.
thread_local std::string printed;

}  // namespace

extern "C" {

// Verilator prints through VL_PRINTF, which the build sets to this: standard output belongs to the caller's data.
int dysta_printf(const char* format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (printed.size() < 8192) printed += text;
    std::fputs(text, stderr);
    return length;
}

const char* dysta_message(void*) { return printed.c_str(); }

}  // extern "C"

namespace {

class Clocked {
public:
    Clocked(uint32_t seed, const char* trace_path) {
        context->randReset(2);
        // Seed 0 would mean a seed from the time of day.
        const int random = static_cast<int>(seed & 0x7fffffffu);
        context->randSeed(random ? random : 0x2545f491);
        context->fatalOnError(false);
        context->traceEverOn(trace_path != nullptr);
        top = std::make_unique<Model>(context.get());
        open_trace(trace_path);
        printed.clear();
        top->clk_i = 0;
    }

    ~Clocked() {
        top->final();
#if VM_TRACE_FST
        if (trace) trace->close();
#endif
    }

    void make_current() { Verilated::threadContextp(context.get()); }

protected:
    std::unique_ptr<VerilatedContext> context = std::make_unique<VerilatedContext>();
    std::unique_ptr<Model> top;

    // Half a clock: evaluates, dumps and moves the time of the waveform, which counts half clocks.
    void half(unsigned level) {
        top->clk_i = level;
        top->eval();
#if VM_TRACE_FST
        if (trace) trace->dump(context->time());
#endif
        context->timeInc(1);
    }

    void tick() {
        half(0);
        half(1);
    }

private:
#if VM_TRACE_FST
    std::unique_ptr<VerilatedFstC> trace;
#endif

    void open_trace(const char* path) {
#if VM_TRACE_FST
        if (!path) return;
        trace = std::make_unique<VerilatedFstC>();
        top->trace(trace.get(), 99);
        trace->open(path);
#else
        (void)path;
#endif
    }
};

}  // namespace
