//! A second card, quite unlike the built-in one, means what it says.

use veriscope_card::{
    Card, DatePart, Derivation, Document, Generalise, Kind, Marks, MicroserviceTimes, PathKey,
    Privacy, Step, TransformRule, ValueType,
};

fn card() -> Card {
    Card::parse(include_str!("../cards/ocr.yaml")).unwrap()
}

fn key(text: &str) -> PathKey {
    PathKey::Key(text.to_owned())
}

#[test]
fn one_picture_expands_once() {
    let card = card();
    let names: Vec<&str> = card
        .features
        .iter()
        .map(|feature| feature.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "request_id",
            "received_at",
            "verdict",
            "result",
            "folder",
            "office",
            "holder",
            "elapsed_ms",
            "page_height",
            "page_width",
            "deskew_ms_page",
            "deskew_wait_ms_page",
            "layout_ms",
            "reader_ms",
            "reader_wait_ms",
            "stamps_ms",
            "confidence",
        ]
    );
    let height = card.feature("page_height").unwrap();
    assert_eq!(
        height.path,
        [key("scan"), key("page"), key("size"), key("h")]
    );
    assert_eq!(height.image.as_deref(), Some("page"));
    assert_eq!(height.description, "Height of the page");
}

#[test]
fn paths_hold_indices_and_keys_with_dots() {
    let result = card().feature("result").unwrap().clone();
    assert_eq!(
        result.path,
        [key("outcome"), PathKey::Index(0), key("result.code")]
    );
    assert_eq!(
        (result.kind, result.value_type),
        (Kind::Code, ValueType::Int)
    );
}

#[test]
fn settings_and_roles_are_its_own() {
    let card = card();
    assert_eq!(
        (card.dates.marks, card.dates.default_offset_minutes),
        (Marks::Start, 120)
    );
    assert_eq!(card.tables.no_retries, "lectura_ultimo_intento");
    assert_eq!((card.roles.user, card.roles.release), (None, None));
    assert_eq!(card.roles.process.as_deref(), Some("folder"));
    assert_eq!(card.sentinels.time, -5);
    assert_eq!(card.size_classes.classes[1].min_pixels, 2_174_960);
}

#[test]
fn privacy_rules_and_derivations_are_read() {
    let card = card();
    let privacy = |name: &str| card.feature(name).unwrap().privacy.clone();
    assert_eq!(
        privacy("remark"),
        Privacy::Generalise(Generalise::Prefix(12))
    );
    assert_eq!(privacy("agent"), Privacy::Generalise(Generalise::UserAgent));
    assert_eq!(privacy("folder_age_s"), Privacy::Keep);
    assert_eq!(card.feature("town").unwrap().may_equal, ["model"]);
    assert_eq!(
        card.feature("folder_age_s").unwrap().derived,
        Some(Derivation::SecondsSinceTextTime {
            separator: "@".to_owned(),
            format: "%Y%m%dT%H%M%S".to_owned()
        })
    );
}

#[test]
fn columns_and_microservices_name_the_picture_where_they_have_one() {
    let card = card();
    let rule = |name: &str| {
        &card
            .transform
            .iter()
            .find(|col| col.name == name)
            .unwrap()
            .rule
    };
    assert_eq!(
        rule("page_class"),
        &TransformRule::SizeClass {
            width: "page_width".to_owned(),
            height: "page_height".to_owned()
        }
    );
    assert_eq!(
        rule("weekday"),
        &TransformRule::DatePart(DatePart::WeekdayName)
    );
    assert_eq!(
        card.microservices[0].times,
        [MicroserviceTimes {
            image: Some("page".to_owned()),
            service: "deskew_ms_page".to_owned(),
            queue: Some("deskew_wait_ms_page".to_owned()),
        }]
    );
    assert_eq!(card.microservices[1].times[0].image, None);
    assert_eq!(card.microservices[1].times[0].queue, None);
}

#[test]
fn the_pipeline_keeps_its_shape() {
    let run = |name: &str, image: Option<&str>| Step::Run {
        microservice: name.to_owned(),
        image: image.map(str::to_owned),
    };
    assert_eq!(
        card().pipeline.steps,
        [
            Step::Untimed {
                name: "decode".to_owned(),
                image: Some("page".to_owned())
            },
            run("deskew", Some("page")),
            Step::Parallel(vec![
                Step::Series(vec![run("layout", None), run("reader", None)]),
                run("stamps", None),
            ]),
        ]
    );
}

#[test]
fn its_documents_speak_of_it_alone() {
    let card = card();
    for document in Document::ALL {
        let text = card.to_markdown(document);
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
        assert!(
            !text.contains("near") && !text.contains("veriface"),
            "{text}"
        );
    }
    let staging = card.to_markdown(Document::Staging);
    assert!(
        staging.contains("`outcome[0][\"result.code\"]`"),
        "{staging}"
    );
    assert!(staging.contains("local time at +02:00"), "{staging}");
}
