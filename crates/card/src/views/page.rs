//! The page that describes the views: `docs/views.md`.

use super::{ColumnDoc, Language, View};
use crate::Card;
use crate::markdown::table::{Table, code, plain};

/// Writes the page.
pub(super) fn write(card: &Card) -> String {
    let mut out = format!(
        "<!-- Written by `UPDATE_DOCS=1 cargo test -p veriscope-card` from the card `{}` and the \
         list of columns in `crates/card/src/views`. Change those, not this file. -->\n\n\
         # The semantic views\n\n\
         Analyses read three views over a published snapshot. Values are as measured: null where \
         nothing was measured or where a measurement lies outside its valid range, and no \
         sentinels. `veriscope sql` reads them, and `veriscope sql --describe TABLE` prints what \
         stands here, also in Spanish with `--lang es`.\n\n\
         - Attempts of a process are in order of date, then of the transaction's key by bytes. A \
         transaction without a process id is a process of its own, and its process id is null.\n\
         - Attempts are numbered over the whole snapshot, before any filter.\n\
         - A retry follows attempts of which none was accepted; a repeat follows any accepted one.\n\
         - Days, weeks, months and hours are local: read in each document's own offset.\n\
         - Context features go by their names in the card, without the `_` of the lake.\n\
         - A feature whose name another column of the view takes has `_feature` after its own.\n\n",
        plain(&card.name)
    );
    for view in View::ALL {
        out.push_str(&format!(
            "## {}\n\n{}.\n\n*{}.*\n\n",
            code(view.name()),
            view.sentence(Language::English),
            view.sentence(Language::Spanish)
        ));
        columns(&card.view_docs(view), &mut out);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn columns(docs: &[ColumnDoc], out: &mut String) {
    let mut table = Table::new(&["Column", "Type", "Unit", "What it holds", "Qué contiene"]);
    for doc in docs {
        table.row(vec![
            code(&doc.name),
            doc.column_type.name().to_owned(),
            doc.unit.as_deref().map(plain).unwrap_or_default(),
            plain(&doc.en),
            if doc.es == doc.en {
                String::new()
            } else {
                plain(&doc.es)
            },
        ]);
    }
    table.write(out);
}
