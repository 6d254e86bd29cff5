// How many pixels a column's card will take, near enough to reserve them.
import type { Column } from '../schema.d.ts';

/** Widths from which a card has two and three parts side by side, as in ColumnBody. */
const TWO = 640;
const THREE = 1080;

export function heightOf(column: Column, width: number): number {
  const charts =
    (column.number ? 200 : 0) +
    (column.datetime ? 640 : 0) +
    (column.text ? 200 : 0) +
    (column.by_outcome ? 220 : 0) +
    (column.drift ? 190 : 0);
  const figures = column.number ? (width >= TWO ? 480 : 560) : 260;
  const lists =
    (column.common ? 240 : 0) +
    (column.extremes ? 160 : 0) +
    ((column.missing_by_code?.length ?? 0) > 0 ? 160 : 0);
  const texts = column.text ? 420 : 0;
  if (width >= THREE) return Math.max(charts, figures, lists) + texts;
  if (width >= TWO) return Math.max(charts, figures + lists) + texts;
  return charts + figures + lists + texts;
}
