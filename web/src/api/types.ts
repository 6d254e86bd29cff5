// The shapes of the HTTP API, by hand until they are generated from its OpenAPI document.
import type { Cell, MetricTable, Num } from '../charts/data.ts';

export type { Cell, MetricTable, Num, NumRow, Unit } from '../charts/data.ts';

export type Text = { en: string; es: string };

export type Meta = {
  version: string;
  card: { name: string; title: string };
  snapshot: SnapshotInfo;
  dimensions: Dimension[];
  metrics: Metric[];
  codes: Code[];
  microservices: { name: string; title: string; images: string[] }[];
  images: string[];
  roles: Roles;
  columns: { size_class: string[]; orientation: string[] };
  exclusions: Exclusion[];
};
export type Metric = {
  id: string;
  title: Text;
  definition: Text;
  unit: string;
  expression: string;
  view: string;
};
export type Code = {
  code: number;
  text: string;
  description: string;
  module: string;
  outcome: string;
  reason: Culprit;
};
export type Culprit = 'person' | 'attack' | 'ours' | null;
export type Roles = {
  client: string | null;
  user: string | null;
  person: string | null;
  code: string | null;
  release: string | null;
  total_time: string | null;
};
export type Exclusion = { words: string; reason: string | null; rows: number };
export type SnapshotInfo = {
  version: number;
  published_at: string | null;
  transactions: number;
  processes: number;
  persons: number | null;
  first_day: string | null;
  last_day: string | null;
  state: 'ready' | 'loading' | 'empty';
};
export type Dimension = {
  column: string;
  title: Text;
  kind: 'category' | 'ordered' | 'day';
  distinct: number;
  values: { value: Cell; n: number }[];
};
export type DimensionValues = { column: string; distinct: number; values: { value: Cell; n: number }[] };

export type Basis = {
  transactions: number;
  processes: number;
  persons: number | null;
  first_day: string | null;
  last_day: string | null;
  snapshot: number;
  elapsed_ms: number;
  excluded: Exclusion[];
  outsize: Text[];
};
export type Headline = {
  transactions: Num;
  processes: Num;
  persons: Num;
  acceptance: Num;
  acceptance_first: Num;
  acceptance_last: Num;
  acceptance_ever: Num;
  acceptance_decided: Num;
  technical_error_rate: Num;
};
export type ClientRow = {
  client: Cell;
  transactions: number;
  persons: number | null;
  acceptance: Num;
  acceptance_first: Num;
  acceptance_last: Num;
  acceptance_ever: Num;
  technical_error_rate: Num;
};
export type FunnelStep = {
  step: number;
  microservices: string[];
  reached: number;
  fell: number;
  codes: { code: number | null; n: number }[];
};
export type Reason = {
  code: number | null;
  n: number;
  share: number;
  description: string | null;
  reason: Culprit;
  outcome: 'rejected' | 'technical' | 'accepted';
};
export type ClientsTab = {
  basis: Basis;
  headline: Headline;
  previous: Headline | null;
  previous_period: { from: string; to: string } | null;
  per_day: MetricTable;
  per_day_previous: MetricTable | null;
  acceptance_per_day: MetricTable;
  codes: MetricTable;
  outcomes: MetricTable;
  by_client: ClientRow[];
  clients: number;
  funnel: FunnelStep[];
  hours: MetricTable;
  hours_acceptance: MetricTable;
  reasons: Reason[];
};

