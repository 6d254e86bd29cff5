"""What veriscope is measured against: the way of the original scripts.

    python pandas_baseline.py DOCUMENTS.json OUTPUT_FOLDER

Reads the whole file as one JSON array, looks each feature up by its path in each
document, puts a small number in place of each identity, and writes the staging and
last-attempt tables as CSV.
"""
import json
import sys
from pathlib import Path

import pandas as pd

PICTURES = ["near_img", "far_img"]
CLASSIC = ["sharpness", "colorfulness", "contrast", "brightness", "blur_score", "svd_score"]
ANTI_SPOOFING = ["as_35_selfies", "ibeta2_crops", "ibeta2_full", "ibeta2_clip"]
TIMED = ["accessory_detector", "face_detector", "liqe", "topiq", *ANTI_SPOOFING]
IDENTITIES = ["user_name", "procesoConvenioGuid", "convenio", "documento"]


def feature_paths():
    """Returns the path of each of the 79 features by name."""
    paths = {name: [name] for name in
             ["api_hash", "user_name", "file_token", "service", "http_code", "total_time_ms", "date"]}
    paths |= {f"summary_{key}": ["summary", key] for key in ["code", "status", "desc"]}
    paths |= {key: ["user_data", key] for key in ["procesoConvenioGuid", "convenio", "documento"]}
    for picture in PICTURES:
        place = ["metadata", picture]
        for index, side in enumerate(["width", "height"]):
            paths[f"img_size_{picture}_img_{side}"] = [*place, "integrity_dims", "results", "raw_img_size", index]
        for service in ["liqe", "topiq"]:
            paths[f"score_{service}_{picture}"] = [*place, service, "results", "predictions", "score"]
        for score in CLASSIC:
            paths[f"score_{score}_classic_metrics_{picture}"] = [*place, "classic_metrics", "results", score]
        for service in [*ANTI_SPOOFING, "as_heuristics"]:
            paths[f"prob_{service}_{picture}"] = [*place, service, "results", "predictions", "prob"]
        for service in TIMED:
            for time in ["time_ms", "queue_time_ms"]:
                paths[f"{time}_{service}_{picture}"] = [*place, service, "results", "predictions", time]
        paths[f"time_ms_classic_metrics_{picture}"] = [*place, "classic_metrics", "results", "time_ms"]
    for time in ["time_ms", "queue_time_ms"]:
        paths[f"{time}_geometry_check"] = ["metadata", "geometry_check", "results", "predictions", time]
    assert len(paths) == 79, len(paths)
    return paths


def look_up(document, path):
    """Returns the value at a path, or None where a document stopped before it."""
    value = document
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def main(source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with open(source, encoding="utf-8") as file:
        documents = json.load(file)
    paths = feature_paths()
    rows = [{name: look_up(document, path) for name, path in paths.items()} for document in documents]
    staging = pd.DataFrame(rows, columns=list(paths))
    for name in IDENTITIES:
        numbers, _ = pd.factorize(staging[name])
        staging[name] = [f"{name}_{number + 1}" for number in numbers]
    staging.to_csv(folder / "staging.csv", index=False)
    staging["date"] = pd.to_datetime(staging["date"], format="ISO8601")
    last = staging.sort_values(["date", "file_token"]).groupby("procesoConvenioGuid").tail(1)
    last.to_csv(folder / "no_retries.csv", index=False)
    print(f"{len(staging)} transactions, {len(last)} processes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
