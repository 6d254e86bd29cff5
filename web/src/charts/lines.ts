// Lines over an axis of days, hours or steps, with a band where there is an interval.
import { type Mark, type Table, type Then, type Tip, tableOf } from './data.ts';
import {
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  isChosen,
  type LegendItem,
  type Point,
  shareAxis,
  valueAxis,
} from './draw.ts';
import type { Look } from './look.ts';
import { addThen, thenLegend, thenLines, thenOf } from './then.ts';

export type LinePoint = {
  value: number | null;
  low?: number | null;
  high?: number | null;
  text: string;
};
export type Line = {
  name: string;
  colour: string;
  dashed?: boolean;
  points: readonly LinePoint[];
  /** Columns instead of a line. */
  columns?: boolean;
  /** The same over the period before, place for place; null where it has no such place. */
  before?: readonly (LinePoint | null)[];
};
export type LinesOptions = {
  /** Raw values along the axis, and how they are said. */
  axis: readonly string[];
  axisTitle: string;
  axisName: (value: string) => string;
  axisLong: (value: string) => string;
  unit: string;
  /** What a click on a place of the axis filters by. */
  marks?: (index: number) => Mark[];
  /** More lines on hover, n for one. */
  lines?: (index: number) => [string, string][];
  brush?: string;
  max?: number;
  /** Which place of the period before a place is compared with, in words. */
  beforeLong?: (index: number) => string | null;
};

export function lines(all: readonly Line[], ctx: Ctx, options: LinesOptions): Drawn {
  const { look, say } = ctx;
  const few = options.axis.length <= 62;
  const points = all.flatMap(line => [...line.points, ...(line.before ?? [])]);
  const largest = Math.max(...points.map(point => point?.value ?? 0), 0);
  const tip = (index: number): Tip => {
    const before = options.beforeLong?.(index) ?? null;
    return {
      title: options.axisLong(options.axis[index] ?? ''),
      lines: [
        ...all.flatMap((line): [string, string][] => [
          [line.name, line.points[index]?.text ?? '–'],
          ...thenLines(thenAt(line, index, ctx, options.unit), say),
        ]),
        ...(options.lines?.(index) ?? []),
      ],
      ...(before === null ? {} : { note: `${say.words.previous}: ${before}` }),
    };
  };
  const marksAt = (index: number) => options.marks?.(index) ?? [];
  const series: object[] = [];
  for (const line of all) {
    series.push(...bandOf(line), {
      type: line.columns ? 'bar' : 'line',
      name: line.name,
      barMaxWidth: 18,
      connectNulls: false,
      symbol: 'circle',
      symbolSize: few ? 6 : 3,
      showSymbol: few || line.points.filter(point => point.value !== null).length < 3,
      triggerLineEvent: false,
      itemStyle: { color: line.colour },
      lineStyle: {
        color: line.colour,
        width: 2,
        type: line.dashed ? 'dashed' : 'solid',
      },
      data: line.points.map(
        (point, index): Point => ({
          value: point.value,
          marks: marksAt(index),
          tip: tip(index),
          itemStyle: isChosen(ctx, marksAt(index)) ? { borderColor: look.ink, borderWidth: 2 } : {},
        }),
      ),
      z: line.columns ? 1 : 3,
    });
    if (line.before) series.push(lineBefore(line, line.before, look));
  }
  const legend: LegendItem[] = all.map(line => ({
    label: line.name,
    colour: line.colour,
    marks: [],
    ...(line.columns ? {} : { shape: 'line' as const }),
  }));
  const compares = all.some(line => line.before?.some(Boolean));
  return {
    option: {
      grid: grid(),
      xAxis: categoryAxis(look, options.axis, { formatter: (value: string) => options.axisName(value) }),
      yAxis:
        options.unit === 'share'
          ? shareAxis(look, say, options.max)
          : valueAxis(
              look,
              { formatter: (value: number) => say.axis(value, options.unit, largest) },
              { min: 0 },
            ),
      tooltip: { trigger: 'axis', axisPointer: { lineStyle: { color: look.soft } } },
      series,
    },
    table: tableBehind(all, ctx, options, marksAt),
    legend: [...(all.length > 1 ? legend : []), ...(compares ? [thenLegend(ctx, 'dashed')] : [])],
    few: options.axis.length > 0 && all.every(line => line.points.every(point => point.value === null)),
    ...(options.brush ? { brush: { column: options.brush, values: [...options.axis] } } : {}),
  };
}

/** The band is two stacked lines: an unseen one up to its low end, an area from there. */
function bandOf(line: Line): object[] {
  if (!line.points.some(point => typeof point.low === 'number')) return [];
  const common = {
    type: 'line',
    symbol: 'none',
    stack: `band ${line.name}`,
    silent: true,
    lineStyle: { opacity: 0 },
    z: 1,
  };
  const low = line.points.map(point => point.low ?? null);
  const span = line.points.map(point =>
    typeof point.low === 'number' && typeof point.high === 'number' ? point.high - point.low : null,
  );
  return [
    { ...common, data: low },
    { ...common, data: span, areaStyle: { color: line.colour, opacity: 0.18 } },
  ];
}

/** Thin and dashed, in the colour of the line that it is compared with. */
function lineBefore(line: Line, before: readonly (LinePoint | null)[], look: Look): object {
  const colour = line.columns ? look.ink : line.colour;
  const itemStyle = { color: look.surface, borderColor: colour, borderWidth: 1.5 };
  return {
    type: 'line',
    name: line.name,
    connectNulls: false,
    symbol: 'none',
    silent: true,
    lineStyle: { color: colour, width: 1.5, type: [4, 3] },
    // A place without neighbours has no line to be seen by.
    data: before.map((point, index) => {
      const alone = !isKnown(before[index - 1]) && !isKnown(before[index + 1]);
      return {
        value: point?.value ?? null,
        ...(alone ? { symbol: 'circle', symbolSize: 5, itemStyle } : {}),
      };
    }),
    z: 2,
  };
}

function isKnown(point: LinePoint | null | undefined): boolean {
  return typeof point?.value === 'number';
}

function thenAt(line: Line, index: number, ctx: Ctx, unit: string): Then | null {
  const before = line.before?.[index];
  return before ? thenOf(line.points[index]?.value ?? null, before.value, unit, ctx.say) : null;
}

function tableBehind(
  all: readonly Line[],
  ctx: Ctx,
  options: LinesOptions,
  marksAt: (index: number) => Mark[],
): Table {
  const table = tableOf([
    [options.axisTitle, false],
    ...all.map((line): [string, boolean] => [line.name, true]),
  ]);
  table.rows = options.axis.map((value, index) => ({
    cells: [options.axisLong(value), ...all.map(line => line.points[index]?.text ?? '–')],
    raw: [value, ...all.map(line => line.points[index]?.value ?? null)],
    marks: marksAt(index),
  }));
  for (const line of all) {
    const thens = options.axis.map((_, index) => thenAt(line, index, ctx, options.unit));
    addThen(table, line.name, thens, ctx.say);
  }
  return table;
}
