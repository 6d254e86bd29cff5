//! The examples at the end of each command's help.

pub(super) const TOP: &str = "\
Examples:
  veriscope demo --serve
  veriscope run logs/2025-01.json.gz
  veriscope serve
  veriscope export no-retries --out last-attempts.csv
  veriscope sql 'SELECT outcome, count(*) FROM attempts GROUP BY outcome'
  veriscope card show

Exit codes:
    0  done
    1  a defect of veriscope
    2  wrong use of the command line
    3  configuration, card or key is wrong or missing
    4  a source is missing, unreadable or of no known format
    5  a target could not be written; what was published before is untouched
    6  done, with documents in quarantine
    7  a check failed: leak scan, reconciliation, reject limit
  130  interrupted; the same command again resumes";

pub(super) const RUN: &str = "\
Examples:
  veriscope run january.json
  veriscope run 'logs/*.ndjson.gz' --lake /data/lake
  zcat logs.gz | veriscope run - --json
  veriscope run january.json --max-rejects 0.5%
  veriscope run 'dump.archive#logs.calls'
  veriscope run mongodb://db.example:27017/logs.calls
  veriscope run mongodb+srv://cluster.example/logs.calls --follow

User and password of MongoDB come from VERISCOPE_MONGODB__USER and VERISCOPE_MONGODB__PASSWORD,
or from `mongodb:` in the configuration; a run reads what is new since the last one.";

pub(super) const ANONYMIZE: &str = "\
Examples:
  veriscope anonymize january.json --out january.csv
  veriscope anonymize 'logs/*.zst' --out all.csv --key-file team.key
  veriscope anonymize mongodb://db.example/logs.calls --since 30d --out month.csv";

pub(super) const STAGE: &str = "\
Examples:
  veriscope stage january.json
  veriscope stage 'logs/*.ndjson.gz' --lake /data/lake
  veriscope stage 'dump.archive#logs.calls'
  veriscope stage mongodb://db.example/logs.calls --since 30d";

pub(super) const TRANSFORM: &str = "\
Examples:
  veriscope transform --materialize tables
  veriscope transform --materialize tables --lake /data/lake";

pub(super) const LOAD: &str = "\
Examples:
  veriscope load
  veriscope load --verify
  veriscope load --full --verify --json
  VERISCOPE_DATABASE__PASSWORD=... veriscope load --adopt

The database stands in the section `database:` of config.yaml (user, password, host, port, name,
schema, sslmode, sslrootcert) or in VERISCOPE_DATABASE__USER and the like, which win. A load is
one transaction: it is there whole or not at all. Loading again changes nothing.";

pub(super) const EXPORT: &str = "\
Examples:
  veriscope export staging --out staging.parquet
  veriscope export no-retries --out last-attempts.csv
  veriscope export transform --out transform.csv --excel es
  veriscope export transform --out - --format ndjson | head

Rows are in order of date, then of transaction. In CSV, text that a spreadsheet would run as a
formula has an apostrophe before it; numbers and plain identifiers are left as they are.";

pub(super) const SQL: &str = "\
Examples:
  veriscope sql 'SELECT convenio, count(*) AS n FROM attempts GROUP BY convenio ORDER BY n DESC'
  veriscope sql 'SELECT attempts, avg(span_ms) / 1000 AS span_s FROM processes GROUP BY attempts'
  veriscope sql --file slow.sql --out slow.parquet
  veriscope sql 'SELECT * FROM microservice_times' --format ndjson | head
  veriscope sql --describe
  veriscope sql --describe attempts --lang es

Tables: staging, transform and no_retries (also by their published names), and codes, policies
and runs. Views: attempts, processes and microservice_times, with values as measured and no
sentinels. One snapshot is read from start to end, and nothing can be written.";

pub(super) const RUNS: &str = "\
Examples:
  veriscope runs
  veriscope runs --limit 5 --json";

pub(super) const QUARANTINE: &str = "\
Examples:
  veriscope quarantine list
  veriscope quarantine show 3f0c9a1b
  veriscope quarantine replay";

pub(super) const QUARANTINE_LIST: &str = "\
Examples:
  veriscope quarantine list
  veriscope quarantine list --json";

pub(super) const QUARANTINE_SHOW: &str = "\
Examples:
  veriscope quarantine show 3f0c9a1b
  veriscope quarantine show 3f0c9a1b > document.json";

pub(super) const QUARANTINE_REPLAY: &str = "\
Examples:
  veriscope quarantine replay
  veriscope quarantine replay 3f0c9a1b --card mended.yaml";

pub(super) const KEY: &str = "\
Examples:
  veriscope key new --out team.key
  veriscope key show-id --key-file team.key";

pub(super) const KEY_NEW: &str = "\
Examples:
  veriscope key new --out team.key
  veriscope run january.json --key-file team.key

Keep a copy: without its key a lake takes no further documents.";

pub(super) const KEY_SHOW_ID: &str = "\
Examples:
  veriscope key show-id
  veriscope key show-id --key-file team.key";

pub(super) const METRICS: &str = "\
Examples:
  veriscope metrics list
  veriscope metrics show acceptance
  veriscope metrics get acceptance --by convenio";

