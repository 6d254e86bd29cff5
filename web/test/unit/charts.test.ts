// Charts as pure functions: what they draw, what stands behind them, what a click filters by.
import { expect, test } from 'vitest';
import { bars, metricBars, roundEnd } from '../../src/charts/bars.ts';
import { csvOf, fileName } from '../../src/charts/csv.ts';
import { type Cell, type MetricTable, type NumRow, tableOf } from '../../src/charts/data.ts';
import { type Ctx, DIMMED, opacity } from '../../src/charts/draw.ts';
import { flow } from '../../src/charts/flow.ts';
import { calendar, crossTable, weekByHour } from '../../src/charts/heat.ts';
import { lines } from '../../src/charts/lines.ts';
import { contrast, DARK, LIGHT, textOn } from '../../src/charts/look.ts';
import { rangeBars } from '../../src/charts/ranges.ts';
import { stackedByDay } from '../../src/charts/stacked.ts';
import { steps } from '../../src/charts/steps.ts';
import { thenOf } from '../../src/charts/then.ts';
import { whiskers } from '../../src/charts/whisker.ts';
import { Say } from '../../src/format/say.ts';

function context(chosen: Record<string, Cell[]> = {}): Ctx {
  return {
    say: new Say('en'),
    look: LIGHT,
    title: column => column,
    name: (_, value) => String(value),
    fullName: (_, value) => String(value),
    colour: () => '#123456',
    chosen: (column, value) => chosen[column]?.includes(value) ?? null,
  };
}

function row(dimensions: Cell[], value: number | null, more: Partial<NumRow> = {}): NumRow {
  const rest = { low: null, high: null, persons: null, too_few: false, approximate: false };
  return { dimensions, value, n: value ?? 5, ...rest, ...more };
}

function counts(by: string[], rows: NumRow[], others = 0): MetricTable {
  const sum = rows.reduce((total, one) => total + (one.value ?? 0), 0);
  return { metric: 'transactions', unit: 'count', by, rows, total: row([], sum), others };
}

type Item = { value: unknown; marks?: unknown; itemStyle?: { opacity?: number } } | null;
function seriesOf(option: unknown): { name?: string; data: Item[]; type: string }[] {
  return (option as { series: { name?: string; data: Item[]; type: string }[] }).series;
}

const perDay = counts(
  ['day', 'convenio'],
  [
    row(['2025-01-08', 'a'], 5),
    row(['2025-01-08', 'b'], 7),
    row(['2025-01-10', 'a'], 3),
    row(['2025-01-10', null], 2),
  ],
  4,
);

test('days without a row are places on the axis, not left out', () => {
  const drawn = stackedByDay(perDay, context());
  expect((drawn.option.xAxis as { data: string[] }).data).toEqual(['2025-01-08', '2025-01-09', '2025-01-10']);
  expect(seriesOf(drawn.option)[0]?.data[1]).toBeNull();
});

test('the period before lies over the days that it is compared with, and no others', () => {
  const before = counts(['day'], [row(['2025-01-06'], 4)]);
  const period = { from: '2025-01-06', to: '2025-01-07' };
  const drawn = stackedByDay(perDay, context(), { previous: before, period });
  const line = seriesOf(drawn.option).find(one => one.type === 'line');
  expect(line?.data.map(item => item?.value)).toEqual([4, 0, null]);
});

test('series stand largest first, small ones together last and without a filter', () => {
  const drawn = stackedByDay(perDay, context());
  expect(drawn.legend.map(item => item.label)).toEqual(['a', 'b', '4 others']);
  expect(drawn.legend[2]?.marks).toEqual([]);
  expect(drawn.legend[0]?.marks).toEqual([{ column: 'convenio', value: 'a' }]);
});

test('days outside the filter are dimmed, and stay', () => {
  const drawn = stackedByDay(perDay, context({ day: ['2025-01-08'] }));
  const first = seriesOf(drawn.option)[0];
  expect(first?.data[0]?.itemStyle?.opacity).toBe(1);
  expect(first?.data[2]?.itemStyle?.opacity).toBe(DIMMED);
});

