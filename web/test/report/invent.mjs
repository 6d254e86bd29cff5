// Invented reports of many kinds, for work on the page and for its journeys without the binary.
// `node test/report/invent.mjs FOLDER` writes an HTML file of each.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { column, exact, sampled } from './columns.mjs';
import { random } from './random.mjs';

const TEMPLATE = fileURLToPath(new URL('../../dist-report/report.html', import.meta.url));
/** The binary compresses longer data too. */
const MOST_PLAIN = 1_000_000;
const CODES = [
  [0, '0000', 'Validation accepted', 'accepted', 9741],
  [1402, '1402', 'Face of the far picture not found', 'rejected', 1834],
  [301, '0301', 'Quality of the near picture too low', 'rejected', 1490],
  [1105, '1105', 'Looks like a picture of a screen', 'rejected', 902],
  [1401, '1401', 'Anti-spoofing did not answer', 'technical', 451],
  [101, '0101', 'Picture could not be read', 'technical', 236],
];
const SERVICES = ['face_detector', 'liqe', 'topiq', 'ibeta2_full', 'geometry_check'];
const PERIODS = ['2025-01-06', '2025-01-13', '2025-01-20', '2025-01-27', '2025-02-03'];
export const KINDS = ['month', 'wide', 'foreign', 'compare', 'one', 'none', 'null', 'odd'];

/** Kinds of columns of a month of transactions: name, kind, what the card says. */
function monthColumns() {
  const columns = [
    ['api_hash', 'category', { role: 'release', measures: 'category', group: 'transaction' }],
    [
      'file_token',
      'identifier',
      { role: 'transaction', measures: 'id', group: 'transaction', identifying: true },
    ],
    ['summary_code', 'category', { role: 'code', measures: 'code', group: 'transaction' }],
    ['summary_status', 'category', { role: 'status', measures: 'category', group: 'transaction' }],
    ['date', 'datetime', { role: 'date', measures: 'instant', group: 'transaction' }],
    ['total_time_ms', 'number', { role: 'total_time', unit: 'ms', measures: 'time', group: 'transaction' }],
    ['documento', 'identifier', { role: 'person', measures: 'id', group: 'transaction', identifying: true }],
    ['service', 'constant', { measures: 'category', group: 'transaction' }],
    ['same_aspect_ratio', 'boolean', { measures: 'flag', group: 'transaction' }],
    ['summary_desc', 'text', { measures: 'text', group: 'transaction' }],
    ['retired_field', 'empty', { measures: 'text', group: 'transaction' }],
  ];
  for (const service of SERVICES) {
    for (const image of ['near', 'far']) {
      const of = { microservice: service, image, group: service };
      columns.push([`time_ms_${service}_${image}_img`, 'number', { ...of, unit: 'ms', measures: 'time' }]);
      const kind = service.startsWith('ibeta') ? 'probability' : 'score';
      columns.push([
        `${kind === 'score' ? 'score' : 'prob'}_${service}_${image}_img`,
        'number',
        { ...of, measures: kind },
      ]);
    }
  }
  return columns;
}

function columnsOf(kind) {
  if (kind === 'month' || kind === 'compare' || kind === 'none' || kind === 'one') return monthColumns();
  if (kind === 'null') return Array.from({ length: 12 }, (_, index) => [`column_${index + 1}`, 'empty', {}]);
  if (kind === 'wide') {
    return Array.from({ length: 500 }, (_, index) => [
      `measurement_${String(index + 1).padStart(3, '0')}`,
      index % 9 === 8 ? 'category' : 'number',
      {},
    ]);
  }
  if (kind === 'odd') {
    return [
      ['<img src=x onerror="window.hacked=1">', 'number', {}],
      [`"quotes" & 'apostrophes' </script><script>window.hacked=1</script>`, 'category', { odd: true }],
      ['', 'number', {}],
      ['repeated', 'number', {}],
      ['repeated', 'category', {}],
      ['👩‍👩‍👧 ünïcödé ñandú עברית', 'text', { odd: true }],
      [`a_very_long_name_${'x'.repeat(300)}`, 'number', {}],
      ['=1+1', 'category', {}],
    ];
  }
  return [
    ['age', 'number', {}],
    ['income', 'number', {}],
    ['city', 'category', {}],
    ['married', 'boolean', {}],
    ['joined', 'datetime', {}],
    ['email', 'identifier', { identifying: true }],
    ['notes', 'text', {}],
  ];
}

