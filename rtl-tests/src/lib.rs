//! Shared helpers of the hardware tests.
