// Transactions by day (or week), stacked by a second column; the period before as a line.
import { addDays, daysBetween } from '../format/date.ts';
import type { Say } from '../format/say.ts';
import { type Cell, type MetricTable, type NumRow, type TableRow, type Then, tableOf } from './data.ts';
import {
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  type LegendItem,
  opacity,
  type Point,
  valueAxis,
} from './draw.ts';
import { addThen, thenLegend, thenLines, thenOf } from './then.ts';

export type StackedOptions = {
  /** The same over the period before, and which that is. */
  previous?: MetricTable | null;
  period?: { from: string; to: string } | null;
  step?: 1 | 7;
  brush?: boolean;
  gaps?: boolean;
  order?: readonly string[];
};

type Series = { value: Cell; others: boolean; rows: Map<string, NumRow>; sum: number };

export function stackedByDay(table: MetricTable, ctx: Ctx, options: StackedOptions = {}): Drawn {
  const [axis = 'day', column = ''] = table.by;
  const { say, look } = ctx;
  const days = daysOf(table, options.step ?? 1);
  const series = seriesOf(table, options.order ?? []);
  const totals = new Map<string, number>();
  for (const row of table.rows) {
    const day = String(row.dimensions[0]);
    totals.set(day, (totals.get(day) ?? 0) + (row.value ?? 0));
  }
  const name = (one: Series) =>
    one.others ? say.words.others(say.count(table.others)) : ctx.name(column, one.value);
  const colour = (one: Series) => (one.others ? look.rest : ctx.colour(column, one.value));
  const behind = tableOf([
    [ctx.title(axis), false],
    ...(column ? ([[ctx.title(column), false]] as [string, boolean][]) : []),
    [say.words.figures.transactions, true],
  ]);
  const thenFor = thensOf(table, options, say);
  const thens = new Map<TableRow, Then | null>();
  const drawn: object[] = series.map(one => ({
    type: 'bar',
    name: name(one),
    stack: 'all',
    barMaxWidth: 48,
    barCategoryGap: days.length > 60 ? '5%' : '22%',
    itemStyle: {
      color: colour(one),
      borderColor: look.surface,
      borderWidth: days.length > 120 ? 0 : 0.6,
    },
    emphasis: { focus: 'none', itemStyle: { borderColor: look.ink, borderWidth: 1 } },
    data: days.map((day): Point | null => {
      const row = one.rows.get(day);
      if (!row || row.value === null) return null;
      const mark = column ? { column, value: one.value } : { column: axis, value: day };
      const marks = one.others ? [] : [mark];
      const total = totals.get(day) ?? 0;
      const label = column ? name(one) : say.words.figures.transactions;
      const then = thenFor(day, one.value, row.value);
      const lines: [string, string][] = [[label, say.count(row.value)], ...thenLines(then, say)];
      if (column && total > 0) {
        lines.push([say.words.ofAll, say.share(row.value / total)], [say.words.total, say.count(total)]);
      }
      const cells = [say.day(day), ...(column ? [label] : []), say.count(row.value)];
      const numbers = { cells, raw: [day, ...(column ? [one.value] : []), row.value], marks };
      behind.rows.push(numbers);
      thens.set(numbers, then);
      return {
        value: row.value,
        marks,
        tip: { title: ctx.fullName(axis, day), lines },
        itemStyle: { opacity: opacity(ctx, [{ column: axis, value: day }, ...marks]) },
      };
    }),
  }));
  behind.rows.sort((a, b) => (String(a.raw[0]) < String(b.raw[0]) ? -1 : 1));
  addThen(
    behind,
    say.words.figures.transactions,
    behind.rows.map(row => thens.get(row)),
    say,
  );
  const legend: LegendItem[] = column
    ? series.map(one => ({
        label: name(one),
        colour: colour(one),
        marks: one.others ? [] : [{ column, value: one.value }],
        value: say.short(one.sum),
      }))
    : [];
  if (options.gaps) drawn.push(gapMarks(days, totals, ctx));
  const before = previousLine(options, days, ctx);
  if (before) {
    drawn.push(before);
    legend.push(thenLegend(ctx, 'dashed'));
  }
  return {
    option: {
      grid: grid(),
      xAxis: categoryAxis(look, days, { formatter: (day: string) => say.dayShort(day) }),
      yAxis: valueAxis(look, { formatter: (value: number) => say.short(value) }, { minInterval: 1 }),
      tooltip: { trigger: 'item' },
      series: drawn,
    },
    table: behind,
    legend,
    ...(options.brush ? { brush: { column: axis, values: days } } : {}),
  };
}

