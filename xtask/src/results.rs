//! The results of the microservices in a raw document, as far as each picture got.

use serde_json::{Map, Value, json};

use crate::document::LandmarksOf;
use crate::ending::{Picture, Reach, Verdict};
use crate::random::{Random, rounded};

/// Writes the results of the microservices.
pub(crate) struct Writer<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) verdict: Verdict,
    pub(crate) landmarks_of: LandmarksOf,
    /// Width and height of a picture, in px.
    pub(crate) size: [u16; 2],
    /// The least LIQE score of a picture of good quality.
    pub(crate) liqe_threshold: f64,
}

impl Writer<'_> {
    pub(crate) fn picture(&mut self, picture: Picture) -> Value {
        let reach = match picture {
            Picture::Near => self.verdict.near,
            Picture::Far => self.verdict.far,
        };
        let mut results = Map::new();
        results.insert("integrity_dims".to_owned(), self.integrity());
        if reach >= Reach::Accessory {
            results.insert("accessory_detector".to_owned(), self.accessories(picture));
        }
        if reach >= Reach::Face {
            results.insert("face_detector".to_owned(), self.faces(picture));
        }
        if reach >= Reach::Quality {
            self.quality(picture, &mut results);
        }
        if reach >= Reach::AntiSpoofing {
            self.anti_spoofing(picture, &mut results);
        }
        Value::Object(results)
    }

    /// The code and message of a step: its own, or those of the check that failed there.
    fn step(&self, picture: Picture, code: &'static str, message: &str) -> (&'static str, String) {
        let same_module = self.verdict.code.get(..2) == code.get(..2);
        if self.verdict.failing == Some(picture) && same_module {
            return (self.verdict.code, self.verdict.description.to_owned());
        }
        (code, message.to_owned())
    }

    fn fails(&self, picture: Picture, code: &str) -> bool {
        self.verdict.failing == Some(picture) && self.verdict.code == code
    }

    fn integrity(&mut self) -> Value {
        // Both pictures come from one camera, but a caller may send another size now and then.
        let is_other = self.random.between(0, 7) == 0;
        let size = if is_other { [480, 640] } else { self.size };
        json!({
            "msg": "integrity and dimensions OK",
            "code": "0000",
            "results": { "file_ext": ".jpg", "raw_img_size": size, "resized": false },
        })
    }

    fn bounding_box(&mut self) -> Value {
        let corner = |random: &mut Random, mean| rounded(random.around(mean, 0.1), 6);
        json!([
            corner(self.random, 0.3),
            corner(self.random, 0.2),
            corner(self.random, 0.7),
            corner(self.random, 0.8)
        ])
    }

    fn accessories(&mut self, picture: Picture) -> Value {
        let (code, message) = self.step(picture, "0200", "accesories OK");
        let found = if code == "0200" {
            "face"
        } else {
            self.verdict.description
        };
        let bbox = self.bounding_box();
        let confidence = rounded(self.random.around(0.8, 0.15), 6);
        json!({ "msg": message, "code": code, "results": { "predictions": {
            "accessories": { found: { "bbox": bbox, "confidence": confidence } },
            "time_ms": self.random.time_ms(8, 45),
            "queue_time_ms": self.random.time_ms(2, 25),
        } } })
    }

    fn faces(&mut self, picture: Picture) -> Value {
        let (code, message) = self.step(picture, "0100", "face OK");
        let num_faces = match code {
            "0102" => 0,
            "0103" => 2,
            _ => 1,
        };
        let boxes: Vec<Value> = (0..num_faces).map(|_| self.bounding_box()).collect();
        let landmarks = if num_faces == 1 {
            (self.landmarks_of)(picture)
        } else {
            json!([])
        };
        json!({ "msg": message, "code": code, "results": {
            "predictions": {
                "faces": { "bboxes": boxes, "landmarks": landmarks, "bboxes_raw": boxes },
                "time_ms": self.random.time_ms(16, 70),
                "queue_time_ms": self.random.time_ms(4, 30),
            },
            "config": { "exp_factor_w": 0.8, "exp_factor_h": 0.8 },
        } })
    }

    fn quality(&mut self, picture: Picture, results: &mut Map<String, Value>) {
        let is_blurred = self.fails(picture, "0302");
        let is_dark = self.fails(picture, "0304");
        let is_soft = self.fails(picture, "0306");
        let liqe = if is_blurred {
            self.random.around(1.1, 0.1)
        } else {
            self.random.around(3.1, 1.2)
        };
        let topiq = self
            .random
            .around(if is_blurred { 0.33 } else { 0.64 }, 0.1);
        for (service, score, low, high) in [("liqe", liqe, 60, 180), ("topiq", topiq, 130, 340)] {
            let step = json!({ "msg": format!("{service} OK"), "code": "0300", "results": {
                "predictions": {
                    "score": rounded(score, 4),
                    "time_ms": self.random.time_ms(low, high),
                    "queue_time_ms": self.random.time_ms(1, 20),
                },
            } });
            results.insert(service.to_owned(), step);
        }
        let classic = json!({ "msg": "classic metrics OK", "code": "0300", "results": {
            "time_ms": self.random.time_ms(110, 330),
            "sharpness": self.random.around(if is_soft { 0.93 } else { 0.52 }, 0.05),
            "colorfulness": self.random.around(29.0, 12.0),
            "contrast": self.random.around(48.0, 14.0),
            "brightness": self.random.around(if is_dark { 0.11 } else { 0.42 }, 0.03),
            "blur_score": self.random.around(if is_blurred { 0.71 } else { 0.42 }, 0.06),
            "svd_score": self.random.around(0.68, 0.06),
        } });
        results.insert("classic_metrics".to_owned(), classic);
        let (code, message) = self.step(picture, "0300", "quality OK");
        let judged = json!({ "msg": message, "code": code, "results": {
            "config": {
                "liqe_thr": self.liqe_threshold,
                "topiq_thr": 0.4,
                "sharpness_thr": 0.85,
                "brightness_range": [0.15, 0.9],
                "colofulness_range": [6, 100],
                "contrast_range": [10, 95],
                "blur_score_thr": 0.6,
                "svd_score_thr": 0.8,
            },
            "time_ms": rounded(self.random.around(0.011, 0.004), 4),
        } });
        results.insert("iqa_heuristics".to_owned(), judged);
    }

    fn anti_spoofing(&mut self, picture: Picture, results: &mut Map<String, Value>) {
        let is_spoof = self.fails(picture, "1402");
        for (service, message, low, high) in [
            ("as_35_selfies", "as 3.5 selfies OK", 30, 75),
            ("ibeta2_crops", "ibeta2 crops OK", 25, 70),
            ("ibeta2_full", "ibeta2 full OK", 25, 65),
            ("ibeta2_clip", "ibeta2 clip OK", 6, 25),
        ] {
            let (class, code) = if is_spoof {
                ("SPOOFING", "1402")
            } else {
                ("REAL", "1400")
            };
            let step = json!({ "msg": message, "code": code, "results": { "predictions": {
                "class": class,
                "prob": self.probability(is_spoof),
                "time_ms": self.random.time_ms(low, high),
                "queue_time_ms": self.random.time_ms(3, 30),
            } } });
            results.insert(service.to_owned(), step);
        }
        let (code, message) = self.step(picture, "1400", "antispoofing OK");
        let judged = json!({ "msg": message, "code": code, "results": {
            "predictions": {
                "prob": self.probability(is_spoof),
                "time_ms": rounded(self.random.around(0.13, 0.05), 4),
            },
            "config": {
                "ibeta2_full_thr": 0.8,
                "ibeta2_crops_thr": 0.8,
                "ibeta2_clip_thr": 0.8,
                "as_3.5_selfies_thr": 0.25,
                "as_heuristics_thr": 0.75,
            },
        } });
        results.insert("as_heuristics".to_owned(), judged);
    }

    /// The probability that a picture is genuine, close to one of its ends.
    fn probability(&mut self, is_spoof: bool) -> f64 {
        let fraction = self.random.fraction();
        let distance = fraction * fraction * fraction * 0.01;
        if is_spoof { distance } else { 1.0 - distance }
    }

    pub(crate) fn geometry(&mut self) -> Value {
        let has_failed = self.verdict.code == "3002";
        let (code, message) = if has_failed {
            ("3002", "geometry fail")
        } else {
            ("3000", "geometry check OK")
        };
        json!({ "msg": message, "code": code, "results": {
            "predictions": {
                "neural_score": rounded(self.random.around(if has_failed { 0.12 } else { 0.47 }, 0.1), 4),
                "time_ms": self.random.time_ms(5, 30),
                "queue_time_ms": self.random.time_ms(1, 8),
                "image_difference": 0,
                "handcrafted_score": rounded(self.random.around(0.58, 0.2), 4),
            },
            "config": {
                "image_difference_threshold": 0.04,
                "handcrafted_threshold": 0.15,
                "neural_threshold": 0.25,
            },
        } })
    }
}