pub(super) const ANSWER_BOTTLENECKS: &str = "\
Examples:
  veriscope answer bottlenecks
  veriscope answer bottlenecks --where 'hour between 8 and 18' --from 2025-01-15
  veriscope answer bottlenecks --explain --lang es
  veriscope answer bottlenecks --table what_if --csv

A condition compares columns of the view attempts to values, as in `metrics get`; `veriscope sql
--describe attempts` lists them.";

pub(super) const ANSWER_ACCEPTANCE: &str = "\
Examples:
  veriscope answer acceptance
  veriscope answer acceptance --by convenio,device --from 2025-01-15
  veriscope answer acceptance --table reasons --csv
  veriscope answer acceptance --by policy_id --where 'convenio is not null' --lang es";

pub(super) const ANSWER_RETRIES: &str = "\
Examples:
  veriscope answer retries
  veriscope answer retries --where 'hour between 8 and 18' --from 2025-01-15
  veriscope answer retries --explain --lang es
  veriscope answer retries --table to_fix --csv

A condition compares columns of the view processes to values and selects processes, with all of
their attempts; `veriscope sql --describe processes` lists them. A process is of the day of its
last attempt.";

pub(super) const ANSWER_WHY: &str = "\
Examples:
  veriscope answer why --where 'summary_code = 1402'
  veriscope answer why --where 'total_time_ms > 3000' --from 2025-01-15
  veriscope answer why --where \"convenio = 'convenio_1'\" --against \"convenio = 'convenio_2'\"
  veriscope answer why --where \"day = '2025-01-20'\" --explain --lang es
  veriscope answer why --where \"outcome = 'rejected'\" --table weak --csv

Conditions compare columns of the view attempts to values, as in `metrics get`; `veriscope sql
--describe attempts` lists them.";

pub(super) const ANSWER: &str = "\
Examples:
  veriscope answer bottlenecks
  veriscope answer acceptance --by convenio
  veriscope answer why --where 'summary_code = 1402'
  veriscope answer bottlenecks --lang es --md > bottlenecks.md";

pub(super) const METRICS_LIST: &str = "\
Examples:
  veriscope metrics list
  veriscope metrics list acceptance --lang es
  veriscope metrics list --json";

pub(super) const METRICS_SHOW: &str = "\
Examples:
  veriscope metrics show acceptance
  veriscope metrics show run_time_p95 --lang es";

pub(super) const METRICS_GET: &str = "\
Examples:
  veriscope metrics get acceptance --by convenio
  veriscope metrics get acceptance_first acceptance_last --by week --from 2025-01-01
  veriscope metrics get run_time_p50 run_time_p95 --by microservice,picture --csv
  veriscope metrics get retries --where is_last --by summary_code --lang es

A condition compares columns to values: kind = 'retry' and hour between 8 and 18. Columns are
those of the metric's view. Rules under `exclude:` in the configuration leave out clients, users,
persons or releases; every answer says how much.";

pub(super) const PROFILE: &str = "\
Examples:
  veriscope profile all
  veriscope profile transform --from 2025-01-01 --to 2025-01-31 --out january
  veriscope profile transform --compare month=2025-01,2025-02
  veriscope profile visits.csv --compare visits-before.csv
  veriscope profile no-retries --json

Each report is one HTML file that opens from disk and can be mailed: identities, tokens and rare
values are left out or shortened unless --full asks for them. The data behind it, with --json,
follow docs/profile.schema.json.";

pub(super) const SERVE: &str = "\
Examples:
  veriscope serve
  veriscope serve --lake veriscope-demo/lake
  veriscope serve --addr 127.0.0.1:0

Open the address that it prints. It shows the newest snapshot, and each new one as soon as a run
has published it. Only this machine can reach it: there is no sign-in yet. The HTTP API is
described at /api/v1/openapi.json; for monitoring there are /health/ready and /metrics.";

pub(super) const CARD: &str = "\
Examples:
  veriscope card show
  veriscope card check my-api.yaml";

pub(super) const CARD_SHOW: &str = "\
Examples:
  veriscope card show
  veriscope card show --json
  veriscope card show --markdown codes
  veriscope card show --card my-api.yaml";

pub(super) const CARD_CHECK: &str = "\
Examples:
  veriscope card check my-api.yaml
  veriscope card check my-api.yaml --json";

pub(super) const DEMO: &str = "\
Examples:
  veriscope demo
  veriscope demo --serve
  veriscope demo --dir /tmp/demo
  veriscope metrics get acceptance_last --by convenio --lake veriscope-demo/lake

Persons, processes and pictures are invented; shares and times follow a published month of a
real facial validation API. Again in the same folder, it finds everything unchanged. Lake and
key lie in the folder: delete it, and nothing is left.";

pub(super) const SIMULATE: &str = "\
Examples:
  veriscope simulate --transactions 1000 --out logs.ndjson.gz
  veriscope simulate --transactions 1000000 --no-landmarks --out - | veriscope run -
  veriscope simulate --seed 7 --pipeline serial --truth truth.json --out serial.ndjson
  veriscope simulate --scenario slow-release.yaml --from 2025-03-01 --days 14 --out march.zst";

pub(super) const COMPLETIONS: &str = "\
Examples:
  veriscope completions bash > /etc/bash_completion.d/veriscope
  veriscope completions fish > ~/.config/fish/completions/veriscope.fish";
