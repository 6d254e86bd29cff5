//! Lakes for the journeys, made by the binary as a user would: a month, one client alone,
//! nothing, and a client whose name is markup.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::step::Step;
use crate::workspace;

/// Names the binary to the journeys.
pub(super) const BINARY_VARIABLE: &str = "VERISCOPE_BIN";

/// A month without anything planted, of the first client alone.
const ONE_CLIENT: &str = "\
base: null_month
clients: { client_2: null, client_3: null, client_4: null, client_5: null, client_6: null }
segments:
  phone:
    clients: { client_2: null, client_3: null, client_4: null, client_5: null, client_6: null }
";

/// Names that would do harm where they are taken for markup, or have no end.
const ODD_CLIENTS: &str = r#"
clients:
  client_1: { id: "<img src=x onerror=\"window.hacked=1\">\"Ban & Co\"'" }
  client_2: { id: "A client whose name is so long that no card, chip or axis of any chart has room for the whole of it" }
"#;

/// The line of the card that gives clients numbers, under the name of the feature.
const CLIENT_FEATURE: &str = "- name: convenio";
const NUMBERED: &str = "privacy: number";
const KEPT: &str = "privacy: keep";

/// The binary, and lakes of each kind of data.
pub(super) struct Lakes {
    pub(super) binary: PathBuf,
    pub(super) month: PathBuf,
    one_client: PathBuf,
    empty: PathBuf,
    odd_client: PathBuf,
    reports: PathBuf,
}

impl Lakes {
    /// Returns the variables that tell the journeys where all is.
    pub(super) fn variables(&self) -> [(&'static str, &Path); 6] {
        [
            (BINARY_VARIABLE, &self.binary),
            ("VERISCOPE_E2E_LAKE", &self.month),
            ("VERISCOPE_E2E_LAKE_ONE", &self.one_client),
            ("VERISCOPE_E2E_LAKE_EMPTY", &self.empty),
            ("VERISCOPE_E2E_LAKE_ODD", &self.odd_client),
            ("VERISCOPE_REPORTS", &self.reports),
        ]
    }
}

/// Makes the lakes anew.
///
/// # Errors
/// Where the binary cannot be built, or fails.
pub(super) fn make() -> anyhow::Result<Lakes> {
    let folder = workspace::target_folder().join("journeys");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let maker = Maker {
        binary: binary()?,
        folder,
    };
    let month = maker.month()?;
    Ok(Lakes {
        reports: maker.reports(&month)?,
        month,
        one_client: maker.one_client()?,
        empty: maker.empty()?,
        odd_client: maker.odd_client()?,
        binary: maker.binary,
    })
}

/// The binary as tests have built it; with their features, so that nothing is built again.
fn binary() -> anyhow::Result<PathBuf> {
    Step::cargo(
        "binary",
        &["build", "--workspace", "--tests", "--bins", "--locked"],
    )
    .run()?;
    let name = format!("veriscope{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace::target_folder().join("debug").join(name))
}

struct Maker {
    binary: PathBuf,
    folder: PathBuf,
}

impl Maker {
    /// The month of the demonstration, and a second run that puts documents aside.
    fn month(&self) -> anyhow::Result<PathBuf> {
        self.step("month", &["demo", "--dir", "demo"]).run()?;
        let broken = self.write("broken.ndjson", "{\"broken\": \n{\"user_data\": {}}\n")?;
        self.step("documents put aside", &["run", "--max-rejects", "2"])
            .arguments(["--lake", "demo/lake", "--key-file", "demo/demo.key"])
            .arguments([broken])
            .run()?;
        Ok(self.folder.join("demo").join("lake"))
    }

    /// Reports of the month's tables, and of a file whose columns are named as markup.
    fn reports(&self, month: &Path) -> anyhow::Result<PathBuf> {
        self.step("reports", &["profile", "all", "--out", "reports"])
            .arguments(["--compare", "convenio=convenio_1,convenio_2", "--lake"])
            .arguments([month])
            .run()?;
        let odd = "\"<img src=x onerror=\"\"window.hacked=1\"\">\",'b'\n1,<b>x</b>\n2,\n";
        let odd = self.write("odd.csv", odd)?;
        self.step("report of a file", &["profile", "--out", "reports"])
            .arguments([odd])
            .run()?;
        Ok(self.folder.join("reports"))
    }

    fn one_client(&self) -> anyhow::Result<PathBuf> {
        let documents = self.simulate("one", ONE_CLIENT, "1500")?;
        self.read("one", &documents, &[])
    }

    fn empty(&self) -> anyhow::Result<PathBuf> {
        let documents = self.write("empty.ndjson", "")?;
        self.read("empty", &documents, &[])
    }

    /// By a card that keeps clients as they are: with the built-in one they become numbers.
    fn odd_client(&self) -> anyhow::Result<PathBuf> {
        let card = fs::read_to_string(workspace::root().join("cards/veriface.yaml"))?;
        let card = self.write("odd-card.yaml", &keeping_clients(&card)?)?;
        let documents = self.simulate("odd", ODD_CLIENTS, "3000")?;
        self.read("odd", &documents, &["--card".as_ref(), card.as_path()])
    }

    fn simulate(&self, name: &str, scenario: &str, transactions: &str) -> anyhow::Result<PathBuf> {
        let scenario = self.write(&format!("{name}.yaml"), scenario)?;
        let documents = self.folder.join(format!("{name}.ndjson"));
        self.step(
            &format!("documents: {name}"),
            &["simulate", "--no-landmarks"],
        )
        .arguments(["--transactions", transactions, "--scenario"])
        .arguments([&scenario])
        .arguments(["--out"])
        .arguments([&documents])
        .run()?;
        Ok(documents)
    }

    fn read(&self, name: &str, documents: &Path, further: &[&Path]) -> anyhow::Result<PathBuf> {
        let key = format!("{name}.key");
        self.step(&format!("lake: {name}"), &["run", "--lake", name])
            .arguments(["--key-file", key.as_str()])
            .arguments([documents])
            .arguments(further)
            .run()?;
        Ok(self.folder.join(name))
    }

    fn step(&self, name: &str, arguments: &[&str]) -> Step {
        Step::new(name, &self.binary)
            .in_folder(self.folder.clone())
            .arguments(arguments)
            .arguments(["--quiet"])
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
        Ok(path)
    }
}

/// The card, its clients kept as they are.
fn keeping_clients(card: &str) -> anyhow::Result<String> {
    let changed = card.split_once(CLIENT_FEATURE).and_then(|(before, after)| {
        let (between, rest) = after.split_once(NUMBERED)?;
        Some([before, CLIENT_FEATURE, between, KEPT, rest].concat())
    });
    match changed {
        Some(card) => Ok(card),
        None => bail!("the card says nowhere that clients become numbers"),
    }
}

#[cfg(test)]
mod tests {
    use super::keeping_clients;

    #[test]
    fn only_clients_are_kept_as_they_are() {
        let card = "- name: a\n  privacy: number\n- name: convenio\n  privacy: number\n- name: b\n  privacy: number\n";
        let changed = keeping_clients(card).unwrap();
        assert_eq!(
            changed,
            "- name: a\n  privacy: number\n- name: convenio\n  privacy: keep\n- name: b\n  privacy: number\n"
        );
        assert!(keeping_clients("- name: a\n").is_err());
    }
}
