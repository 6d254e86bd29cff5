//! Has the crate built anew when the bundle of the front end changes, new files included.
#![expect(clippy::print_stdout, reason = "that is how cargo is told")]

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