test('the table behind a chart has its numbers, in order of days', () => {
  const { table } = stackedByDay(perDay, context());
  expect(table.rows.map(one => one.raw)).toEqual([
    ['2025-01-08', 'a', 5],
    ['2025-01-08', 'b', 7],
    ['2025-01-10', 'a', 3],
    ['2025-01-10', null, 2],
  ]);
});

test('bars stand largest first and leave out what is too few', () => {
  const table = counts(['code'], [row([302], 5), row([1400], 50), row([102], null, { too_few: true })]);
  const made = metricBars(table, context());
  expect(made.map(bar => bar.raw)).toEqual([1400, 302]);
  const drawn = bars(made, context(), { log: true, unit: 'count', nameTitle: 'code', valueTitle: 'n' });
  expect((drawn.option.xAxis as { type: string }).type).toBe('log');
});

test('no dot is drawn where there are too few, and the table says so', () => {
  const dot = {
    name: 'x',
    fullName: 'x',
    raw: 'x',
    colour: '#000000',
    marks: [],
    lines: [] as [string, string][],
  };
  const drawn = whiskers(
    [
      { ...dot, value: 0.5, low: 0.4, high: 0.6, text: '50.0%' },
      { ...dot, value: null, low: null, high: null, text: 'too few (12)' },
    ],
    context(),
    { nameTitle: 'a', valueTitle: 'b' },
  );
  const dots = seriesOf(drawn.option).filter(one => one.type === 'scatter')[1];
  expect(dots?.data).toHaveLength(1);
  expect(drawn.table.rows.map(one => one.cells[1])).toEqual(['50.0%', 'too few (12)']);
});

test('a line breaks where a value is missing, and a band needs both ends', () => {
  const drawn = lines(
    [
      {
        name: 'acceptance',
        colour: '#000000',
        points: [
          { value: 0.5, low: 0.4, high: 0.6, text: '50%' },
          { value: null, text: 'too few' },
        ],
      },
    ],
    context(),
    { axis: ['1', '2'], axisTitle: 'x', axisName: x => x, axisLong: x => x, unit: 'share' },
  );
  const [low, span, line] = seriesOf(drawn.option);
  expect(low?.data).toEqual([0.4, null]);
  expect(Number(span?.data[0])).toBeCloseTo(0.2);
  expect(span?.data[1]).toBeNull();
  expect(line?.data[1]?.value).toBeNull();
});

test('a cell of weekday and hour filters by both', () => {
  const drawn = weekByHour(counts(['weekday', 'hour'], [row([1, 9], 4)]), context(), 'n');
  expect(drawn.table.rows[0]?.marks).toEqual([
    { column: 'weekday', value: 1 },
    { column: 'hour', value: 9 },
  ]);
  expect(seriesOf(drawn.option)[0]?.data[0]?.value).toEqual([9, 0, 4]);
});

test('a calendar adds the series of a day up', () => {
  const drawn = calendar(perDay, context(), 'n');
  expect(drawn.table.rows.map(one => one.raw)).toEqual([
    ['2025-01-08', 12, 12],
    ['2025-01-10', 5, 5],
  ]);
});

test('size classes stand in the order of their size', () => {
  const table = counts(
    ['code', 'size'],
    [row([1400, 'FULLHD'], 9), row([1400, 'SD'], 90), row([302, '8K'], 1)],
  );
  const drawn = crossTable(table, context(), 'n', ['SD', 'FULLHD', '8K']);
  expect((drawn.option.xAxis as { data: string[] }).data).toEqual(['SD', 'FULLHD', '8K']);
});

