//! No identity stands in a report that is safe.

use veriscope_card::Card;
use veriscope_profile::{AlertCode, Cell, ColumnKind, Knowledge, Options, Shape, html, json};

use crate::support::{Table, column, full, safe};

const RAW: [&str; 4] = [
    "1094567812",
    "ana.ruiz@example.org",
    "García Márquez",
    "X-77120934-K",
];

fn veriface() -> Card {
    Card::builtin().unwrap()
}

/// A raw table under the names of the card, as someone may have it by mistake.
fn raw_table() -> Table {
    let rows = 40;
    let of = |place: usize| -> Vec<Option<&str>> {
        (0..rows)
            .map(|row| Some(RAW[(row + place) % RAW.len()]))
            .collect()
    };
    let tokens: Vec<String> = (0..rows).map(|row| format!("HLqbPi2M{row:02}")).collect();
    let tokens: Vec<Option<&str>> = tokens.iter().map(|token| Some(token.as_str())).collect();
    Table::default()
        .texts("file_token", &tokens)
        .texts("documento", &of(0))
        .texts("convenio", &of(1))
        .texts("user_name", &of(2))
        .texts("procesoConvenioGuid", &of(3))
        .numbers(
            "total_time_ms",
            &(0..40)
                .map(|row| Some(f64::from(row) * 13.0))
                .collect::<Vec<_>>(),
        )
}

#[test]
fn raw_identities_under_the_names_of_the_card_stand_nowhere() {
    let knowledge = Knowledge::of_card(&veriface(), Shape::Staging);
    let profiled = raw_table().profile(&knowledge, &safe());
    for text in [
        json(&profiled.report).unwrap(),
        html(&profiled.report).unwrap(),
    ] {
        for raw in RAW
            .iter()
            .flat_map(|raw| [*raw, raw.split([' ', '@', '-']).nth(1).unwrap_or(raw)])
        {
            assert!(!text.contains(raw), "{raw}");
        }
        assert!(!text.contains("HLqbPi2M0"));
    }
    let shown = format!("{:?}", profiled.sample);
    assert!(RAW.iter().all(|raw| !shown.contains(raw)));
    let first = &profiled.report.sample.first[0];
    assert_eq!(first[0], Some(Cell::Text("HLqbPi…".to_owned())));
    assert_eq!(
        first[1],
        Some(Cell::Hidden {
            shape: "910".to_owned()
        })
    );
}

#[test]
fn a_full_report_shows_them() {
    let knowledge = Knowledge::of_card(&veriface(), Shape::Staging);
    let profiled = raw_table().profile(&knowledge, &full());
    let text = json(&profiled.report).unwrap();
    assert!(RAW.iter().all(|raw| text.contains(raw)));
    assert!(!profiled.report.safe);
}

#[test]
fn keyed_tokens_show_their_shape_and_in_rows_six_characters() {
    let token = "documento_abcdefghijklmnopqrstuvwx23";
    let profiled = Table::default()
        .texts("documento", &[Some(token); 8])
        .texts("summary_status", &[Some("ok"); 8])
        .profile(&Knowledge::of_card(&veriface(), Shape::Transform), &safe());
    let documento = column(&profiled, "documento");
    let common = documento.common.as_ref().unwrap();
    assert!(common.shapes && documento.identifying);
    assert_eq!(
        common.values[0].value,
        Cell::Hidden {
            shape: "documento_a26".to_owned()
        }
    );
    assert_eq!(
        profiled.report.sample.first[0][0],
        Some(Cell::Text("abcdef…".to_owned()))
    );
    assert!(!json(&profiled.report).unwrap().contains("abcdefg"));
}

/// Without a card names and values tell.
#[test]
fn foreign_tables_are_guarded_by_names_and_values() {
    let ids: Vec<String> = (0..60)
        .map(|row| format!("ZX{:08}", 77_120_934 + row * 7))
        .collect();
    let ids: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
    let mails: Vec<Option<&str>> = (0..60).map(|_| Some("ana.ruiz@example.org")).collect();
    let profiled = Table::default()
        .texts("thing", &ids)
        .texts("contact", &mails)
        .whole(
            "cédula",
            &(0..60)
                .map(|row| Some(1_094_567_812 + row))
                .collect::<Vec<_>>(),
        )
        .whole(
            "code",
            &(0..60)
                .map(|row| Some(7_700_000 + row * 3))
                .collect::<Vec<_>>(),
        )
        .instants(
            "birth_date",
            &(0..60)
                .map(|row| Some(row * 86_400_000_000))
                .collect::<Vec<_>>(),
        )
        .safe();
    let text = json(&profiled.report).unwrap();
    for raw in [
        "ZX77",
        "77120934",
        "ana.ruiz",
        "1094567812",
        "7700003",
        "1970-01-0",
    ] {
        assert!(!text.contains(raw), "{raw}");
    }
    for column in &profiled.report.columns {
        assert!(
            column.identifying && column.number.is_none(),
            "{}",
            column.name
        );
    }
    let kinds = profiled.report.columns.iter().map(|column| column.kind);
    assert_eq!(
        kinds.filter(|kind| *kind == ColumnKind::Identifier).count(),
        4
    );
    let named = profiled
        .report
        .alerts
        .iter()
        .filter(|alert| alert.code == AlertCode::Identifying);
    assert_eq!(named.count(), 5);
}

#[test]
fn values_of_few_rows_are_put_together_everywhere() {
    let mut cells: Vec<Option<&str>> = vec![Some("common"); 30];
    cells.extend([Some("seldom seen"), Some("rare"), Some("rare")]);
    let table = Table::default()
        .texts("mood", &cells)
        .texts("other", &cells);
    let profiled = table.safe();
    let text = json(&profiled.report).unwrap();
    assert!(text.contains("common") && !text.contains("seldom") && !text.contains("\"rare\""));
    let common = column(&profiled, "mood").common.clone().unwrap();
    let rarer = common.rarer.unwrap();
    assert_eq!((common.values.len(), rarer.values, rarer.rows), (1, 2, 3));
    let shown = format!("{:?}", profiled.sample);
    assert!(!shown.contains("seldom"));

    let every = Options {
        smallest_cell: 1,
        ..safe()
    };
    let profiled = table.profile(&Knowledge::default(), &every);
    assert!(json(&profiled.report).unwrap().contains("seldom"));
}

/// However often one row repeats a word.
#[test]
fn a_word_of_few_rows_is_not_shown() {
    let mut cells: Vec<Option<String>> = (0..40)
        .map(|row| Some(format!("paid on visit {}", row % 4)))
        .collect();
    cells.push(Some("Amaranta ".repeat(9)));
    let cells: Vec<Option<&str>> = cells.iter().map(Option::as_deref).collect();
    let profiled = Table::default().texts("remark", &cells).safe();
    let words = &column(&profiled, "remark")
        .text
        .as_ref()
        .unwrap()
        .common_words;
    assert!(
        words
            .iter()
            .any(|word| word.word == "visit" && word.count == 40)
    );
    assert!(
        !json(&profiled.report)
            .unwrap()
            .to_lowercase()
            .contains("amaranta")
    );
}