/// The time of the steps in a row, of which those of one step run at once.
pub(crate) fn work_ms(metadata: &Value) -> u64 {
    let pictures = [metadata.get("near_img"), metadata.get("far_img")];
    let [near, far] = pictures.map(|picture| {
        ["accessory_detector", "face_detector"]
            .map(|service| time_ms(picture, service))
            .iter()
            .sum()
    });
    let mut total: u64 = u64::max(near, far);
    for picture in pictures {
        for step in [
            ["liqe", "topiq", "classic_metrics"].as_slice(),
            &[
                "as_35_selfies",
                "ibeta2_crops",
                "ibeta2_full",
                "ibeta2_clip",
            ],
        ] {
            total += step
                .iter()
                .map(|service| time_ms(picture, service))
                .max()
                .unwrap_or(0);
        }
    }
    total + time_ms(Some(metadata), "geometry_check")
}

/// Service and queue time of a microservice; 0 where it did not run.
fn time_ms(place: Option<&Value>, service: &str) -> u64 {
    let Some(results) = place.and_then(|place| place.get(service)?.get("results")) else {
        return 0;
    };
    let times = results.get("predictions").unwrap_or(results);
    ["time_ms", "queue_time_ms"]
        .map(|name| times.get(name).and_then(Value::as_u64).unwrap_or(0))
        .iter()
        .sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::work_ms;

    #[test]
    fn the_longest_branch_of_each_step_counts() {
        let step = |time: u64, queue: u64| json!({ "results": { "predictions": { "time_ms": time, "queue_time_ms": queue } } });
        let metadata = json!({
            "near_img": {
                "accessory_detector": step(10, 1), "face_detector": step(20, 2),
                "liqe": step(100, 0), "topiq": step(150, 5),
                "classic_metrics": { "results": { "time_ms": 120 } },
            },
            "far_img": { "accessory_detector": step(40, 4) },
            "geometry_check": step(7, 1),
        });
        // max(10+1+20+2, 40+4) + max(100, 155, 120) + 8
        assert_eq!(work_ms(&metadata), 44 + 155 + 8);
    }
}