/** A report of a kind: `month`, `wide`, `foreign`, `compare`, `one`, `none`, `null` or `odd`. */
export function invent(kind) {
  const next = random(kind.length * 7919 + kind.charCodeAt(0));
  const rows = { none: 0, one: 1, null: 120, odd: 400, wide: 20_000, foreign: 5_000 }[kind] ?? 14_654;
  const card = ['month', 'compare', 'none', 'one'].includes(kind);
  const codes = card && rows > 1 ? CODES : [];
  const ctx = { rows, codes, next, periods: card && rows > 1 ? PERIODS : null, card };
  const entries = columnsOf(kind);
  const columns = entries.map(([name, type, of]) => column(name, type, of, ctx));
  twins(entries, columns);
  const numbers = columns.flatMap((one, index) => (one.number ? [index] : []));
  const misses = columns.flatMap((one, index) =>
    one.counts.structural + one.counts.gaps > 0 ? [index] : [],
  );
  const compared = columns.flatMap((one, index) =>
    ['number', 'category', 'boolean'].includes(one.kind) ? [index] : [],
  );
  return {
    version: 1,
    provenance: {
      table: card ? 'etl_staging_table_final_workshop' : kind,
      ...(card
        ? {
            shape: 'staging',
            card: 'veriface',
            card_title: 'Validation of identity from a near and a far selfie',
            snapshot: 7,
            run: '01J2',
          }
        : {}),
      made_at: '2025-02-10T09:30:00Z',
      program: 'veriscope 0.1.0',
    },
    safe: true,
    smallest_cell: 5,
    overview: overviewOf(columns, rows, card),
    alerts: alertsOf(columns, entries),
    groups: groupsOf(entries, columns),
    columns,
    codes: codes.map(([number, code, description, outcome, n]) => ({
      number,
      code,
      description,
      outcome,
      rows: n,
    })),
    ...(numbers.length > 1 && rows > 1 ? { points: pointsOf(columns, numbers, card, rows, next) } : {}),
    ...(compared.length > 1 && rows > 1
      ? { correlations: correlationsOf(columns, compared, rows, next) }
      : {}),
    missing: missingOf(columns, misses, rows, next),
    duplicates:
      kind === 'foreign'
        ? {
            rows: 37,
            groups: 12,
            most: [
              { count: 5, cells: rowOf(columns, next) },
              { count: 4, cells: rowOf(columns, next) },
            ],
            basis: exact(rows),
          }
        : { rows: 0, groups: 0, most: [], basis: exact(rows) },
    sample: sampleOf(columns, rows, next),
    ...(codes.length > 0 ? { outcomes: { accepted: 9741, rejected: 4226, technical: 687 } } : {}),
    ...(ctx.periods ? { drift: driftOf(columns, rows) } : {}),
    ...(kind === 'compare' ? { comparison: comparisonOf(columns, next) } : {}),
  };
}

function twins(entries, columns) {
  for (const [index, [name, , of]] of entries.entries()) {
    if (!of.image) continue;
    const other = name.replace('near', '*').replace('far', 'near').replace('*', 'far');
    columns[index].twins = [entries.findIndex(([one]) => one === other)];
  }
}

function overviewOf(columns, rows, card) {
  const kinds = new Map();
  for (const { kind } of columns) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    rows,
    columns: columns.length,
    cells: rows * columns.length,
    missing_cells: columns.reduce((sum, one) => sum + one.counts.missing + one.counts.sentinel, 0),
    memory_bytes: columns.reduce((sum, one) => sum + one.memory_bytes, 0),
    kinds: [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => ({ kind, columns: count })),
    ...(card && rows > 1
      ? { first_day: '2025-01-08', last_day: '2025-02-07', time_column: 4, code_column: 2 }
      : {}),
  };
}

function alertsOf(columns, entries) {
  const alerts = columns.flatMap((one, column) => {
    const found = [];
    const add = (code, severity, more = {}) => found.push({ code, severity, column, ...more });
    const { counts } = one;
    if (one.kind === 'empty') add('empty', 'warning', { count: counts.rows });
    if (one.kind === 'constant') add('constant', 'notice', { count: counts.rows });
    if (one.kind === 'identifier') add('identifying', 'info');
    if (counts.gaps > 0 && one.kind !== 'empty')
      add('missing', 'notice', { value: counts.gaps / counts.rows });
    if (counts.structural > 0) add('structural_missing', 'info', { value: counts.structural / counts.rows });
    if ((one.number?.skewness ?? 0) > 2) add('skewed', 'notice', { value: one.number.skewness });
    if (one.drift?.verdict === 'strong') add('non_stationary', 'warning', { value: one.drift.greatest });
    const twin = one.twins?.[0];
    if (entries[column][2].image === 'near' && twin !== undefined) {
      add('high_correlation', 'warning', { others: [twin], value: 0.93 });
    }
    return found;
  });
  const order = { warning: 0, notice: 1, info: 2 };
  return alerts.sort((a, b) => order[a.severity] - order[b.severity]);
}

