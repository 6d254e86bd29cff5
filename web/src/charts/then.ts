// The period before beside this one: said on hover, in the table behind a chart, in its legend.
import type { Say } from '../format/say.ts';
import type { Table, Then } from './data.ts';
import { type Ctx, type LegendItem, opacity } from './draw.ts';
import type { Look } from './look.ts';

/** A value of the period before, and how far this one is from it. */
export function thenOf(now: number | null, then: number | null, unit: string, say: Say): Then {
  if (then === null) return { value: null, text: say.words.tooFew, by: null, change: null };
  const by = difference(now, then, unit);
  return { value: then, text: said(then, unit, say), by, change: by === null ? null : say.change(by, unit) };
}

/** Points of a share, else a part of what was before. */
export function difference(now: number | null, then: number | null, unit: string): number | null {
  if (now === null || then === null) return null;
  if (unit === 'share') return now - then;
  return then === 0 ? null : now / then - 1;
}

/** Counts may be estimates, which their words know. */
function said(value: number, unit: string, say: Say): string {
  return unit === 'count' ? say.count(value) : say.unit(value, unit);
}

export function thenLines(then: Then | null | undefined, say: Say): [string, string][] {
  if (!then) return [];
  return [[say.words.previous, then.change === null ? then.text : `${then.text} (${then.change})`]];
}

/** Two columns at the end of a table: what was before, and the change; none where nothing is compared. */
export function addThen(
  table: Table,
  title: string,
  thens: readonly (Then | null | undefined)[],
  say: Say,
): void {
  if (!thens.some(Boolean)) return;
  table.columns.push(
    { title: `${title}, ${say.words.previous}`, numeric: true },
    { title: `${title}, ${say.words.change}`, numeric: true },
  );
  table.rows.forEach((row, index) => {
    const then = thens[index];
    row.cells.push(then?.text ?? '–', then?.change ?? '–');
    row.raw.push(then?.value ?? null, then?.by ?? null);
  });
}

/** What a line or a hollow mark stands for. */
export function thenLegend(ctx: Ctx, shape: 'dashed' | 'diamond'): LegendItem {
  const colour = shape === 'dashed' ? ctx.look.ink : ctx.look.soft;
  return { label: ctx.say.words.previous, colour, marks: [], shape };
}

/** Hollow marks over horizontal bars and dots, in the place of each row. */
export function thenDots(
  rows: readonly { before?: Then | null; marks: Parameters<typeof opacity>[1] }[],
  ctx: Ctx,
  z: number,
): object {
  return {
    type: 'scatter',
    symbol: 'diamond',
    symbolSize: 11,
    itemStyle: hollow(ctx.look),
    data: rows.flatMap((row, index) =>
      typeof row.before?.value === 'number'
        ? [{ value: [row.before.value, index], itemStyle: { opacity: opacity(ctx, row.marks) } }]
        : [],
    ),
    silent: true,
    z,
  };
}

export function hollow(look: Look): object {
  return { color: look.surface, borderColor: look.ink, borderWidth: 1.5 };
}
