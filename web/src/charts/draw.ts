// What all charts share: their context, what they give back, axes and marks.
import type { EChartsCoreOption } from 'echarts/core';
import type { Say } from '../format/say.ts';
import type { Cell, Mark, Table, Tip } from './data.ts';
import type { Look } from './look.ts';

/** How values of columns are called and coloured, and which are chosen. */
export type Ctx = {
  say: Say;
  look: Look;
  /** Title of a column. */
  title(column: string): string;
  /** A value, short enough for an axis. */
  name(column: string, value: Cell): string;
  /** A value with all that is known of it. */
  fullName(column: string, value: Cell): string;
  colour(column: string, value: Cell): string;
  /** Whether a filter of the column lets the value pass; null where there is none. */
  chosen(column: string, value: Cell): boolean | null;
};

export type LegendItem = {
  label: string;
  colour: string;
  marks: Mark[];
  value?: string;
  shape?: 'line' | 'dashed' | 'diamond';
};

/** A chart, drawn: the option for ECharts, the numbers behind it, and its legend. */
export type Drawn = {
  option: EChartsCoreOption;
  table: Table;
  legend: LegendItem[];
  /** Pixels that it needs, where that follows from its rows. */
  height?: number;
  /** Along its x axis a stretch of this column can be chosen. */
  brush?: { column: string; values: string[] };
  /** All of it rests on too few to be drawn. */
  few?: boolean;
  /** Said in the middle of a ring. */
  middle?: { value: string; label: string };
};

export const DIMMED = 0.28;

/** Full where no mark of these is filtered away, or another value of the same column is not. */
export function opacity(ctx: Ctx, marks: readonly Mark[]): number {
  const chosen = (mark: Mark) => ctx.chosen(mark.column, mark.value);
  const away = (mark: Mark) =>
    chosen(mark) === false && !marks.some(other => other.column === mark.column && chosen(other) === true);
  return marks.some(away) ? DIMMED : 1;
}

export function isChosen(ctx: Ctx, marks: readonly Mark[]): boolean {
  return marks.length > 0 && marks.every(mark => ctx.chosen(mark.column, mark.value) === true);
}

export function textStyle(look: Look, size = 12) {
  return { color: look.soft, fontFamily: look.font, fontSize: Math.round(size * look.scale) };
}

export function categoryAxis(look: Look, data: readonly string[], label: object = {}) {
  return {
    type: 'category',
    data,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { ...textStyle(look), hideOverlap: true, ...label },
  };
}

export function valueAxis(look: Look, label: object = {}, more: object = {}) {
  return {
    type: 'value',
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: look.line } },
    splitNumber: 4,
    axisLabel: { ...textStyle(look), hideOverlap: true, ...label },
    ...more,
  };
}

/** An axis that runs across has room for few labels on a phone. */
export function across<A extends object>(axis: A, look: Look): A | (A & { splitNumber: number }) {
  if (!look.narrow) return axis;
  // Halves of an end that is no round number would be none either.
  const end = 'max' in axis && typeof axis.max === 'number' && axis.max <= 1 ? axis.max : null;
  const round = end !== null && Math.abs(end * 10 - Math.round(end * 10)) < 1e-9;
  return { ...axis, splitNumber: 2, ...(round ? { interval: end / 2 } : {}) };
}

/** From nothing to all, in quarters; or to a smaller end, as it comes. */
export function shareAxis(look: Look, say: Say, max = 1) {
  const label = { formatter: (value: number) => say.share(value, 0) };
  return valueAxis(look, label, {
    min: 0,
    max,
    ...(max === 1 ? { interval: 0.25 } : {}),
  });
}

export function grid(more: object = {}) {
  return { left: 4, right: 14, top: 12, bottom: 4, outerBoundsMode: 'same', ...more };
}

/** Names of a horizontal bar's categories: cut where they are too long, whole on hover. */
export function nameLabel(look: Look, width: number) {
  return {
    width: Math.round(width * (look.narrow ? 0.84 : look.scale)),
    overflow: 'truncate',
    ellipsis: '…',
    interval: 0,
    hideOverlap: false,
  };
}

export type Point = {
  value: unknown;
  marks?: Mark[];
  tip?: Tip;
  itemStyle?: object;
  label?: object;
  name?: string;
};

/** Height of a chart with one line for each row. */
export function rowsHeight(rows: number, each = 26, rest = 40): number {
  return Math.max(120, rows * each + rest);
}
