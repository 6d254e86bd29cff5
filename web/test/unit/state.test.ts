// Filters and addresses: what a click makes of them, and that an address says all.
import { expect, test } from 'vitest';
import { filtersOf, passes, rangeOf, toggleMarks } from '../../src/state/filters.ts';
import { filtersBefore, periodBefore, periodOf, placeIn } from '../../src/state/previous.ts';
import { formatPlace, type Place, parsePlace } from '../../src/state/url.ts';

const clients = (...values: string[]) => ({ convenio: values });

test('a click on a mark sets the filter of its column, and again undoes it', () => {
  const once = toggleMarks({}, [{ column: 'convenio', value: 'a' }], false);
  expect(once).toEqual(clients('a'));
  expect(toggleMarks(once, [{ column: 'convenio', value: 'a' }], false)).toEqual({});
});

test('a click on another mark goes over to it, and with a key held joins it', () => {
  expect(toggleMarks(clients('a'), [{ column: 'convenio', value: 'b' }], false)).toEqual(clients('b'));
  expect(toggleMarks(clients('a'), [{ column: 'convenio', value: 'b' }], true)).toEqual(clients('a', 'b'));
  expect(toggleMarks(clients('a', 'b'), [{ column: 'convenio', value: 'a' }], true)).toEqual(clients('b'));
});

test('a mark of two columns sets and undoes both, and leaves others alone', () => {
  const marks = [
    { column: 'weekday', value: 1 },
    { column: 'hour', value: 9 },
  ];
  const both = toggleMarks(clients('a'), marks, false);
  expect(both).toEqual({ convenio: ['a'], weekday: ['1'], hour: ['9'] });
  expect(toggleMarks(both, marks, false)).toEqual(clients('a'));
});

test('a mark of several values of one column sets them all, and again undoes them', () => {
  const fell = [302, 304].map(value => ({ column: 'code', value }));
  const once = toggleMarks({}, fell, false);
  expect(once).toEqual({ code: ['302', '304'] });
  expect(filtersOf(fell)).toEqual(once);
  expect(toggleMarks(once, fell, false)).toEqual({});
  expect(toggleMarks({ code: ['302'] }, fell, false)).toEqual(once);
  expect(toggleMarks({ code: ['1402'] }, fell, true)).toEqual({ code: ['1402', '302', '304'] });
  expect(toggleMarks({ code: ['1402', '302', '304'] }, fell, true)).toEqual({ code: ['1402'] });
});

test('a mark that is a range is chosen by that very range', () => {
  const tail = [{ column: 'attempt', value: '12..' }];
  const once = toggleMarks({}, tail, false);
  expect(once).toEqual({ attempt: ['12..'] });
  expect(passes(once, 'attempt', '12..', true)).toBe(true);
  expect(passes(once, 'attempt', 3, true)).toBe(false);
  expect(passes({ attempt: ['3'] }, 'attempt', '12..', true)).toBe(false);
  expect(toggleMarks(once, tail, false)).toEqual({});
});

test('null is filtered by an empty value', () => {
  expect(toggleMarks({}, [{ column: 'code', value: null }], false)).toEqual({ code: [''] });
  expect(passes({ code: [''] }, 'code', null, true)).toBe(true);
});

test('ranges are inclusive, may be open, and hold for ordered columns alone', () => {
  expect(rangeOf(['8..12'])).toEqual({ low: '8', high: '12' });
  expect(rangeOf(['..12'])).toEqual({ low: null, high: '12' });
  expect(rangeOf(['2025-01-03..'])).toEqual({ low: '2025-01-03', high: null });
  expect(rangeOf(['1.5..2.5'])).toEqual({ low: '1.5', high: '2.5' });
  expect(rangeOf(['8'])).toBeNull();
  expect(passes({ hour: ['8..12'] }, 'hour', 12, true)).toBe(true);
  expect(passes({ hour: ['8..12'] }, 'hour', 13, true)).toBe(false);
  expect(passes({ day: ['2025-01-03..'] }, 'day', '2025-01-10', true)).toBe(true);
  expect(passes({ convenio: ['a..b'] }, 'convenio', 'a..b', false)).toBe(true);
  expect(passes({}, 'hour', 3, true)).toBeNull();
});

