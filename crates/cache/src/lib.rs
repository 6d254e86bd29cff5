//! A snapshot's attempts in memory.
