//! The committed documents say what the built-in card says.

use std::path::PathBuf;

use veriscope_card::{Card, Document};

fn path(document: Document) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/cards")
        .join(document.file_name())
}

#[test]
fn the_committed_documents_are_current() {
    let card = Card::builtin().unwrap();
    for document in Document::ALL {
        let path = path(document);
        let written = card.to_markdown(document);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &written).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == written,
            "docs/cards/{} is not what the card says; write it anew with \
             `UPDATE_DOCS=1 cargo test -p veriscope-card`",
            document.file_name()
        );
    }
}
