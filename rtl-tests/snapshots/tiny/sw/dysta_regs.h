/* dysta 0.1.0, config tiny, digest b93da4205507f7e3 */
/* SPDX-License-Identifier: 0BSD */
/* Table layout, status codes and latency constants of the scheduler. */

#ifndef DYSTA_REGS_H
#define DYSTA_REGS_H

/* Identity. Which configuration this is. */
#define DYSTA_VERSION "0.1.0" /* Version of dysta. */
#define DYSTA_CONFIG "tiny" /* Name of the configuration. */
#define DYSTA_DIGEST 0xb93da4205507f7e3ULL /* First 64 bits of the configuration digest. */
#define DYSTA_CLOCK_HZ 200000000ULL /* Clock that the tables are made for, in Hz. */

/* Sizes. Sizes of the scheduler and widths of its ports. */
#define DYSTA_CAPACITY 8 /* Live requests at most. */
#define DYSTA_LANES 1 /* Candidates scored in parallel. */
#define DYSTA_PROFILES 4 /* Rows of the profile table. */
#define DYSTA_LAYERS 32 /* Layers of a profile at most. */
#define DYSTA_ID_BITS 16 /* Bits of a request id, unique among live requests. */
#define DYSTA_PRIORITY_BITS 8 /* Bits of a priority. */
#define DYSTA_SCORE_BITS 40 /* Bits of the winning score on dispatch. */
#define DYSTA_STAMP_BITS 48 /* Bits of now, deadline and finish, in cycles. */
#define DYSTA_TIME_UNIT_CYCLES 64 /* Cycles of one unit of the times in tables. */
#define DYSTA_COMPLETE_DEPTH 4 /* Records that the complete stream buffers. */

/* Table addresses. The table write port takes 64-bit words. The layer row of (profile, layer) is at TABLE_LAYER + (profile << TABLE_LAYER_SHIFT) + layer. Write the static registers and all layer rows of a profile before its profile row. While a live request uses a profile, writes to its rows are refused: `table_refused_o` is high after such a write, until the next one. */
#define DYSTA_TABLE_ADDR_BITS 9 /* Bits of a table address. */
#define DYSTA_TABLE_PROFILE 0x0 /* Address of the row of profile 0. */
#define DYSTA_TABLE_LAYER 0x80 /* Address of the row of layer 0 of profile 0. */
#define DYSTA_TABLE_LAYER_SHIFT 5 /* log2 of the layer rows of one profile. */
#define DYSTA_TABLE_STATIC 0x100 /* Address of static register 0. */

/* Profile row. One row a profile, read when a request is admitted. Times are in units. */
#define DYSTA_PROFILE_KNOWN_OFFSET 0 /* 1: requests of this profile are accepted. */
#define DYSTA_PROFILE_KNOWN_BITS 1
#define DYSTA_PROFILE_LAST_LAYER_OFFSET 1 /* Index of the last layer of the profile. */
#define DYSTA_PROFILE_LAST_LAYER_BITS 5
#define DYSTA_PROFILE_INV_ISOLATED_OFFSET 6 /* UQ4.20: inv_isolated * 2^E, E as for static_0, from the averages of the profile. */
#define DYSTA_PROFILE_INV_ISOLATED_BITS 24
#define DYSTA_PROFILE_INITIAL_0_OFFSET 30 /* UQ32.0: value_0 of a request before its first layer: gamma = 1, lat_remaining = isolated. */
#define DYSTA_PROFILE_INITIAL_0_BITS 32

/* Layer row. One row a layer, read when that layer runs. */
#define DYSTA_LAYER_INV_DENSITY_OFFSET 0 /* Packed reciprocal of the average number of non-zeros in the input of this layer. */
#define DYSTA_LAYER_INV_DENSITY_BITS 22
#define DYSTA_LAYER_LAT_REMAINING_OFFSET 22 /* Average latency of all layers after this one, in units, rounded half even, at most 2^32 - 1. */
#define DYSTA_LAYER_LAT_REMAINING_BITS 32

/* Static registers. Runtime registers with the parameters of the policy. Value in the table: round half even of the real value, times in units, times 2^FRAC_BITS. */
#define DYSTA_STATIC_0_ADDR 0x100 /* UQ4.20: penalty_scale * beta * 2^-E; E is half the difference between the exponents of the largest value of its column and of this one, so that both use their bits. */
#define DYSTA_STATIC_0_INT_BITS 4
#define DYSTA_STATIC_0_FRAC_BITS 20

/* Packed reciprocal. 1 / x = mantissa * 2^-(MANTISSA_FRAC_BITS + SHIFT_STEP * shift), nearest, mantissa with one of its top SHIFT_STEP bits set; x below 1 counts as 1. Mantissa in the low bits, shift above it. */
#define DYSTA_RECIPROCAL_BITS 22 /* Bits of the word. */
#define DYSTA_RECIPROCAL_MANTISSA_BITS 18 /* Bits of the mantissa. */
#define DYSTA_RECIPROCAL_MANTISSA_FRAC_BITS 17 /* Fraction bits of the mantissa. */
#define DYSTA_RECIPROCAL_SHIFT_OFFSET 18 /* First bit of the shift. */
#define DYSTA_RECIPROCAL_SHIFT_STEP 4 /* Bits that a shift of one moves. */

/* Status codes. layer_done_status says how a layer ended, complete_status how a request ended. */
#define DYSTA_LAYER_OK 0 /* The layer was executed. */
#define DYSTA_LAYER_ERROR 1 /* The array failed; the request ends as failed. */
#define DYSTA_LAYER_ABORTED 2 /* The host gave up; the request ends as failed. */
#define DYSTA_COMPLETE_MET 0 /* Finished at or before its deadline. */
#define DYSTA_COMPLETE_LATE 1 /* Finished after its deadline. */
#define DYSTA_COMPLETE_REJECTED_PROFILE 2 /* Its profile was never loaded. */
#define DYSTA_COMPLETE_REJECTED_FULL 3 /* No entry was free. */
#define DYSTA_COMPLETE_FAILED 4 /* A layer ended with another status than ok. */

/* Statistics. Addresses of the statistics port; 32-bit counters that wrap. */
#define DYSTA_STATISTICS_DECISIONS 0 /* Dispatch handshakes. */
#define DYSTA_STATISTICS_PREEMPTIONS 1 /* Dispatches of another request while the one that just ran is still live. */
#define DYSTA_STATISTICS_MISSES 2 /* Records with status late. */
#define DYSTA_STATISTICS_REJECTS 3 /* Rejected requests. */
#define DYSTA_STATISTICS_SATURATIONS 4 /* Updates in which the ratio, the sum or gamma saturated. */
#define DYSTA_STATISTICS_EXPOSED_CYCLES 5 /* Clocks between sample cycle and dispatch_valid. */

/* Decision latency. Clocks from the sample cycle (layer_done handshake) to dispatch_valid with Q candidates: SINGLE when Q = 1, else max(II * ceil(Q / LANES), U) + C. */
#define DYSTA_LATENCY_II 1 /* Clocks of a candidate in a lane. */
#define DYSTA_LATENCY_U 13 /* Update of the request that just ran. */
#define DYSTA_LATENCY_C 12 /* Score, smallest score, output. */
#define DYSTA_LATENCY_SINGLE 4 /* With one candidate. */

#endif /* DYSTA_REGS_H */
