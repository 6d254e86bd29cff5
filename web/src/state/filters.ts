// Filters: which values of which column are in force, in the grammar of the API's query string.
import type { Cell, Mark } from '../charts/data.ts';

/** Column → texts as in the query: `a`, `b` for any of; `1..5` for a range; empty for null. */
export type Filters = Readonly<Record<string, readonly string[]>>;
export type Range = { low: string | null; high: string | null };

export function textOf(value: Cell): string {
  return value === null ? '' : String(value);
}

export function rangeText(range: Range): string {
  return `${range.low ?? ''}..${range.high ?? ''}`;
}

/** The range that a filter of an ordered column is, else null. */
export function rangeOf(texts: readonly string[] | undefined): Range | null {
  if (texts?.length !== 1) return null;
  const match = /^([^.]*(?:\.[^.]+)*)\.\.(.*)$/.exec(texts[0] ?? '');
  if (!match) return null;
  return { low: match[1] || null, high: match[2] || null };
}

export function compare(a: string, b: string): number {
  const x = Number(a);
  const y = Number(b);
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a value passes the filter of its column; null where the column has none. */
export function passes(filters: Filters, column: string, value: Cell, ordered: boolean): boolean | null {
  const texts = filters[column];
  if (!texts || texts.length === 0) return null;
  const text = textOf(value);
  // A mark may be a range itself.
  if (texts.includes(text)) return true;
  const range = ordered ? rangeOf(texts) : null;
  if (!range || text === '') return false;
  return (
    (range.low === null || compare(text, range.low) >= 0) &&
    (range.high === null || compare(text, range.high) <= 0)
  );
}

export function withFilter(filters: Filters, column: string, texts: readonly string[]): Filters {
  const others = Object.entries(filters).filter(([name]) => name !== column);
  return Object.fromEntries(texts.length === 0 ? others : [...others, [column, texts]]);
}

/** Marks as filters: those of one column are any of its values. */
export function filtersOf(marks: readonly Mark[]): Filters {
  const filters: Record<string, string[]> = {};
  for (const mark of marks) {
    const texts = filters[mark.column] ?? [];
    const text = textOf(mark.value);
    filters[mark.column] = texts.includes(text) ? texts : [...texts, text];
  }
  return filters;
}

/**
 * What a click on a mark makes of the filters. Alone, the mark becomes the filter of its columns,
 * or is undone where it was; added (Ctrl, ⌘ or Shift), it joins or leaves the values chosen.
 */
export function toggleMarks(filters: Filters, marks: readonly Mark[], add: boolean): Filters {
  const wanted = Object.entries(filtersOf(marks));
  const chosen = wanted.every(([column, texts]) => texts.every(text => filters[column]?.includes(text)));
  let next = filters;
  for (const [column, texts] of wanted) {
    const present = filters[column] ?? [];
    if (add) {
      const kept = present.filter(other => !texts.includes(other) && !isRange(other));
      next = withFilter(next, column, chosen ? kept : [...kept, ...texts]);
    } else {
      const undone = chosen && (wanted.length > 1 || present.length === texts.length);
      next = withFilter(next, column, undone ? [] : texts);
    }
  }
  return next;
}

function isRange(text: string): boolean {
  return text.includes('..');
}

/** Filters as query parameters, in order of columns, so that equal filters give equal addresses. */
export function filterParams(filters: Filters, prefix = ''): [string, string][] {
  const params: [string, string][] = [];
  for (const column of Object.keys(filters).sort()) {
    for (const text of filters[column] ?? []) params.push([prefix + column, text]);
  }
  return params;
}
