//! The front end: its checks without a browser, and its journeys in one, over the mock and
//! over the real binary.

mod chromium;
mod description;
mod lakes;
mod node;

use std::path::PathBuf;

use crate::step::Step;
use crate::workspace;

use self::node::Node;

/// How long a file of journeys may take before it counts as hanging, ms.
const FILE_LIMIT_MS: u32 = 1_200_000;

/// What needs no browser, quickest first; the last two see to it that the bundle and the
/// types that are committed are those that the source and the server's description give.
const CHECKS: [(&str, &[&str]); 6] = [
    ("lint", &[]),
    ("size", &[]),
    ("test", &[]),
    ("check", &[]),
    ("same", &[]),
    ("types", &["--", "--check"]),
];

/// Checks that need neither a browser nor the binary.
///
/// # Errors
/// Where Node or a package cannot be had, or a check fails.
pub(crate) fn check() -> anyhow::Result<()> {
    let node = Node::ready(&folder())?;
    for (script, further) in CHECKS {
        npm(&node, script).arguments(further).run()?;
    }
    Ok(())
}

/// Journeys in a browser: over the mock, which has every kind of data, then over lakes that
/// the binary makes; and before them what needs a server, but no browser.
///
/// # Errors
/// Where a browser cannot be had, a lake cannot be made, or a journey fails.
pub(crate) fn journeys() -> anyhow::Result<()> {
    let node = Node::ready(&folder())?;
    let browser = chromium::program()?;
    let browser = browser.to_string_lossy();
    let journey = |name: &str| {
        node.node(name)
            .in_folder(folder())
            .arguments(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .arguments([format!("--test-timeout={FILE_LIMIT_MS}")])
            .arguments([
                "e2e/dashboard.test.mjs",
                "e2e/data.test.mjs",
                "e2e/report.test.mjs",
            ])
            .environment(chromium::VARIABLE, &browser)
            .without(lakes::BINARY_VARIABLE)
    };
    journey("journeys over the mock").run()?;
    let lakes = lakes::make()?;
    description::check(&lakes.binary, &lakes.month)?;
    let mut real = journey("journeys over the binary").arguments(["e2e/numbers.test.mjs"]);
    for (variable, path) in lakes.variables() {
        real = real.environment(variable, &path.to_string_lossy());
    }
    real.run()
}

fn npm(node: &Node, script: &str) -> Step {
    node.npm(&format!("front end: {script}"))
        .in_folder(folder())
        .arguments(["run", "--silent", script])
}

fn folder() -> PathBuf {
    workspace::root().join("web")
}
