//! Figures of text, instants and rows of small fixed tables, as pandas 3.1.1, scipy 1.17.1 and the
//! Unicode standard have them.

use veriscope_profile::{AlertCode, Cell, Column, ColumnKind, Knowledge, Order, Shape, TimeUnit};

use crate::support::{Table, column, near, safe};

/// `1 - scipy.stats.entropy([.9, .05, .03, .02], base=2) / 2`.
#[test]
fn imbalance_is_what_entropy_leaves() {
    let values: Vec<Option<&str>> = [("a", 900), ("b", 50), ("c", 30), ("d", 20)]
        .iter()
        .flat_map(|(value, times)| vec![Some(*value); *times])
        .collect();
    let profiled = Table::default().texts("c", &values).safe();
    let alert = profiled
        .report
        .alerts
        .iter()
        .find(|alert| alert.code == AlertCode::Imbalance);
    near(
        alert.unwrap().value.unwrap(),
        0.691_228_438_343_993_6,
        1e-10,
    );
    let common = column(&profiled, "c").common.clone().unwrap();
    let counts: Vec<u64> = common.values.iter().map(|value| value.count).collect();
    assert_eq!((counts, common.rarer), (vec![900, 50, 30, 20], None));
}

/// `s.str.len()`, and `unicodedata.category` of all characters.
#[test]
fn figures_of_text_are_those_of_pandas_and_the_unicode_standard() {
    let texts = [
        Some("Hola mundo"),
        Some("hola  Mundo"),
        Some("¡Año 2025!"),
        Some("naïve café"),
        Some("日本語"),
        Some("x"),
        None,
        Some("  pad "),
    ];
    let profiled = Table::default().texts("t", &texts).full();
    let t = column(&profiled, "t");
    let text = t.text.as_ref().unwrap();
    assert_eq!(
        (text.lengths.min, text.lengths.max, text.characters),
        (1, 11, 51)
    );
    near(text.lengths.mean, 51.0 / 7.0, 1e-10);
    near(text.lengths.median, 10.0, 1e-12);
    assert_eq!(text.distinct_characters, 29);
    let categories: Vec<(&str, u64)> = text
        .categories
        .iter()
        .map(|share| (share.name.as_str(), share.count))
        .collect();
    assert_eq!(
        categories,
        [
            ("Ll", 31),
            ("Zs", 8),
            ("Nd", 4),
            ("Lo", 3),
            ("Lu", 3),
            ("Po", 2)
        ]
    );
    let scripts: Vec<(&str, u64)> = text
        .scripts
        .iter()
        .map(|share| (share.name.as_str(), share.count))
        .collect();
    assert_eq!(scripts, [("Latin", 34), ("Common", 14), ("Han", 3)]);
    let words: Vec<(&str, u64)> = text
        .common_words
        .iter()
        .take(2)
        .map(|word| (word.word.as_str(), word.count))
        .collect();
    assert_eq!((text.words, words), (11, vec![("hola", 2), ("mundo", 2)]));
    assert_eq!((text.forms.other, text.forms.padded), (7, 1));
}

/// Five instants: `dt.tz_convert`, `dt.hour`, `dt.day_of_week`, `diff`.
#[test]
fn instants_are_read_in_the_offset_of_the_card() {
    let seconds = [
        1_735_774_200,
        1_735_776_600,
        1_735_776_600,
        1_736_078_400,
        1_738_385_999,
    ];
    let mut instants: Vec<Option<i64>> = seconds
        .iter()
        .map(|second: &i64| Some(second * 1_000_000))
        .collect();
    instants.push(None);
    let knowledge = Knowledge {
        offset_minutes: -300,
        ..Knowledge::default()
    };
    let profiled = Table::default()
        .instants("at", &instants)
        .profile(&knowledge, &safe());
    let at = column(&profiled, "at");
    let dates = at.datetime.as_ref().unwrap();
    assert_eq!(
        (dates.first.as_str(), dates.last.as_str()),
        ("2025-01-01", "2025-01-31")
    );
    let hours: Vec<(usize, u64)> = dates
        .hours
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, n)| *n > 0)
        .collect();
    assert_eq!(hours, [(7, 1), (18, 1), (19, 2), (23, 1)]);
    assert_eq!(dates.weekdays, [0, 0, 3, 0, 1, 0, 1]);
    assert_eq!(dates.gaps.median_ms, Some(152_100_000.0));
    near(dates.gaps.longest[0].length_ms, 2_307_599_000.0, 1e-12);
    assert_eq!(dates.gaps.longest[0].to, "2025-01-31");
    assert_eq!(
        (dates.gaps.days_without_rows, dates.series_unit),
        (28, TimeUnit::Day)
    );
    assert_eq!((dates.series.len(), dates.series[0].count), (31, 3));
    assert_eq!((dates.order, at.distinct.values), (Order::Increasing, 4));
    assert_eq!(profiled.report.overview.time_column, Some(0));
}

