// What a period is called: a month by its name, a week or day by its first day.
import { monthName, parseDay } from '../format/date.ts';
import type { Say } from '../format/say.ts';
import type { TimeUnit } from './schema.d.ts';

export function periodName(start: string, unit: TimeUnit, say: Say): string {
  const date = parseDay(start);
  if (!date) return start;
  if (unit === 'year') return String(date.getUTCFullYear());
  if (unit === 'month') {
    return `${monthName(say.language, date.getUTCMonth() + 1, 'short')} ${date.getUTCFullYear()}`;
  }
  return say.dayShort(start);
}

/** In full, with its year. */
export function periodTitle(start: string, unit: TimeUnit, say: Say): string {
  return unit === 'month' || unit === 'year' ? periodName(start, unit, say) : say.day(start);
}
