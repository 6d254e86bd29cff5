// The report's own charts and words as pure functions.
import { expect, test } from 'vitest';
import type { Ctx } from '../../src/charts/draw.ts';
import { DARK, LIGHT } from '../../src/charts/look.ts';
import { Say } from '../../src/format/say.ts';
import { alertFigure, grouped } from '../../src/report/alerts.ts';
import { divisors, edges, nearestBins, regroup } from '../../src/report/charts/bins.ts';
import { forksOf } from '../../src/report/charts/dendrogram.ts';
import { bytesOf, hexagons, MISSING, partOf } from '../../src/report/charts/hexagons.ts';
import { acceptedColour, hexbin } from '../../src/report/charts/hexbin.ts';
import { histogram } from '../../src/report/charts/histogram.ts';
import { outlines } from '../../src/report/charts/outlines.ts';
import { diverging, square } from '../../src/report/charts/square.ts';
import { triangleAt } from '../../src/report/charts/triangle.ts';
import type { Alert, Basis, Column } from '../../src/report/schema.d.ts';
import { formatHash, parseHash } from '../../src/report/state/hash.ts';
import { cut, Tell } from '../../src/report/tell.ts';
import { methodsOf, reportWordsOf } from '../../src/report/words/index.ts';

const say = new Say('en');
const ctx: Ctx = {
  say,
  look: LIGHT,
  title: column => column,
  name: (_, value) => String(value),
  fullName: (_, value) => String(value),
  colour: () => '#123456',
  chosen: () => null,
};
const named = (...names: string[]) => names.map(name => ({ name, kind: 'category' }) as Column);
const tell = new Tell(named('score_liqe_near_img', ' ', 'code'), say, reportWordsOf('en'));
const basis: Basis = { exactness: 'approximate', rule: 'sample', rows: 20_000 };

test('fine bins are put together without cutting one, and none of their rows is lost', () => {
  const fine = { low: 0, high: 12, counts: Array.from({ length: 240 }, (_, at) => at % 7) };
  const all = fine.counts.reduce((a, b) => a + b, 0);
  for (const count of divisors(240)) {
    const bins = regroup(fine, count);
    expect(bins.counts).toHaveLength(count);
    expect(bins.counts.reduce((a, b) => a + b, 0)).toBe(all);
  }
  expect(nearestBins(240, 42)).toBe(40);
  expect(nearestBins(240, 1_000_000)).toBe(240);
  expect(nearestBins(240, 0)).toBe(1);
  expect(edges(regroup(fine, 12), 11)).toEqual([11, 12]);
});

test('a histogram says only bins that have rows in its table, with their share', () => {
  const drawn = histogram({ low: 0, high: 4, counts: [3, 0, 1, 0] }, ctx, {
    valueTitle: 'Value',
    rowsTitle: 'Rows',
    shareTitle: 'Share',
    axis: String,
    value: String,
  });
  expect(drawn.table.rows.map(row => row.cells)).toEqual([
    ['0 – 1', '3', '75.0%'],
    ['2 – 3', '1', '25.0%'],
  ]);
});

test('an outline is of shares of its own rows, and ends where the last bin ends', () => {
  const drawn = outlines(
    [
      { name: 'accepted', colour: '#000000', counts: [1, 3] },
      { name: 'rejected', colour: '#000000', counts: [0, 0] },
    ],
    ctx,
    { low: 10, high: 20, valueTitle: 'Value', axis: String, value: String },
  );
  const series = drawn.option.series as { data: { value: number[] }[] }[];
  expect(series[0]?.data.map(point => point.value)).toEqual([
    [10, 0.25],
    [15, 0.75],
    [20, 0.75],
  ]);
  expect(series[1]?.data.every(point => point.value[1] === 0)).toBe(true);
});

test('every point inside is in one hexagon, missing values in none', () => {
  expect([...bytesOf('AP7/')]).toEqual([0, 254, MISSING]);
  expect([0, 254, MISSING, undefined].map(partOf)).toEqual([0, 1, null, null]);
  const points = Array.from({ length: 500 }, (_, at) => ({
    x: (at * 0.618) % 1,
    y: (at * 0.381) % 1,
    outcome: at % 3,
  }));
  const found = hexagons([...points, { x: 1.2, y: 0.5, outcome: 0 }], 20, 2);
  expect(found.reduce((sum, one) => sum + one.n, 0)).toBe(500);
  expect(found.reduce((sum, one) => sum + one.decided, 0)).toBe(points.filter(one => one.outcome < 2).length);
});

test('hexagons by outcome leave out those where nothing was decided', () => {
  const axis = { title: 'x', low: 0, high: 10, say: String };
  const titles = { rowsTitle: 'Rows', acceptedTitle: 'Accepted', rejectedTitle: 'Rejected' };
  const points = [
    { x: 0.1, y: 0.1, outcome: 0 },
    { x: 0.9, y: 0.9, outcome: 255 },
  ];
  const size = { width: 400, height: 400 };
  const drawn = (by: 'rows' | 'outcome') =>
    hexbin(points, ctx, { x: axis, y: axis, by, ...titles, ...size }).table.rows;
  expect(drawn('outcome').map(row => row.cells.at(-1))).toEqual(['100%']);
  expect(drawn('rows')).toHaveLength(2);
  expect(acceptedColour(ctx, 1)).toBe(LIGHT.accepted);
  expect(acceptedColour(ctx, 0)).toBe(LIGHT.rejected);
});

