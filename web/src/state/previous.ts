// The period before the one that is looked at: as many days, and the same filters otherwise.
import { addDays, daysBetween, mondayOf } from '../format/date.ts';
import { type Filters, rangeOf, withFilter } from './filters.ts';

export type Period = { from: string; to: string };

/** A tab's answer over the period before, and the two periods that are compared. */
export type Earlier<T> = { tab: T; period: Period; now: Period };

/** Calendar filters that would leave nothing of an earlier period. */
const OF_ONE_PERIOD = ['week', 'month', 'year'];

/** The period looked at: the days filtered by where both ends are known, else those with data. */
export function periodOf(
  filters: Filters,
  basis: { first_day: string | null; last_day: string | null },
): Period | null {
  const texts = filters.day;
  const range = rangeOf(texts);
  const single = texts?.length === 1 && !range ? (texts[0] ?? null) : null;
  const from = range?.low ?? single ?? basis.first_day;
  const to = range?.high ?? single ?? basis.last_day;
  return from !== null && to !== null && from <= to ? { from, to } : null;
}

export function periodBefore(period: Period): Period {
  const days = daysBetween(period.from, period.to).length;
  return { from: addDays(period.from, -days), to: addDays(period.from, -1) };
}

export function filtersBefore(filters: Filters, before: Period): Filters {
  let kept = filters;
  for (const column of OF_ONE_PERIOD) kept = withFilter(kept, column, []);
  return withFilter(kept, 'day', [before.from === before.to ? before.from : `${before.from}..${before.to}`]);
}

/**
 * Where a place of an axis of time stands in its period: so many days, weeks or months after the
 * first. Null outside of the period, and where the grain is none of these.
 */
export function placeIn(period: Period, grain: string, at: string): number | null {
  if (grain !== 'day' && grain !== 'week' && grain !== 'month') return null;
  const whole = grain === 'day' ? (day: string) => day : grain === 'week' ? mondayOf : monthOf;
  const [first, last] = [whole(period.from), whole(period.to)];
  if (at < first || at > last) return null;
  if (grain === 'month') return monthsOf(at) - monthsOf(first);
  const days = daysBetween(first, at).length - 1;
  return grain === 'day' ? days : Math.floor(days / 7);
}

function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

function monthsOf(day: string): number {
  return 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7));
}
