//! The transactions behind a mark: pages without gaps or repeats, in either order.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Served;

/// All rows, page by page, and how many the first page counted.
async fn pages(served: &Served, query: &str) -> (u64, Vec<Vec<Value>>) {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut after = String::new();
    loop {
        let page = served
            .json(&format!("/api/v1/transactions?{query}{after}"))
            .await;
        for row in page["rows"].as_array().unwrap() {
            rows.push(row.as_array().unwrap().clone());
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return (page["total"].as_u64().unwrap(), rows),
        }
    }
}

async fn place_of(served: &Served, name: &str) -> usize {
    let page = served.json("/api/v1/transactions?limit=1").await;
    let columns = page["columns"].as_array().unwrap();
    columns
        .iter()
        .position(|column| column["name"] == name)
        .unwrap()
}

#[tokio::test]
async fn pages_have_every_transaction_once_in_every_order() {
    let served = Served::with(230).await;
    let key = place_of(&served, "file_token").await;
    let date = place_of(&served, "date").await;
    let time = place_of(&served, "total_time_ms").await;
    let mut forms = Vec::new();
    for query in [
        "limit=60",
        "limit=100&order=asc",
        "limit=90&sort=total_time",
        "limit=150&sort=total_time&order=asc",
    ] {
        let (total, rows) = pages(&served, query).await;
        assert_eq!(total, 230, "{query}");
        let keys: BTreeSet<&str> = rows.iter().map(|row| row[key].as_str().unwrap()).collect();
        assert_eq!(keys.len(), 230, "{query}: none twice");
        assert_eq!(rows.len(), 230, "{query}: none left out");
        forms.push(rows);
    }
    // All of the month have one offset, so that local times are in the order of the instants.
    let dates = |rows: &[Vec<Value>]| -> Vec<String> {
        rows.iter()
            .map(|row| row[date].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(dates(&forms[0]).is_sorted_by(|one, next| one >= next));
    assert!(dates(&forms[1]).is_sorted());
    let times = |rows: &[Vec<Value>]| -> Vec<i64> {
        rows.iter().filter_map(|row| row[time].as_i64()).collect()
    };
    assert!(times(&forms[2]).is_sorted_by(|one, next| one >= next));
    assert!(times(&forms[3]).is_sorted());
    let mut reversed = forms[1].clone();
    reversed.reverse();
    assert_eq!(forms[0], reversed);
}

#[tokio::test]
async fn filters_choose_the_rows_that_have_the_value_and_no_others() {
    let served = Served::with(230).await;
    let (_, all) = pages(&served, "limit=500").await;
    for column in ["outcome", "kind"] {
        let place = place_of(&served, column).await;
        let values: BTreeSet<String> = all.iter().map(|row| text(&row[place])).collect();
        for value in values {
            let (total, rows) = pages(&served, &format!("limit=120&{column}={value}")).await;
            let expected: Vec<&Vec<Value>> = all
                .iter()
                .filter(|row| text(&row[place]) == value)
                .collect();
            assert_eq!(
                rows.iter().collect::<Vec<_>>(),
                expected,
                "{column}={value}"
            );
            assert_eq!(total, expected.len() as u64);
        }
    }
    // A column that is not held in memory: the engine finds them.
    let place = place_of(&served, "total_time_ms").await;
    let (total, rows) = pages(&served, "limit=40&total_time_ms=2000..").await;
    let slow = |row: &&Vec<Value>| row[place].as_i64().is_some_and(|time| time >= 2_000);
    let expected: Vec<&Vec<Value>> = all.iter().filter(slow).collect();
    assert!(!expected.is_empty());
    assert_eq!(rows.iter().collect::<Vec<_>>(), expected);
    assert_eq!(total, expected.len() as u64);
    let (_, fast) = pages(&served, "limit=60&sort=total_time&total_time_ms=..1500").await;
    assert!(fast.iter().all(|row| row[place].as_i64().unwrap() <= 1_500));
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn one_transaction_is_told_whole_and_pseudonymous() {
    let served = Served::with(120).await;
    let key = place_of(&served, "file_token").await;
    let page = served.json("/api/v1/transactions?limit=3&kind=retry").await;
    let listed = &page["rows"][0];
    let token = listed[key].as_str().unwrap();
    let one = served.json(&format!("/api/v1/transactions/{token}")).await;
    let columns = one["columns"].as_array().unwrap();
    let row = one["row"].as_array().unwrap();
    assert_eq!(columns.len(), row.len());
    assert!(columns.len() > 79, "every column of the view");
    let cell = |name: &str| {
        let place = columns
            .iter()
            .position(|column| column["name"] == name)
            .unwrap();
        row[place].clone()
    };
    assert_eq!(cell("file_token"), token);
    // It is a retry because of attempts that are on no page.
    assert_eq!(cell("kind"), "retry");
    assert!(
        cell("documento")
            .as_str()
            .unwrap()
            .starts_with("documento_")
    );
    assert!(cell("convenio").as_str().unwrap().starts_with("convenio_"));
    let person = place_of(&served, "documento").await;
    assert_eq!(cell("documento"), listed[person]);
    served
        .problem("/api/v1/transactions/none", 404, "not-found")
        .await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let served = Served::with(60).await;
    for after in ["x", "1.2", "..", "a.b.c"] {
        let address = format!("/api/v1/transactions?after={after}");
        served.problem(&address, 400, "bad-parameter").await;
    }
}