export type Ranged = { low: number; high: number };
export type PathRow = {
  microservice: string;
  n: number;
  mean_ms: number | null;
  share_of_total: Ranged | null;
  share_if_serial: number | null;
  on_path: Ranged | null;
  longest: number | null;
  slack_ms: Ranged | null;
};
export type PathRemainder = { serial_mean_ms: number | null; path_mean_ms: Ranged | null };
export type TimeRow = { at: string; n: number; p50: number | null; p95: number | null; p99: number | null };
export type TimesCell = {
  n: number;
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  approximate: boolean;
};
export type WaterfallBar = {
  microservice: string;
  image: string | null;
  start_ms: number;
  queue_ms: number;
  service_ms: number;
  on_path: boolean;
};
export type Standing = 'supported' | 'contradicted' | 'undecided';
export type Verdict = {
  sentence: Text;
  supported: number;
  contradicted: number;
  undecided: number;
  path_longer: number | null;
  steps: { words: Text; verdict: Standing }[];
  rows: number;
};
export type Waterfall = { share: number; file_token: string; total_ms: number; bars: WaterfallBar[] };
export type HourRow = {
  hour: number;
  n: number;
  p50: number | null;
  p95: number | null;
  queue_mean: number | null;
};
export type ServiceQueue = { microservice: string; service: TimesCell | null; queue: TimesCell | null };
export type MicroservicesTab = {
  basis: Basis;
  total: { mean: Num; p50: Num; p95: Num; p99: Num };
  donut: { microservice: string; mean: Num }[];
  code_by_size: MetricTable[];
  code_by_orientation: MetricTable[];
  path: PathRow[];
  remainder: PathRemainder;
  path_sample: number;
  over_time: { grain: 'hour' | 'day' | 'week' | 'month'; rows: TimeRow[] };
  service_queue: ServiceQueue[];
  by_hour: HourRow[];
  waterfall: Waterfall[];
  verdict: Verdict | null;
};
export type WhatIfResult = {
  rows: number;
  of: number;
  before: { mean: number; p50: number; p95: number };
  after: { mean: Ranged; p50: Ranged; p95: Ranged };
  saved_mean: Ranged;
  saved_share: Ranged;
};

export type Share = {
  share: number;
  low: number;
  high: number;
  hits: number;
  trials: number;
  persons: number;
};
export type FlowLink = { from: string; to: string; n: number };
export type CurvePoint = { x: number; share: number; low: number; high: number; at_risk: number };
export type Recovery = { attempt: number; accepted: Share; gone: number; open: number };
export type Abandonment = { code: string | null; n: number; share: number; low: number; high: number };
export type Fix = {
  code: string;
  description: string | null;
  reason: string | null;
  failures: number;
  lost: number;
  lost_for_good: number;
  extra_attempts: number;
  extra_minutes: number;
};
export type RetriesTab = {
  basis: Basis;
  kinds: MetricTable;
  kinds_per_day: MetricTable;
  processes: {
    n: number;
    retried: number;
    accepted: number;
    gone: number;
    open: number;
    first: Share | null;
    ever: Share | null;
  };
  attempts_per_process: { attempts: number; processes: number }[];
  recovery: Recovery[];
  flow: FlowLink[];
  accepted_by_attempt: CurvePoint[];
  accepted_by_minute: CurvePoint[];
  abandonment: Abandonment[];
  fix: Fix[];
  cost: { retries: number; api_ms: number; api_share: number | null; person_minutes: number };
  repeats: { n: number; processes: number; accepted: number };
  horizon_ms: number;
};

export type Run = {
  run: string;
  state: string;
  began_at: string;
  ended_at: string | null;
  command: string | null;
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  quarantined: number;
  reconciles: boolean;
  snapshot: number | null;
};
export type Policy = {
  policy_id: string | null;
  first_day: string;
  last_day: string;
  n: number;
  settings: { name: string; value: Cell }[];
  clients: number;
};
export type DataTab = {
  snapshot: SnapshotInfo;
  now: string;
  runs: Run[];
  quarantine: { reason: string; n: number; last_at: string | null }[];
  quarantined: number;
  policies: Policy[];
  policies_per_week: MetricTable;
  freshness: { last_transaction: string | null; published_at: string | null };
  exclusions: Exclusion[];
  per_day: MetricTable;
};

export type WhySide = { words: string; n: number; persons: number | null };
export type WhyFinding = {
  column: string;
  title: Text;
  kind: 'category' | 'number';
  effect: number;
  effect_name: 'cramers_v' | 'cliffs_delta';
  p_adjusted: number;
  few: boolean;
  sentence: Text;
  categories: { value: Cell; selected: number; against: number; selected_n: number; against_n: number }[];
  bins: { from: number; to: number; selected: number; against: number }[];
  medians: { selected: number; against: number } | null;
};
export type Why = {
  selection: WhySide;
  against: WhySide;
  tested: number;
  found: WhyFinding[];
  weak: WhyFinding[];
  sampled: boolean;
};

export type Transactions = {
  total: number;
  columns: { name: string; title: Text; unit: string | null }[];
  rows: Cell[][];
  next: string | null;
};
export type Transaction = {
  columns: { name: string; title: Text; unit: string | null }[];
  row: Cell[];
  bars: WaterfallBar[];
};
