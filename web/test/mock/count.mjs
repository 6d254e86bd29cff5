// Counting over the rows of the mock: filters, numbers with intervals, metrics by dimensions.

export const ORDERED = new Set([
  'day',
  'week',
  'hour',
  'minute',
  'weekday',
  'year',
  'month',
  'attempt',
  'summary_code',
  'total_time_ms',
]);

const METRICS = {
  transactions: { unit: 'count' },
  acceptance: { unit: 'share', hit: row => row.outcome === 'accepted' },
  acceptance_first: { unit: 'share', base: row => row.attempt === 1, hit: row => row.outcome === 'accepted' },
  acceptance_last: { unit: 'share', base: row => row.is_last, hit: row => row.outcome === 'accepted' },
  acceptance_decided: {
    unit: 'share',
    base: row => row.outcome !== 'technical',
    hit: row => row.outcome === 'accepted',
  },
  technical_error_rate: { unit: 'share', hit: row => row.outcome === 'technical' },
};

/** Filters of a query: every parameter that names a column, but those left out. */
export function filtersOf(params, prefix = '') {
  const filters = new Map();
  for (const [key, value] of params) {
    if (!key.startsWith(prefix)) continue;
    const column = key.slice(prefix.length);
    if (['compare', 'sort', 'order', 'limit', 'after', 'search', 'faster', 'by'].includes(column)) continue;
    if (prefix === '' && column.includes('.')) continue;
    filters.set(column, [...(filters.get(column) ?? []), value]);
  }
  return filters;
}

export function select(rows, filters, but) {
  const tests = [...filters]
    .filter(([column]) => column !== but)
    .map(([column, texts]) => test(column, texts));
  return tests.length === 0 ? rows : rows.filter(row => tests.every(passes => passes(row)));
}

function test(column, texts) {
  if (texts.length === 1 && texts[0] === '..') return row => row[column] !== null;
  const range =
    ORDERED.has(column) && texts.length === 1 && texts[0].includes('..') ? texts[0].split('..') : null;
  if (!range) return row => texts.includes(row[column] === null ? '' : String(row[column]));
  const number = column !== 'day' && column !== 'week';
  const [low, high] = range.map(end => (end === '' ? null : number ? Number(end) : end));
  return row => (low === null || row[column] >= low) && (high === null || row[column] <= high);
}

export function num(metric, rows) {
  const { unit, base, hit } = METRICS[metric];
  const based = base ? rows.filter(base) : rows;
  const persons = new Set(based.map(row => row.documento)).size;
  const n = based.length;
  if (unit === 'count')
    return { value: n, low: null, high: null, n, persons, too_few: false, approximate: false };
  if (n < 30 || persons < 10)
    return { value: null, low: null, high: null, n, persons, too_few: true, approximate: false };
  return { ...wilson(based.filter(hit).length, n), n, persons, too_few: false, approximate: false };
}

export function wilson(hits, n) {
  const z = 1.96;
  const p = hits / n;
  const mid = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: p, low: Math.max(0, mid - half), high: Math.min(1, mid + half) };
}

export function group(rows, by) {
  const groups = new Map();
  for (const row of rows) {
    const dimensions = by.map(column => row[column] ?? null);
    const key = JSON.stringify(dimensions);
    const found = groups.get(key) ?? { dimensions, rows: [] };
    found.rows.push(row);
    groups.set(key, found);
  }
  return [...groups.values()];
}

/** A metric by dimensions, without the filter on its axis; the last dimension's small groups put together. */
export function table(metric, all, filters, by, largest = 10) {
  let rows = select(all, filters, by[0]);
  const last = by.at(-1);
  let others = 0;
  if (by.length > 1) {
    const sizes = group(rows, [last]).sort((a, b) => b.rows.length - a.rows.length);
    const kept = new Set(sizes.slice(0, largest).map(g => g.dimensions[0]));
    others = Math.max(0, sizes.length - largest);
    if (others > 0) rows = rows.map(row => (kept.has(row[last]) ? row : { ...row, [last]: null }));
  }
  const out = group(rows, by).map(g => ({ dimensions: g.dimensions, ...num(metric, g.rows) }));
  out.sort((a, b) => (JSON.stringify(a.dimensions) < JSON.stringify(b.dimensions) ? -1 : 1));
  return { metric, unit: METRICS[metric].unit, by, rows: out, total: num(metric, rows), others };
}

export function quantile(sorted, q) {
  if (sorted.length === 0) return null;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