function daysOf(table: MetricTable, step: 1 | 7): string[] {
  const days = table.rows
    .map(row => row.dimensions[0])
    .filter(day => day !== null)
    .map(String)
    .sort();
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  if (step === 1) return daysBetween(first, last);
  const weeks: string[] = [];
  for (let week = first; week <= last && weeks.length < 5000; week = addDays(week, 7)) weeks.push(week);
  return weeks;
}

/** Series, largest first, the groups put together last. */
function seriesOf(table: MetricTable, order: readonly string[]): Series[] {
  const place = (one: Series) => order.indexOf(String(one.value));
  const series = new Map<string, Series>();
  for (const row of table.rows) {
    const value = table.by.length > 1 ? (row.dimensions[1] ?? null) : null;
    const key = JSON.stringify(value);
    const one = series.get(key) ?? {
      value,
      others: value === null && table.others > 0,
      rows: new Map<string, NumRow>(),
      sum: 0,
    };
    one.rows.set(String(row.dimensions[0]), row);
    one.sum += row.value ?? 0;
    series.set(key, one);
  }
  return [...series.values()].sort(
    (a, b) => Number(a.others) - Number(b.others) || place(a) - place(b) || b.sum - a.sum,
  );
}

/** Days without a row, marked at the axis: a gap is easily taken for a quiet day. */
function gapMarks(days: readonly string[], totals: ReadonlyMap<string, number>, ctx: Ctx): object {
  return {
    type: 'scatter',
    symbol: 'triangle',
    symbolSize: 8,
    symbolOffset: [0, -6],
    itemStyle: { color: ctx.look.rejected },
    data: days.flatMap(day =>
      totals.has(day)
        ? []
        : [
            {
              value: [day, 0],
              tip: { title: ctx.fullName('day', day), lines: [[ctx.say.words.figures.transactions, '0']] },
            },
          ],
    ),
    z: 4,
  };
}

/** What the same series had on the day that a day is compared with, where both are told apart alike. */
function thensOf(table: MetricTable, { previous, period }: StackedOptions, say: Say) {
  if (!previous || !period || previous.by.length !== table.by.length) return () => null;
  const key = (day: string, value: Cell) => JSON.stringify([day, value]);
  const known = new Map(
    previous.rows.map(row => [key(String(row.dimensions[0]), row.dimensions[1] ?? null), row.value]),
  );
  const dayBefore = dayBeforeOf(period);
  return (day: string, value: Cell, now: number): Then | null => {
    const before = dayBefore(day);
    return before === null ? null : thenOf(now, known.get(key(before, value)) ?? 0, 'count', say);
  };
}

/** The period before, day for day over the days of this one. */
function previousLine(options: StackedOptions, days: readonly string[], ctx: Ctx): object | null {
  const { previous, period } = options;
  if (!previous || !period || previous.rows.length === 0) return null;
  const rows = new Map<string, number>();
  for (const row of previous.rows) {
    const day = String(row.dimensions[0]);
    rows.set(day, (rows.get(day) ?? 0) + (row.value ?? 0));
  }
  const dayBefore = dayBeforeOf(period);
  return {
    type: 'line',
    name: ctx.say.words.previous,
    step: 'middle',
    symbol: 'none',
    lineStyle: { color: ctx.look.ink, width: 1.5, type: 'dashed' },
    data: days.map(day => {
      const before = dayBefore(day);
      return { value: before === null ? null : (rows.get(before) ?? 0) };
    }),
    silent: true,
    z: 5,
  };
}

/** The day of the period before that a day is compared with; null where it is in no such period. */
export function dayBeforeOf(period: { from: string; to: string }): (day: string) => string | null {
  const length = daysBetween(period.from, period.to).length;
  return day => {
    const before = addDays(day, -length);
    return before >= period.from && before <= period.to ? before : null;
  };
}