test('a triangle is read the same from both sides', () => {
  const values = [0.1, 0.2, 0.3, 0.4, null, 0.6];
  expect(triangleAt(values, 4, 0, 1)).toBe(0.1);
  expect(triangleAt(values, 4, 3, 0)).toBe(0.3);
  expect(triangleAt(values, 4, 1, 2)).toBe(0.4);
  expect(triangleAt(values, 4, 1, 3)).toBeNull();
  expect(triangleAt(values, 4, 3, 2)).toBe(0.6);
  expect(triangleAt(values, 4, 2, 2)).toBeNull();
});

test('a square has each pair once in its table, strongest first, whatever its sign', () => {
  const drawn = square(ctx, {
    names: ['a', 'b', 'c'],
    short: ['a', 'b', 'c'],
    at: (row, column) => triangleAt([0.2, -0.9, null], 3, row, column),
    columnTitle: '',
    otherTitle: '',
    valueTitle: '',
    pairNote: '',
    value: String,
    width: 500,
  });
  expect(drawn.table.rows.map(row => row.raw)).toEqual([
    ['c', 'a', -0.9],
    ['b', 'a', 0.2],
  ]);
  expect(diverging(ctx, 0)).toBe(diverging(ctx, -0));
  expect(diverging({ ...ctx, look: DARK }, 1)).toBe(DARK.heat[1]);
});

test('joins of a tree stand between what they join', () => {
  const forks = forksOf(3, [
    { left: 1, right: 2, distance: 0.1 },
    { left: 0, right: 3, distance: 0.5 },
  ]);
  expect(forks[0]).toEqual({ distance: 0.1, low: 1, high: 2, lowFrom: 0, highFrom: 0 });
  expect(forks[1]).toEqual({ distance: 0.5, low: 0, high: 1.5, lowFrom: 0, highFrom: 0.1 });
});

test('addresses lead to columns of any name, and to repeated ones', () => {
  const names = ['a b&c#d', '', 'twice', 'twice', '100%'];
  for (const column of names.keys()) {
    const place = { section: 'columns', column } as const;
    expect(parseHash(formatHash(place, names), names)).toEqual(place);
  }
  expect(parseHash('#column=gone', names)).toEqual({ section: 'columns', column: null });
  expect(parseHash('#column=%E0%A4%A', names).column).toBeNull();
  expect(parseHash('#missing', names)).toEqual({ section: 'missing', column: null });
  expect(parseHash('#nowhere', names).section).toBe('overview');
});

test('figures say how far they can be trusted, and shares that are not all or none say so', () => {
  expect(tell.figure(1234.5678)).toBe('1,235');
  expect(tell.figure(0.5, null, basis)).toBe('≈ 0.5');
  expect(tell.figure(12_345, 'ms')).toBe('12.3 s');
  expect(tell.figure(null)).toBe('–');
  expect(tell.figure(Number.NaN)).toBe('–');
  expect(tell.figure(1.5e20)).toBe('1.5·10²⁰');
  expect(tell.figure(-2e-7)).toBe('-2·10⁻⁷');
  expect(tell.share(1, 1_000_000)).toBe('< 0.1%');
  expect(tell.share(999_999, 1_000_000)).toBe('> 99.9%');
  expect(tell.share(0, 0)).toBe('–');
  expect(tell.unlessExact(basis)).toContain('20,000');
  expect(tell.unlessExact({ exactness: 'exact', rule: 'all_rows', rows: 5 })).toBeUndefined();
});

test('names of columns keep their ends, cells are told as what they are', () => {
  expect(tell.short(0, 12)).toBe('score_…r_img');
  expect(tell.name(1)).toBe('(no name)');
  expect(cut('👩‍👩‍👧👩‍👩‍👧', 3)).toHaveLength(4);
  expect(tell.value(1402, tell.columns[2])).toBe('1402');
  expect(tell.cell(1402)).toBe('1,402');
  expect(tell.cell({ shape: 'documento_A26' })).toBe('documento_A26');
  expect(tell.cell('')).toBe('""');
  expect(tell.cell(null)).toBe('–');
});

test('alerts are put together by what they are, gravest first', () => {
  const alerts: Alert[] = [
    { code: 'skewed', severity: 'notice', column: 0, value: 3.2 },
    { code: 'missing', severity: 'warning', column: 1, value: 0.25 },
    { code: 'skewed', severity: 'notice', column: 1, value: 5 },
  ];
  expect(grouped(alerts, 'all').map(group => [group.code, group.alerts.length])).toEqual([
    ['missing', 1],
    ['skewed', 2],
  ]);
  expect(grouped(alerts, 'warning')).toHaveLength(1);
  expect(alerts.slice(0, 2).map(alert => alertFigure(alert, tell))).toEqual(['skewness 3.2', '25.0%']);
});

test('each language names every figure and says how it is computed', () => {
  const [en, es] = [methodsOf('en'), methodsOf('es')];
  expect(Object.keys(es)).toEqual(Object.keys(en));
  for (const [name, text] of [...Object.values(en), ...Object.values(es)]) {
    expect(name.length).toBeGreaterThan(1);
    expect(text.endsWith('.')).toBe(true);
  }
});