test('a code that follows itself is drawn from the left to the right', () => {
  const drawn = flow(
    [
      { from: '0302', to: '0302', n: 5 },
      { from: '0302', to: 'accepted', n: 3 },
    ],
    context(),
    {
      ends: { accepted: 'accepted', gone: 'gone', open: 'open' },
      name: code => code,
      fullName: code => code,
      marks: code => [{ column: 'code', value: Number(code) }],
      most: 5,
      fromTitle: 'from',
      toTitle: 'to',
    },
  );
  const links = (seriesOf(drawn.option)[0] as unknown as { links: { source: string; target: string }[] })
    .links;
  expect(links.map(link => `${link.source} ${link.target}`)).toEqual(['>0302 <0302', '>0302 <accepted']);
  expect(drawn.table.rows[0]?.cells[3]).toBe('62.5%');
});

test('the axis of a curve far from nothing begins near it, and ends at all', () => {
  const points = [
    { x: 1, share: 0.7, low: 0.68, high: 0.72, at_risk: 100 },
    { x: 2, share: 0.8, low: 0.78, high: 0.82, at_risk: 50 },
  ];
  const drawn = steps(points, context(), {
    xTitle: 'x',
    valueTitle: 'y',
    colour: '#000000',
    whole: true,
    least: 30,
  });
  expect(drawn.option.yAxis).toMatchObject({ min: 0.5, max: 1 });
});

test('a few who are accepted after weeks leave the others their room, and stay in the table', () => {
  const at = (x: number, share: number) => ({ x, share, low: share, high: share, at_risk: 100 });
  const points = [at(0, 0.5), at(2, 0.7), at(11.5, 0.895), at(40_000, 0.9)];
  const options = { xTitle: 'x', valueTitle: 'y', colour: '#000000', whole: false, least: 30 };
  const drawn = steps(points, context(), { ...options, ends: 0.99 });
  expect(drawn.option.xAxis).toMatchObject({ max: 12 });
  expect(drawn.table.rows).toHaveLength(4);
  expect(steps(points, context(), options).option.xAxis).toMatchObject({ max: 'dataMax' });
});

test('nothing gives an empty chart, not an error', () => {
  const none = counts(['day', 'convenio'], []);
  expect(stackedByDay(none, context()).table.rows).toEqual([]);
  expect(calendar(none, context(), 'n').table.rows).toEqual([]);
  expect(crossTable(none, context(), 'n').table.rows).toEqual([]);
});

test('CSV quotes what needs it, and starts no formula', () => {
  const table = tableOf([
    ['name', false],
    ['n', true],
  ]);
  table.rows = [
    { cells: [], raw: ['a, "b"', 1.5], marks: [] },
    { cells: [], raw: ['=1+1', -2], marks: [] },
    { cells: [], raw: [null, 0], marks: [] },
  ];
  expect(csvOf(table)).toBe('name,n\r\n"a, ""b""",1.5\r\n\'=1+1,-2\r\n,0\r\n');
});

test('file names are plain', () => {
  expect(fileName('Acceptance, four ways')).toBe('acceptance-four-ways');
  expect(fileName('Por qué se rechazan')).toBe('por-que-se-rechazan');
  expect(fileName('<>')).toBe('chart');
});

