//! Has the crate built anew when the bundle of the front end changes, new files included.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