/// As `pd.to_datetime(…, utc=True)` reads it, text without an offset in the card's.
#[test]
fn text_that_the_card_knows_as_the_date_is_read_as_instants() {
    let card = veriscope_card::Card::builtin().unwrap();
    let texts = [
        Some("2025-01-08 22:10:36.542487-05:00"),
        Some("2025-01-09T04:10:36Z"),
        Some("2025-01-08 23:30:00"),
        Some("soon"),
        None,
    ];
    let profiled = Table::default()
        .texts("date", &texts)
        .profile(&Knowledge::of_card(&card, Shape::Staging), &safe());
    let date = column(&profiled, "date");
    assert_eq!(
        (date.kind, date.counts.present, date.counts.missing),
        (ColumnKind::Datetime, 3, 2)
    );
    let dates = date.datetime.as_ref().unwrap();
    let hours: Vec<(usize, u64)> = dates
        .hours
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, n)| *n > 0)
        .collect();
    assert_eq!(
        (dates.offset_minutes, hours),
        (-300, vec![(22, 1), (23, 2)])
    );
}

#[test]
fn longer_times_have_longer_periods() {
    let year_us = 31_557_600_000_000_i64;
    for (years, unit) in [
        (1, TimeUnit::Day),
        (5, TimeUnit::Week),
        (30, TimeUnit::Month),
    ] {
        let instants: Vec<Option<i64>> = (0..=60)
            .map(|step| Some(step * years * year_us / 60))
            .collect();
        let profiled = Table::default().instants("at", &instants).full();
        let dates = column(&profiled, "at").datetime.clone().unwrap();
        assert_eq!(dates.series_unit, unit);
        assert_eq!(
            dates.series.iter().map(|period| period.count).sum::<u64>(),
            61
        );
        assert!(dates.series.len() <= 400);
    }
}

fn kind_of(column: &Column) -> ColumnKind {
    column.kind
}

#[test]
fn columns_are_told_by_type_and_values() {
    let rows = 60_i64;
    let colours = ["red", "green", "blue"];
    let texts: Vec<String> = (0..rows)
        .map(|row| format!("a note of row {row}"))
        .collect();
    let table = Table::default()
        .whole(
            "level",
            &(0..rows).map(|row| Some(row % 3)).collect::<Vec<_>>(),
        )
        .whole(
            "measured",
            &(0..rows)
                .map(|row| Some(row * row % 37))
                .collect::<Vec<_>>(),
        )
        .whole("row", &(0..rows).map(Some).collect::<Vec<_>>())
        .whole(
            "account",
            &(0..rows).map(|row| Some(row % 7)).collect::<Vec<_>>(),
        )
        .texts(
            "colour",
            &(0..60)
                .map(|row| Some(colours[row % 3]))
                .collect::<Vec<_>>(),
        )
        .texts(
            "note",
            &texts
                .iter()
                .map(|text| Some(text.as_str()))
                .collect::<Vec<_>>(),
        );
    let profiled = table.safe();
    let kinds: Vec<ColumnKind> = profiled.report.columns.iter().map(kind_of).collect();
    assert_eq!(
        kinds,
        [
            ColumnKind::Category,
            ColumnKind::Number,
            ColumnKind::Identifier,
            ColumnKind::Identifier,
            ColumnKind::Category,
            ColumnKind::Identifier
        ]
    );
}

#[test]
fn duplicates_are_rows_beyond_the_first_of_each() {
    let profiled = Table::default()
        .whole("a", &[Some(1), Some(1), Some(2), Some(1), None, None])
        .texts(
            "b",
            &[Some("x"), Some("x"), Some("x"), Some("x"), None, None],
        )
        .full();
    let duplicates = &profiled.report.duplicates;
    assert_eq!((duplicates.rows, duplicates.groups), (3, 2));
    assert_eq!(duplicates.most[0].count, 3);
    assert_eq!(
        duplicates.most[0].cells,
        [Some(Cell::Number(1.0)), Some(Cell::Text("x".to_owned()))]
    );
    assert_eq!(duplicates.most[1].cells, [None, None]);
}

#[test]
fn categories_that_differ_in_case_accents_or_spaces_are_dirty() {
    let values = ["Bogotá", "bogota", "BOGOTA ", "Lima", "Quito"];
    let cells: Vec<Option<&str>> = (0..50).map(|row| Some(values[row % 5])).collect();
    let profiled = Table::default().texts("city", &cells).safe();
    let alert = profiled
        .report
        .alerts
        .iter()
        .find(|alert| alert.code == AlertCode::DirtyCategories);
    assert_eq!(alert.unwrap().count, Some(3));
}

#[test]
fn text_of_several_types_is_named() {
    let values = ["12", "13", "n/a", "12", "14"];
    let cells: Vec<Option<&str>> = (0..50).map(|row| Some(values[row % 5])).collect();
    let profiled = Table::default().texts("level", &cells).safe();
    let alert = profiled
        .report
        .alerts
        .iter()
        .find(|alert| alert.code == AlertCode::MixedTypes);
    near(alert.unwrap().value.unwrap(), 0.2, 1e-12);
}
