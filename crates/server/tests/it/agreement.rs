//! Memory and engine: the same filters keep the same transactions in both.

use crate::support::Served;

/// Filters in every form that the grammar has.
const FILTERS: [&str; 7] = [
    "outcome=rejected&outcome=technical",
    "hour=..9&weekday=1..5",
    "summary_code=300..399",
    "attempt=2..4&outcome=accepted",
    "previous_code=",
    "browser=&browser=Chrome",
    "convenio=convenio_1&kind=repeat&image_quality_near_img=SD",
];

#[tokio::test]
async fn the_same_filters_keep_the_same_transactions() {
    let served = Served::with(400).await;
    let days = served.json("/api/v1/meta").await["snapshot"].clone();
    let (first, last) = (
        days["first_day"].as_str().unwrap(),
        days["last_day"].as_str().unwrap(),
    );
    let mut all: Vec<String> = FILTERS.map(str::to_owned).to_vec();
    all.push(format!("day={first}..{last}"));
    all.push(format!("week={first}.."));
    let mut kept_some = 0;
    for filters in all {
        let tab = served
            .json(&format!("/api/v1/tabs/clients?{filters}"))
            .await;
        let counted = tab["basis"]["transactions"].as_u64().unwrap();
        // A filter that memory does not hold, and that keeps all, sends the question to the
        // engine.
        let by_engine = format!("/api/v1/transactions?limit=1&file_token=..&{filters}");
        assert_eq!(served.json(&by_engine).await["total"], counted, "{filters}");
        kept_some += u64::from(counted > 0 && counted < 400);
    }
    assert!(kept_some > 4, "{kept_some}");
}
