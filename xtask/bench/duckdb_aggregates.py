"""The aggregates behind the answers, by DuckDB over the exported transform table.

Usage: duckdb_aggregates.py times|acceptance|retries FILE.parquet

Each prints its result as CSV. They are what SQL says in one statement: no intervals, no
critical path, no survival; `veriscope answer` is measured with all of these.
"""

import sys

import duckdb

QUANTILES = "count(*) AS n, avg(ms) AS mean, quantile_cont(ms, [0.5, 0.95, 0.99]) AS q"


def times(table, columns):
    """Mean and quantiles of each microservice's time over both pictures, where it ran."""
    names = [name for name in columns if name.startswith("total_time_ms")]
    parts = [
        f"SELECT '{name}' AS name, {QUANTILES} FROM (SELECT {name} AS ms FROM {table} WHERE {name} > 0)"
        for name in names
    ]
    return " UNION ALL ".join(parts)


def acceptance(table, columns):
    """Acceptance by eleven dimensions, of all transactions and of last attempts."""
    wanted = ["convenio", "user_name", "service", "date_year", "date_month", "date_day", "date_weekday",
              "date_hour", "image_quality_near_img", "aspect_ratio_near_img", "api_hash"]
    by = [name for name in wanted if name in columns]
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY procesoConvenioGuid ORDER BY date DESC) = 1 AS is_last"
        f" FROM {table}"
    )
    parts = [
        f"SELECT '{name}' AS column, CAST({name} AS VARCHAR) AS value, count(*) AS n,"
        f" avg((summary_status = 'ok')::INT) AS accepted,"
        f" avg((summary_status = 'ok')::INT) FILTER (is_last) AS last,"
        f" count(DISTINCT documento) AS persons FROM ranked GROUP BY ALL"
        for name in by
    ]
    return f"WITH ranked AS MATERIALIZED ({ranked}) " + " UNION ALL ".join(parts)


def retries(table, columns):
    """Transitions from code to next code, and attempts of a process."""
    del columns
    return (
        f"WITH a AS (SELECT procesoConvenioGuid AS p, summary_code AS code,"
        f" lead(summary_code) OVER w AS next, row_number() OVER w AS number FROM {table}"
        f" WINDOW w AS (PARTITION BY procesoConvenioGuid ORDER BY date))"
        f" SELECT number, code, next, count(*) AS n FROM a GROUP BY ALL"
    )


def main():
    question, path = sys.argv[1:]
    connection = duckdb.connect()
    table = "read_parquet('" + path.replace("'", "''") + "')"
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    columns = [row[0] for row in described]
    statement = {"times": times, "acceptance": acceptance, "retries": retries}[question](table, columns)
    for row in connection.sql(statement).fetchall():
        print(*row, sep=",")


if __name__ == "__main__":
    main()