test('colours of charts have the contrast of 3 that graphics need, and text on them 4.5', () => {
  for (const look of [LIGHT, DARK]) {
    for (const colour of [
      ...look.series,
      look.accepted,
      look.rejected,
      look.technical,
      look.rest,
      look.plain,
    ]) {
      expect(contrast(colour, look.surface)).toBeGreaterThanOrEqual(3);
      expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(look.soft, look.surface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(look.ink, look.surface)).toBeGreaterThanOrEqual(4.5);
  }
});

test('a line has the period before as a dashed line, and as columns of its table', () => {
  const drawn = lines(
    [
      {
        name: 'p95',
        colour: '#000000',
        points: [
          { value: 110, text: '110 ms' },
          { value: null, text: 'too few' },
        ],
        before: [{ value: 100, text: '100 ms' }, null],
      },
    ],
    context(),
    { axis: ['1', '2'], axisTitle: 'x', axisName: x => x, axisLong: x => x, unit: 'ms' },
  );
  const before = seriesOf(drawn.option)[1];
  expect(before?.data.map(item => item?.value)).toEqual([100, null]);
  expect(drawn.legend.map(item => [item.label, item.shape])).toEqual([['before', 'dashed']]);
  expect(drawn.table.columns.map(column => column.title)).toEqual(['x', 'p95', 'p95, before', 'p95, change']);
  expect(drawn.table.rows[0]?.cells).toEqual(['1', '110 ms', '100 ms', '+10%']);
  expect(drawn.table.rows[0]?.raw.slice(1, 3)).toEqual([110, 100]);
  expect(drawn.table.rows[0]?.raw[3]).toBeCloseTo(0.1);
  expect(drawn.table.rows[1]?.cells).toEqual(['2', 'too few', '–', '–']);
});

test('a share changes by points, a count by a part, and what was nothing by nothing said', () => {
  const say = new Say('en');
  expect(thenOf(0.5, 0.45, 'share', say)).toMatchObject({ text: '45.0%', change: '+5.0 points' });
  expect(thenOf(90, 100, 'count', say)).toMatchObject({ text: '100', change: '-10%' });
  expect(thenOf(3, 0, 'count', say)).toMatchObject({ text: '0', change: null });
  expect(thenOf(0.5, null, 'share', say)).toMatchObject({ value: null, text: 'too few', change: null });
});

test('bars and dots are marked with the period before, and their tables have it', () => {
  const bar = {
    name: '1',
    fullName: '1',
    raw: 1,
    colour: '#000000',
    marks: [],
    lines: [] as [string, string][],
  };
  const before = thenOf(40, 50, 'count', new Say('en'));
  const options = { unit: 'count', nameTitle: 'attempts', valueTitle: 'processes' };
  const drawn = bars([{ ...bar, value: 40, text: '40', before }], context(), options);
  expect(seriesOf(drawn.option)[1]?.data[0]?.value).toEqual([50, 0]);
  expect(drawn.table.rows[0]?.cells).toEqual(['1', '40', '50', '-20%']);
  expect(bars([{ ...bar, value: 40, text: '40' }], context(), options).table.columns).toHaveLength(2);
  expect([3, 50, 1689, 2001].map(roundEnd)).toEqual([4, 60, 2000, 2400]);
});

test('a range that was is marked at both of its ends', () => {
  const row = { name: 'a', raw: 'a', low: 0.1, high: 0.2, text: '', colour: '#000000' };
  const more = { against: null, againstText: '–', lines: [] as [string, string][] };
  const drawn = rangeBars(
    [{ ...row, ...more, before: { low: 0.1, high: 0.3, text: '10 – 30%' } }],
    context(),
    {
      nameTitle: 'a',
      valueTitle: 'share',
      againstTitle: 'serial',
    },
  );
  const ends = seriesOf(drawn.option).find(one => one.type === 'scatter' && one.data.length === 2);
  expect(ends?.data.map(item => item?.value)).toEqual([
    [0.1, 0],
    [0.3, 0],
  ]);
  expect(drawn.table.rows[0]?.cells.at(-1)).toBe('10 – 30%');
});

test('a curve is compared with the step that held then', () => {
  const point = (x: number, share: number) => ({ x, share, low: share, high: share, at_risk: 100 });
  const drawn = steps([point(1, 0.7), point(3, 0.9)], context(), {
    xTitle: 'x',
    valueTitle: 'y',
    colour: '#000000',
    whole: true,
    least: 30,
    before: [point(1, 0.6), point(2, 0.8)],
  });
  expect(drawn.table.rows.map(one => one.cells.slice(-2))).toEqual([
    ['60.0%', '+10.0 points'],
    ['80.0%', '+10.0 points'],
  ]);
});

test('a mark of several values is whole while one of them passes', () => {
  const marks = [302, 304].map(value => ({ column: 'code', value }));
  expect(opacity(context({ code: [304] }), marks)).toBe(1);
  expect(opacity(context({ code: [1402] }), marks)).toBe(DIMMED);
});
