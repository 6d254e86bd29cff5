"""Figures of table.csv by pandas, scipy, phik and fg-data-profiling, for the tests.

    python -m venv env && env/bin/pip install -r requirements.txt
    env/bin/python figures.py table   # writes table.csv: the same table at every run
    env/bin/python figures.py         # writes figures.json

Categories go to phik as plain text: of a pandas categorical it would count values that do
not occur in the rows of the pair.
"""

import csv
import itertools
import json
import math
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROWS = 600
NUMBERS = ["x", "y", "z", "k", "w", "delay"]
CODES = ["a", "b", "c", "flag", "late"]


class Random:
    """A linear congruential generator (Knuth's MMIX), so that the table needs no library."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def normal(self):
        return math.sqrt(-2 * math.log(1 - self.uniform())) * math.cos(2 * math.pi * self.uniform())


def table():
    random = Random(20_260_101)
    rows = []
    for number in range(ROWS):
        minute = number * 380 + int(random.uniform() * 300)  # five months from 2025-01-06
        month = minute // 43_200
        x = random.normal()
        y = 0.6 * x + 0.8 * random.normal()
        k = min(5, int(abs(x + random.normal()) * 1.5))
        a = "one" if x < -0.5 else "two" if random.uniform() < 0.6 else "three"
        b = {"one": "p", "two": "q", "three": "r"}[a] if random.uniform() < 0.5 else "s"
        hour = (minute // 60) % 24
        row = {
            "minute": minute,
            "x": f"{x:.4f}",
            "y": f"{y:.4f}",
            "z": "" if random.uniform() < 0.15 else f"{math.exp(1.5 * y):.4f}",
            "k": str(k),
            "w": "" if b == "s" and random.uniform() < 0.7 else f"{random.uniform() + 0.2 * month:.3f}",
            "delay": "" if a == "one" else str(int(400 + 30 * hour + 120 * abs(random.normal()))),
            "a": a,
            "b": b,
            "c": "" if random.uniform() < 0.1 else f"c{int(random.uniform() ** 2 * 12)}",
            "flag": "true" if x + random.normal() > 0.3 else "false",
            "late": "" if a == "one" else "true" if hour >= 18 or random.uniform() < 0.1 else "false",
        }
        chance = random.uniform()
        row["outcome"] = "technical" if chance < 0.04 else "accepted" if chance < 0.4 + 0.15 * x else "rejected"
        rows.append(row)
    with open(HERE / "table.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def figures():
    import numpy as np
    import pandas as pd
    from scipy import stats
    from scipy.cluster import hierarchy
    from scipy.spatial import distance
    from phik import phik_matrix
    from data_profiling import ProfileReport

    warnings.simplefilter("ignore")
    frame = pd.read_csv(HERE / "table.csv", dtype={name: "string" for name in CODES + ["outcome"]})
    numbers, codes = frame[NUMBERS].astype(float), frame[CODES].astype(object).where(frame[CODES].notna(), None)
    both = pd.concat([numbers, codes], axis=1)

    def pairs(matrix):
        return [
            [one, other, float(matrix.loc[one, other])]
            for one, other in itertools.combinations(list(matrix.columns), 2)
            if not math.isnan(matrix.loc[one, other])
        ]

    def cramers(one, other):
        counts = pd.crosstab(codes[one], codes[other])
        n, (r, k) = counts.values.sum(), counts.shape
        chi2 = stats.chi2_contingency(counts, correction=False)[0]
        phi2 = max(0, chi2 / n - (k - 1) * (r - 1) / (n - 1))
        return math.sqrt(phi2 / min(k - (k - 1) ** 2 / (n - 1) - 1, r - (r - 1) ** 2 / (n - 1) - 1))

    found = {
        "versions": {name: version(name) for name in ["numpy", "pandas", "scipy", "phik", "fg-data-profiling"]},
        "pearson": pairs(numbers.corr("pearson")),
        "spearman": pairs(numbers.corr("spearman")),
        "kendall": pairs(numbers.corr("kendall")),
        "cramers_v": [[one, other, cramers(one, other)] for one, other in itertools.combinations(CODES, 2)],
        "phi_k": pairs(phik_matrix(both, interval_cols=NUMBERS, verbose=False, njobs=1)),
    }

    wanted = ["auto", "pearson", "spearman", "kendall", "cramers", "phi_k"]
    profile = ProfileReport(
        both,
        progress_bar=False,
        interactions={"continuous": False},
        missing_diagrams={"bar": False, "matrix": False, "heatmap": False},
        correlations={name: {"calculate": True, "warn_high_correlations": False, "threshold": 0.5} for name in wanted},
        vars={"num": {"low_categorical_threshold": 0}, "cat": {"cardinality_threshold": 50, "percentage_cat_threshold": 1}},
    )
    description = json.loads(profile.to_json())
    found["ydata_types"] = {name: column["type"] for name, column in description["variables"].items()}
    for name in wanted:
        rows = description["correlations"].get(name)
        if rows is None:
            continue
        columns = list(rows[0])
        matrix = pd.DataFrame(rows, index=columns, columns=columns).astype(float)
        found["ydata_" + name] = pairs(matrix)

    missing = both.isnull()
    some = [name for name in both.columns if 0 < missing[name].sum() < len(both)]
    found["nullity"] = pairs(missing[some].corr())
    linkage = hierarchy.linkage(both[some].notnull().astype(int).T, method="average")
    found["nullity_tree"] = {"columns": some, "linkage": linkage[:, :4].tolist()}

    accepted, rejected = frame["outcome"] == "accepted", frame["outcome"] == "rejected"
    ranks = [0.05, 0.25, 0.5, 0.75, 0.95]
    found["outcome"] = {}
    for name in NUMBERS:
        yes, no = numbers.loc[accepted, name].dropna(), numbers.loc[rejected, name].dropna()
        found["outcome"][name] = {
            "n": [len(yes), len(no)],
            "auc": stats.mannwhitneyu(yes, no).statistic / (len(yes) * len(no)),
            "ks": stats.ks_2samp(yes, no).statistic,
            "accepted": np.quantile(yes, ranks).tolist(),
            "rejected": np.quantile(no, ranks).tolist(),
        }
    found["shares"] = {}
    for name in CODES:
        counts = pd.crosstab(codes[name], frame["outcome"])
        found["shares"][name] = {
            value: [int(counts.loc[value, "accepted"]), int(counts.loc[value, "rejected"])] for value in counts.index
        }

    when = pd.Timestamp("2025-01-06T00:00:00Z") + pd.to_timedelta(frame["minute"], unit="min")
    period = when.dt.strftime("%Y-%m")

    def psi(part, rest):
        p, q = part / part.sum(), rest / rest.sum()
        floor = 1e-4
        p, q = np.maximum(p, floor), np.maximum(q, floor)
        return float(((p - q) * np.log(p / q)).sum())

    def binned(values, edges):
        # The bin of a value is the number of inner edges below it.
        return np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1).astype(float)

    found["drift"], found["compare"] = {}, {}
    first, second = period < "2025-03", period >= "2025-03"
    for name in NUMBERS:
        values = numbers[name]
        edges = np.unique(np.quantile(values.dropna(), np.arange(1, 10) / 10))
        found["drift"][name] = {
            month: {
                "psi": psi(binned(values[period == month].dropna(), edges), binned(values[period != month].dropna(), edges)),
                "median": float(values[period == month].median()),
                "n": int(values[period == month].notna().sum()),
            }
            for month in sorted(period.unique())
        }
        one, two = values[first].dropna(), values[second].dropna()
        p, q = binned(one, edges), binned(two, edges)
        found["compare"][name] = {
            "psi": psi(p, q),
            "ks": float(stats.ks_2samp(one, two).statistic),
            "js": float(distance.jensenshannon(p, q, base=2) ** 2),
        }
    for name in CODES:
        counts = pd.crosstab(codes[name], period).astype(float)
        found["drift"][name] = {
            month: {"psi": psi(counts[month], counts.drop(columns=month).sum(axis=1)), "n": int(counts[month].sum())}
            for month in counts.columns
        }
        p, q = (codes[name][part].value_counts().reindex(counts.index).fillna(0).astype(float) for part in (first, second))
        found["compare"][name] = {"psi": psi(p, q), "js": float(distance.jensenshannon(p, q, base=2) ** 2)}

    def eta2(values, groups):
        values, groups = values[values.notna()], groups[values.notna()]
        means, counts = values.groupby(groups).mean(), values.groupby(groups).size()
        between = (counts * (means - values.mean()) ** 2).sum()
        return float(between / ((values - values.mean()) ** 2).sum())

    found["season"] = {
        name: {"weekday": eta2(numbers[name], when.dt.weekday), "hour": eta2(numbers[name], when.dt.hour)}
        for name in NUMBERS
    }

    def season_v(name, groups):
        counts = pd.crosstab(codes[name], groups)
        n, (r, k) = counts.values.sum(), counts.shape
        phi2 = max(0, stats.chi2_contingency(counts, correction=False)[0] / n - (k - 1) * (r - 1) / (n - 1))
        return math.sqrt(phi2 / min(k - (k - 1) ** 2 / (n - 1) - 1, r - (r - 1) ** 2 / (n - 1) - 1))

    for name in CODES:
        found["season"][name] = {"weekday": season_v(name, when.dt.weekday), "hour": season_v(name, when.dt.hour)}

    with open(HERE / "figures.json", "w") as file:
        parts = (f"{json.dumps(name)}: {json.dumps(part)}" for name, part in found.items())
        file.write("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    table() if sys.argv[1:] == ["table"] else figures()