function groupsOf(entries, columns) {
  const groups = new Map();
  for (const [index, [, , of]] of entries.entries()) {
    const key = of.group ?? columns[index].kind;
    const group = groups.get(key) ?? {
      by: of.group === 'transaction' ? 'transaction' : of.group ? 'microservice' : 'kind',
      ...(key === 'transaction' ? {} : { name: key }),
      ...(of.group && of.group !== 'transaction' ? { title: key.replaceAll('_', ' ') } : {}),
      rows: [],
    };
    const twin = columns[index].twins?.[0];
    if (of.image !== 'far') group.rows.push(twin === undefined ? [index] : [index, twin]);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const base64 = bytes => Buffer.from(bytes).toString('base64');

function pointsOf(columns, numbers, card, rows, next) {
  const drawn = Math.min(2000, rows);
  const hidden = Array.from({ length: drawn }, () => next());
  const outcome = hidden.map(one => (one > 0.35 ? 0 : one > 0.05 ? 1 : 2));
  return {
    rows: drawn,
    columns: numbers.slice(0, 60).map((index, place) => ({
      column: index,
      low: columns[index].number.quantiles[0].value,
      high: columns[index].number.quantiles.at(-1).value,
      values: base64(
        hidden.map(one => {
          if (next() < 0.03) return 255;
          const mixed = place % 3 === 0 ? one : place % 3 === 1 ? (one + next()) / 2 : next();
          return Math.round(Math.min(Math.max(mixed, 0), 1) * 254);
        }),
      ),
    })),
    ...(card ? { outcome: base64(outcome) } : {}),
    basis: sampled(drawn, rows),
  };
}

const MEASURES = ['auto', 'pearson', 'spearman', 'kendall', 'cramers_v', 'phi_k'];
const UNSIGNED = new Set(['cramers_v', 'phi_k']);

function correlationsOf(columns, compared, rows, next) {
  const shown = compared.slice(0, 100);
  const numbers = shown.filter(index => columns[index].number);
  const coefficient = (a, b, measure) => {
    const near = columns[a].twins?.includes(b) ? 0.9 : 0.6 / (1 + Math.abs(a - b));
    const value = near + (next() - 0.5) * 0.3;
    const signed = UNSIGNED.has(measure) ? Math.abs(value) : (a + b) % 5 === 0 ? -value : value;
    return Math.round(Math.max(-1, Math.min(1, signed)) * 1000) / 1000;
  };
  const matrices = MEASURES.map(measure => {
    const of = ['pearson', 'spearman', 'kendall'].includes(measure) ? numbers : shown;
    const values = of.flatMap((a, row) => of.slice(row + 1).map(b => coefficient(a, b, measure)));
    return { measure, columns: of, values, of: compared.length };
  }).filter(matrix => matrix.columns.length > 1);
  const pairs = shown
    .flatMap((a, row) => shown.slice(row + 1).map(b => ({ a, b })))
    .map(({ a, b }) => {
      const both = columns[a].number && columns[b].number;
      const values = Object.fromEntries(
        MEASURES.filter(one => both || !['pearson', 'spearman', 'kendall'].includes(one)).map(one => [
          one,
          coefficient(a, b, one),
        ]),
      );
      return { a, b, twins: columns[a].twins?.includes(b) ?? false, rows, ...values };
    })
    .sort((one, other) => Math.abs(other.auto) - Math.abs(one.auto))
    .slice(0, 200);
  return {
    matrices,
    pairs,
    basis: sampled(Math.min(rows, 20_000), rows),
    kendall_basis: sampled(Math.min(rows, 5000), rows),
  };
}

function missingOf(columns, misses, rows, next) {
  const blocks = Math.min(100, rows);
  const few = misses.filter(index => columns[index].kind !== 'empty').slice(0, 100);
  const matrix = {
    block_rows: Math.max(1, Math.ceil(rows / Math.max(blocks, 1))),
    blocks,
    columns: misses.map(index => {
      const share = (columns[index].counts.structural + columns[index].counts.gaps) / rows;
      const bytes = Array.from({ length: blocks }, () =>
        Math.round(255 * Math.min(1, Math.max(0, share === 1 ? 1 : share + (next() - 0.5) * 0.2))),
      );
      return { column: index, shares: base64(bytes) };
    }),
  };
  if (few.length < 2) return { matrix };
  const values = few.flatMap((_, row) =>
    few.slice(row + 1).map(() => Math.round((next() * 1.3 - 0.3) * 100) / 100),
  );
  const merges = few.slice(1).map((_, index) => ({
    a: index === 0 ? 0 : few.length + index - 1,
    b: index + 1,
    height: 0.05 + index * 0.02,
  }));
  return {
    matrix,
    nullity: { columns: few, values, basis: exact(rows) },
    dendrogram: { columns: few, merges, basis: exact(rows) },
  };
}

function rowOf(columns, next) {
  return columns.map(one => {
    if (one.counts.present === 0 || next() < 0.08) return null;
    if (one.identifying) return `${one.name.slice(0, 6)}…`;
    if (one.number)
      return Math.round((one.number.quantiles[4].value + next() * one.number.iqr) * 1000) / 1000;
    if (one.datetime) return '2025-01-08T13:32:05Z';
    const values = one.common?.values ?? [];
    return values[Math.floor(next() * values.length)]?.value ?? null;
  });
}

function sampleOf(columns, rows, next) {
  const some = count => Array.from({ length: Math.min(count, rows) }, () => rowOf(columns, next));
  return { first: some(10), last: some(10), drawn: some(10) };
}

function driftOf(columns, rows) {
  const ranked = columns
    .flatMap((one, index) => (one.drift ? [{ index, greatest: one.drift.greatest }] : []))
    .sort((a, b) => b.greatest - a.greatest)
    .map(one => one.index);
  return {
    unit: 'week',
    periods: PERIODS.map((start, index) => ({ start, rows: Math.round(rows / 5) + index * 20 })),
    ranked,
    basis: exact(rows),
  };
}

function comparisonOf(columns, next) {
  const names = ['2025-01', '2025-02', '2025-03'];
  const parts = names.map((name, index) => ({
    name,
    rows: 9000 - index * 1500,
    columns: columns.length,
    missing_share: 0.12 + index * 0.03,
    duplicates: 0,
    accepted_share: 0.66 - index * 0.04,
  }));
  const compared = columns.map((one, index) => {
    const numeric = Boolean(one.number);
    const bins = 30;
    const counts = part =>
      Array.from({ length: numeric ? bins : (one.common?.values.length ?? 0) + 1 }, (_, at) =>
        Math.round(200 * Math.exp(-(((at - 8 - part * (index % 4)) / 6) ** 2)) + 10 * next()),
      );
    const figures = part => ({
      kind: one.kind,
      arrow_type: one.arrow_type,
      n: 8000 - part * 500,
      missing_share: 0.1 + part * 0.01,
      distinct: one.distinct.values,
      ...(numeric
        ? {
            mean: one.number.mean * (1 + part * 0.1),
            sd: one.number.sd,
            quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(at => ({
              at,
              value: one.number.quantiles.find(q => q.at === at).value,
            })),
          }
        : {}),
      counts: numeric || one.kind === 'category' ? counts(part) : [],
      basis: exact(8000),
    });
    const greatest = one.counts.present === 0 ? 0 : Math.round((0.4 / (1 + (index % 7))) * 1000) / 1000;
    const distance = { psi: greatest, ...(numeric ? { ks: greatest / 2 } : {}), js: greatest / 8 };
    return {
      name: one.name,
      column: index,
      compared: numeric ? 'numbers' : one.kind === 'category' ? 'categories' : 'counts',
      parts: index === 3 ? [figures(0), null, figures(2)] : [figures(0), figures(1), figures(2)],
      ...(numeric ? { low: one.number.histogram.low, high: one.number.histogram.high } : {}),
      values: numeric ? [] : [...(one.common?.values ?? []).map(({ value }) => ({ value })), {}],
      distances: [{ ...distance, psi: greatest * 0.6 }, one.kind === 'identifier' ? null : distance],
      greatest,
      verdict: greatest >= 0.25 ? 'strong' : greatest >= 0.1 ? 'moderate' : 'stable',
    };
  });
  return { parts, columns: compared.sort((a, b) => b.greatest - a.greatest) };
}

/** The page of a report: its data in the place that the template has for it. */
export function pageOf(template, report) {
  const plain = JSON.stringify(report);
  const data =
    plain.length > MOST_PLAIN ? `"${gzipSync(plain).toString('base64')}"` : plain.replaceAll('<', '\\u003c');
  return template.replace('/*REPORT*/', () => data);
}

/** Writes a page of each kind; gives their paths. */
export async function writePages(folder, kinds = KINDS) {
  await mkdir(folder, { recursive: true });
  const template = await readFile(TEMPLATE, 'utf8');
  const paths = {};
  for (const kind of kinds) {
    paths[kind] = `${folder}/${kind}.html`;
    await writeFile(paths[kind], pageOf(template, invent(kind)));
  }
  return paths;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await writePages(process.argv[2] ?? 'test-output/reports'));
}
