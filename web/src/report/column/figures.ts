// The figures of a column, put together for reading: name, how it is computed, value.
import { periodTitle } from '../periods.ts';
import type { Basis, Column, NumberFigures } from '../schema.d.ts';
import type { Tell } from '../tell.ts';
import type { MethodId } from '../words/index.ts';

export type FigureItem = {
  id: MethodId;
  /** Where it is not called as its method is. */
  name?: string;
  value: string;
  /** How far it can be trusted, where not wholly. */
  basis?: string | undefined;
};
export type FigureGroup = { title: string; items: FigureItem[] };

export function figuresOf(column: Column, tell: Tell): FigureGroup[] {
  const groups = [countsOf(column, tell)];
  if (column.number) groups.push(...numbersOf(column.number, column, tell));
  if (column.text) groups.push(textOf(column, tell));
  if (column.datetime) groups.push(datesOf(column, tell));
  return groups.filter(group => group.items.length > 0);
}

function countsOf(column: Column, tell: Tell): FigureGroup {
  const { counts, distinct } = column;
  const { words, say } = tell;
  const of = (part: number) => `${say.count(part)} · ${tell.share(part, counts.rows)}`;
  const basis = tell.unlessExact(distinct.basis);
  const items: FigureItem[] = [
    { id: 'count', value: of(counts.present) },
    { id: 'distinct', value: distinctText(column, tell), basis },
    { id: 'unique', value: tell.count(distinct.once, distinct.basis), basis },
    { id: 'missing', value: of(counts.missing + counts.sentinel) },
  ];
  if (counts.structural > 0) {
    items.push({ id: 'structural', value: of(counts.structural) }, { id: 'gaps', value: of(counts.gaps) });
  }
  for (const sentinel of column.sentinels ?? []) {
    items.push({
      id: 'sentinel',
      name: words.sentinelValue(say.plain(sentinel.value)),
      value: of(sentinel.count),
    });
  }
  if (counts.out_of_range > 0)
    items.push({ id: 'sentinel', name: words.outOfRange, value: of(counts.out_of_range) });
  if (column.number) {
    items.push(
      { id: 'zeros', value: of(counts.zeros) },
      { id: 'negatives', value: of(counts.negative) },
      { id: 'infinite', value: of(counts.infinite) },
    );
  }
  items.push({ id: 'memory', value: tell.bytes(column.memory_bytes) });
  return { title: words.overviewOf, items };
}

function distinctText(column: Column, tell: Tell): string {
  const { distinct, counts } = column;
  return `${tell.count(distinct.values, distinct.basis)} · ${tell.share(Math.min(distinct.values, counts.present), counts.present)}`;
}

/** Quantiles by the names that people have for them. */
function quantileName(at: number, tell: Tell): { id: MethodId; name: string } {
  const { words } = tell;
  if (at === 0.5) return { id: 'median', name: words.medianTitle };
  if (at === 0.25) return { id: 'quantiles', name: words.quartile1 };
  if (at === 0.75) return { id: 'quantiles', name: words.quartile3 };
  return { id: 'quantiles', name: words.quantileOf(tell.say.plain(Math.round(at * 1000) / 10)) };
}

function numbersOf(number: NumberFigures, column: Column, tell: Tell): FigureGroup[] {
  const { words } = tell;
  const unit = column.unit ?? null;
  const basis = tell.unlessExact(number.basis);
  const exact = (value: number | null | undefined) => tell.figure(value, unit);
  const about = (value: number | null | undefined) => tell.figure(value, unit, number.basis);
  const plain = (value: number | null | undefined) => tell.figure(value);
  // Ends are single rows' values: hidden ones are null.
  const ends = number as { min: number | null; max: number | null; range: number | null };
  const spread: FigureItem[] = [
    { id: 'minimum', value: exact(ends.min) },
    ...number.quantiles.map(one => ({ ...quantileName(one.at, tell), value: about(one.value), basis })),
    { id: 'maximum', value: exact(ends.max) },
    { id: 'range', value: exact(ends.range) },
    { id: 'iqr', value: about(number.iqr), basis },
    { id: 'mad', value: about(number.mad), basis },
  ];
  const moments: FigureItem[] = [
    { id: 'mean', value: exact(number.mean) },
    { id: 'sd', value: exact(number.sd) },
    { id: 'variance', value: plain(number.variance) },
    { id: 'cv', value: plain(number.cv) },
    { id: 'skewness', value: plain(number.skewness) },
    { id: 'kurtosis', value: plain(number.kurtosis) },
    { id: 'sum', value: exact(number.sum) },
    { id: 'monotonicity', value: words.orders[number.order] },
  ];
  return [
    { title: words.spread, items: spread },
    { title: words.moments, items: moments },
  ];
}

function textOf(column: Column, tell: Tell): FigureGroup {
  const { words, say } = tell;
  const text = column.text;
  if (!text) return { title: words.lengthsTitle, items: [] };
  const basis = tell.unlessExact(text.basis);
  const named = words.textFigures;
  const item = (id: MethodId, name: string, value: string): FigureItem => ({ id, name, value, basis });
  return {
    title: words.lengthsTitle,
    items: [
      item('lengths', named.min, say.count(text.lengths.min)),
      item('lengths', named.median, tell.figure(text.lengths.median, null, text.basis)),
      item('lengths', named.mean, tell.figure(text.lengths.mean, null, text.basis)),
      item('lengths', named.max, say.count(text.lengths.max)),
      item('characters', named.characters, tell.count(text.characters, text.basis)),
      item('characters', named.distinct, tell.count(text.distinct_characters, text.basis)),
      item('words', named.words, tell.count(text.words, text.basis)),
    ],
  };
}

function datesOf(column: Column, tell: Tell): FigureGroup {
  const { words, say } = tell;
  const dates = column.datetime;
  const named = words.dateFigures;
  if (!dates) return { title: words.figures, items: [] };
  const median = dates.gaps.median_ms ?? null;
  const basis: Basis = dates.basis;
  return {
    title: words.figures,
    items: [
      { id: 'dates', name: named.first, value: instant(dates.first, tell) },
      { id: 'dates', name: named.last, value: instant(dates.last, tell) },
      { id: 'dates', name: named.span, value: say.ms(dates.span_ms) },
      { id: 'dates', name: named.offset, value: offset(dates.offset_minutes) },
      {
        id: 'dates',
        name: named.medianGap,
        value: tell.figure(median, 'ms', basis),
        basis: tell.unlessExact(basis),
      },
      { id: 'dates', name: named.emptyDays, value: say.count(dates.gaps.days_without_rows) },
      { id: 'monotonicity', name: named.order, value: words.orders[dates.order] },
    ],
  };
}

function instant(text: string, tell: Tell): string {
  return text.length > 10 ? tell.text(text) : periodTitle(text, 'day', tell.say);
}

/** Minutes east of UTC as people write them: −05:00. */
function offset(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '−' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
