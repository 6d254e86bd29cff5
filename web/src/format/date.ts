// Days, instants and calendar names in a language.
import type { Language } from './number.ts';

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = cache.get(key);
  if (known) return known;
  // British order of days and months: the same as in Spanish, and never read as the American one.
  const made = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es', options);
  cache.set(key, made);
  return made;
}

/** A local day, `2025-01-08`, as a date at midnight UTC; null where it is none. */
export function parseDay(day: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}/.test(day)) return null;
  const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  const date = parseDay(day);
  if (!date) return day;
  date.setUTCDate(date.getUTCDate() + days);
  return dayText(date);
}

/** All days from the first to the last; gaps are days too. */
export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = first; day <= last && days.length < 20_000; day = addDays(day, 1)) days.push(day);
  return days;
}

function withDay(language: Language, day: string, options: Intl.DateTimeFormatOptions): string {
  const date = parseDay(day);
  return date ? formatter(language, { ...options, timeZone: 'UTC' }).format(date) : day;
}

export function formatDay(language: Language, day: string): string {
  return withDay(language, day, { day: 'numeric', month: 'short', year: 'numeric' });
}

export function formatDayLong(language: Language, day: string): string {
  return withDay(language, day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** A day on an axis, without its year. */
export function formatDayShort(language: Language, day: string): string {
  return withDay(language, day, { day: 'numeric', month: 'short' });
}

export function formatMonth(language: Language, day: string): string {
  return withDay(language, day, { month: 'long', year: 'numeric' });
}

/** 1 is Monday, as in ISO 8601. */
export function weekdayName(language: Language, weekday: number, width: 'long' | 'short' = 'long'): string {
  const date = new Date(Date.UTC(2024, 0, weekday));
  return formatter(language, { weekday: width, timeZone: 'UTC' }).format(date);
}

export function monthName(language: Language, month: number, width: 'long' | 'short' = 'long'): string {
  return formatter(language, { month: width, timeZone: 'UTC' }).format(
    new Date(Date.UTC(2024, month - 1, 1)),
  );
}

/** ISO weekday of a day: Monday is 1. */
export function weekdayOf(day: string): number {
  const date = parseDay(day);
  return date ? ((date.getUTCDay() + 6) % 7) + 1 : 1;
}

export function mondayOf(day: string): string {
  return addDays(day, 1 - weekdayOf(day));
}

/** An instant in the reader's own zone. */
export function formatInstant(language: Language, instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return formatter(language, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** Local time without a zone, `2025-01-25T13:32`, as it was written. */
export function formatLocal(language: Language, local: string): string {
  const date = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(local) ? local : `${local}Z`);
  if (Number.isNaN(date.getTime())) return local;
  return formatter(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format(date);
}

const SPANS: [number, Intl.RelativeTimeFormatUnit][] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
];

/** How long before `now` an instant was, in words. */
export function formatAgo(language: Language, instant: string, now: string): string {
  const span = new Date(instant).getTime() - new Date(now).getTime();
  if (Number.isNaN(span)) return '';
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [size, unit] of SPANS) {
    if (Math.abs(span) >= size || unit === 'second') return relative.format(Math.round(span / size), unit);
  }
  return '';
}