test('an address gives back the place that it was made of', () => {
  const places: Place[] = [
    { tab: 'clients', filters: {}, compare: false, sheet: null },
    {
      tab: 'retries',
      filters: { convenio: ['<b>"A & B"</b>', 'a=b', 'ñandú+1', ''], day: ['2025-01-03..2025-01-10'] },
      compare: true,
      sheet: null,
    },
    {
      tab: 'microservices',
      filters: { hour: ['8..12'] },
      compare: false,
      sheet: { kind: 'why', select: { summary_code: ['1402'] } },
    },
    {
      tab: 'clients',
      filters: {},
      compare: false,
      sheet: { kind: 'transactions', select: { day: ['2025-01-17'] }, token: 'a/b?c' },
    },
  ];
  for (const place of places) {
    const address = new URL(formatPlace(place), 'http://localhost');
    expect(parsePlace(address.pathname, address.search)).toEqual(place);
  }
});

test('equal filters have equal addresses, whatever their order', () => {
  const place = (filters: Place['filters']): Place => ({ tab: 'data', filters, compare: false, sheet: null });
  expect(formatPlace(place({ b: ['2'], a: ['1'] }))).toBe(formatPlace(place({ a: ['1'], b: ['2'] })));
});

test('an unknown path is the first tab, and language is no filter', () => {
  expect(parsePlace('/nothing', '?lang=es&hour=3')).toEqual({
    tab: 'clients',
    filters: { hour: ['3'] },
    compare: false,
    sheet: null,
  });
  expect(parsePlace('/', '?__proto__=1').filters).toEqual({});
});

test('the period before is as long as the one filtered by, or as the one with data', () => {
  const basis = { first_day: '2025-01-08', last_day: '2025-01-31' };
  const filtered = periodOf({ day: ['2025-01-24..2025-01-28'] }, basis);
  expect(filtered && periodBefore(filtered)).toEqual({ from: '2025-01-19', to: '2025-01-23' });
  const one = periodOf({ day: ['2025-03-01'] }, basis);
  expect(one && periodBefore(one)).toEqual({ from: '2025-02-28', to: '2025-02-28' });
  const all = periodOf({}, basis);
  expect(all && periodBefore(all)).toEqual({ from: '2024-12-15', to: '2025-01-07' });
  expect(periodOf({}, { first_day: null, last_day: null })).toBeNull();
});

test('filters of the period before keep the client, and no month that it is not in', () => {
  const filters = { convenio: ['a'], month: ['1'], day: ['2025-01-08..2025-01-09'] };
  expect(filtersBefore(filters, { from: '2025-01-06', to: '2025-01-07' })).toEqual({
    convenio: ['a'],
    day: ['2025-01-06..2025-01-07'],
  });
});

test('places of two periods are compared by where they stand, not by their dates', () => {
  const now = { from: '2025-01-15', to: '2025-01-28' };
  const before = periodBefore(now);
  expect(placeIn(now, 'day', '2025-01-17')).toBe(2);
  expect(placeIn(before, 'day', '2025-01-03')).toBe(2);
  expect(placeIn(now, 'day', '2025-01-29')).toBeNull();
  // A week is named by its Monday, which may lie before the period.
  expect(placeIn(now, 'week', '2025-01-13')).toBe(0);
  expect(placeIn(before, 'week', '2024-12-30')).toBe(0);
  expect(placeIn(before, 'week', '2025-01-06')).toBe(1);
  expect(placeIn({ from: '2024-11-05', to: '2025-02-03' }, 'month', '2025-01-01')).toBe(2);
  expect(placeIn(now, 'hour', '2025-01-15')).toBeNull();
});
