//! Everything that executes without RTL text.
