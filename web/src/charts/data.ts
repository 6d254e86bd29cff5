// What charts and tables are made of: numbers with what they rest on, rows, marks.

export type Cell = null | boolean | number | string;
export type Unit = string;

/** A number with its 95 % interval and the rows it rests on. */
export type Num = {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  persons: number | null;
  too_few: boolean;
  approximate: boolean;
};
export type NumRow = Num & { dimensions: Cell[] };
/** One metric by dimensions; `by[0]` is the axis. */
export type MetricTable = {
  metric: string;
  unit: Unit;
  by: string[];
  rows: NumRow[];
  total: Num;
  /** How many groups the last dimension's null row puts together. */
  others: number;
};

/** What a click on a mark filters by. */
export type Mark = { column: string; value: Cell };

/** The same in the period before: its value, and how far this one is from it, said and as numbers. */
export type Then = { value: number | null; text: string; by: number | null; change: string | null };

/** What is said on hover over a mark. */
export type Tip = { title: string; lines: [string, string][]; note?: string };

/** The numbers behind a chart: as text to read, raw to export. */
export type Table = {
  columns: { title: string; numeric: boolean }[];
  rows: TableRow[];
};
export type TableRow = { cells: string[]; raw: Cell[]; marks: Mark[] };

export function tableOf(columns: [string, boolean][]): Table {
  return { columns: columns.map(([title, numeric]) => ({ title, numeric })), rows: [] };
}

/** A datum that ECharts hands back on hover and click. */
export type Datum = { marks?: Mark[]; tip?: Tip };

/** Reads a datum of ours out of what ECharts hands back. */
export function datumOf(params: unknown): Datum | null {
  if (typeof params !== 'object' || params === null || !('data' in params)) return null;
  const data = params.data;
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Datum) : null;
}
