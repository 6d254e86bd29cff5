// Everything that a chart or a part needs to say something in one language.
import type { Num } from '../charts/data.ts';
import { type Words, wordsOf } from '../words/index.ts';
import * as dates from './date.ts';
import * as numbers from './number.ts';

export class Say {
  readonly language: numbers.Language;
  readonly words: Words;

  constructor(language: numbers.Language) {
    this.language = language;
    this.words = wordsOf(language);
  }

  count(value: number): string {
    return numbers.formatNumber(this.language, value);
  }
  /** A number and its noun: 1 process, 2 processes. */
  counted(value: number, noun: keyof Words['nouns']): string {
    const [one = noun, more = one] = this.words.nouns[noun];
    return `${this.count(value)} ${value === 1 ? one : more}`;
  }
  plain(value: number): string {
    return numbers.formatPlain(this.language, value);
  }
  short(value: number): string {
    return numbers.formatShort(this.language, value);
  }
  share(value: number, digits = 1): string {
    return numbers.formatShare(this.language, value, digits);
  }
  ms(value: number): string {
    return numbers.formatMs(this.language, value);
  }
  /** A label of an axis that ends near `largest`. */
  axis(value: number, unit: string, largest: number): string {
    return unit === 'ms'
      ? numbers.formatMsOf(this.language, value, largest)
      : numbers.formatUnit(this.language, value, unit);
  }
  /** How long something took: seconds from one on. */
  lasting(ms: number): string {
    return numbers.formatLasting(this.language, ms);
  }
  unit(value: number, unit: string): string {
    return numbers.formatUnit(this.language, value, unit);
  }
  range(low: number, high: number, unit: string): string {
    return numbers.formatRange(this.language, low, high, unit);
  }
  day(day: string): string {
    return dates.formatDay(this.language, day);
  }
  dayLong(day: string): string {
    return dates.formatDayLong(this.language, day);
  }
  dayShort(day: string): string {
    return dates.formatDayShort(this.language, day);
  }
  instant(instant: string): string {
    return dates.formatInstant(this.language, instant);
  }
  weekday(weekday: number, width: 'long' | 'short' = 'long'): string {
    return dates.weekdayName(this.language, weekday, width);
  }

  /** A change since the period before: points of a share, else a part of what was. */
  change(by: number, unit: string): string {
    return unit === 'share'
      ? `${numbers.formatPoints(this.language, by)} ${this.words.points}`
      : numbers.formatChange(this.language, by);
  }

  /** By how many something is more or less. */
  difference(value: number): string {
    return numbers.formatDifference(this.language, value);
  }

  /** A number as it may be shown: its value, or that it rests on too few. */
  num(num: Num, unit: string): string {
    if (num.too_few) return this.words.tooFew;
    if (num.value === null) return '–';
    return `${num.approximate ? '≈ ' : ''}${this.unit(num.value, unit)}`;
  }

  /** What a number rests on, line by line. */
  basisOf(num: Num, unit: string): [string, string][] {
    const lines: [string, string][] = [];
    if (!num.too_few && num.low !== null && num.high !== null) {
      lines.push([this.words.interval, this.range(num.low, num.high, unit)]);
    }
    lines.push([this.words.n, this.count(num.n)]);
    if (num.persons !== null) lines.push([this.words.persons, this.count(num.persons)]);
    return lines;
  }
}

/** Says counts as they are, or as estimates where one in several was looked at. */
export function counting(say: Say, oneIn: number): Say {
  return oneIn > 1 ? new Estimates(say.language) : say;
}

/** Says counts as estimates: one in several was looked at. */
export class Estimates extends Say {
  override count(value: number): string {
    return `≈ ${super.count(value)}`;
  }
  override ms(value: number): string {
    return `≈ ${super.ms(value)}`;
  }
}
