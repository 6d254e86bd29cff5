// Numbers and dates in both languages.
import { expect, test } from 'vitest';
import { addDays, daysBetween, formatDay, mondayOf, weekdayName, weekdayOf } from '../../src/format/date.ts';
import {
  formatLasting,
  formatMs,
  formatMsOf,
  formatNumber,
  formatRange,
  formatShare,
} from '../../src/format/number.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('an axis of times has one unit, by its largest', () => {
  expect([0, 5000, 10_000].map(ms => formatMsOf('en', ms, 9000))).toEqual(['0 s', '5 s', '10 s']);
  expect(formatMsOf('en', 5000, 6000)).toBe('5,000 ms');
});

test('how long a run took is said in seconds from one on', () => {
  expect(formatLasting('en', 400)).toBe('400 ms');
  expect(formatLasting('en', 4000)).toBe('4 s');
  expect(formatLasting('en', 90_000)).toBe('1.5 min');
});

test('counts are grouped as the language does', () => {
  expect(formatNumber('en', 14654)).toBe('14,654');
  expect(formatNumber('es', 14654)).toBe('14.654');
});

test('shares are percent with one digit', () => {
  expect(plain(formatShare('en', 0.6606))).toBe('66.1%');
  expect(plain(formatShare('es', 0.6606))).toBe('66,1 %');
});

test('times take the unit that fits', () => {
  expect(formatMs('en', 0)).toBe('0 ms');
  expect(formatMs('en', 7.25)).toBe('7.25 ms');
  expect(formatMs('en', 1749.4)).toBe('1,749 ms');
  expect(formatMs('en', 12_340)).toBe('12.3 s');
  expect(formatMs('en', 90_000)).toBe('1.5 min');
  expect(formatMs('es', 5_400_000)).toBe('1,5 h');
  expect(formatMs('en', 172_800_000)).toBe('2 d');
});

test('a range says its unit once, and one number where both ends are the same', () => {
  expect(plain(formatRange('en', 0.491, 0.597, 'share'))).toBe('49.1 – 59.7%');
  expect(formatRange('en', 5, 5, 'ms')).toBe('5 ms');
  expect(formatRange('en', 985, 1197, 'ms')).toBe('985 – 1,197 ms');
  expect(formatRange('en', 9000, 90_000, 'ms')).toBe('9,000 ms – 1.5 min');
});

test('days are local days, whatever zone the reader is in', () => {
  expect(formatDay('en', '2025-01-08')).toBe('8 Jan 2025');
  expect(formatDay('es', '2025-01-08')).toBe('8 ene 2025');
  expect(weekdayOf('2025-01-06')).toBe(1);
  expect(weekdayOf('2025-01-12')).toBe(7);
  expect(weekdayName('en', 1)).toBe('Monday');
  expect(weekdayName('es', 7)).toBe('domingo');
  expect(mondayOf('2025-01-12')).toBe('2025-01-06');
  expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
  expect(daysBetween('2024-12-30', '2025-01-02')).toHaveLength(4);
});

test('what is no day stays as it is', () => {
  expect(formatDay('en', 'yesterday')).toBe('yesterday');
});
