// How columns and their values are called and coloured, from what the server says of itself.
import type { Code, Dimension, Meta, Text } from '../api/types.ts';
import type { Cell, Mark } from '../charts/data.ts';
import type { Ctx } from '../charts/draw.ts';
import { type Look, seriesColour } from '../charts/look.ts';
import { formatLocal, formatMonth, monthName } from '../format/date.ts';
import type { Say } from '../format/say.ts';
import { type Filters, passes, rangeOf, textOf } from './filters.ts';
import { isAny, runColumns } from './marks.ts';

/** Columns of the calendar are called the same whatever the card. */
export const CALENDAR = ['day', 'week', 'month', 'year', 'weekday', 'hour', 'minute'] as const;

/** So much of an id tells it from others at a glance. */
const SHORT_ID = 8;

/** Gives each value of a column a colour at first sight, and the same ever after. */
export class Colours {
  readonly #places = new Map<string, Map<string, number>>();

  constructor(meta: Meta) {
    for (const dimension of meta.dimensions) {
      for (const { value } of dimension.values.slice(0, 10)) this.place(dimension.column, value);
    }
    for (const { name } of meta.microservices) this.place('microservice', name);
  }

  place(column: string, value: Cell): number {
    const places = this.#places.get(column) ?? new Map<string, number>();
    this.#places.set(column, places);
    const text = textOf(value);
    const known = places.get(text) ?? places.size;
    places.set(text, known);
    return known;
  }
}

export class Names {
  readonly meta: Meta;
  readonly say: Say;
  readonly #codes: Map<number, Code>;
  readonly #dimensions: Map<string, Dimension>;
  readonly #microservices: Map<string, string>;
  readonly #runs: Map<string, Mark>;

  constructor(meta: Meta, say: Say) {
    this.meta = meta;
    this.say = say;
    this.#codes = new Map(meta.codes.map(code => [code.code, code]));
    this.#dimensions = new Map(meta.dimensions.map(dimension => [dimension.column, dimension]));
    this.#microservices = new Map(meta.microservices.map(one => [one.name, one.title]));
    this.#runs = runColumns(meta);
  }

  text(text: Text): string {
    return text[this.say.language];
  }

  dimension(column: string): Dimension | null {
    return this.#dimensions.get(column) ?? null;
  }

  /** What a metric means, in the reader's language. */
  definition(metric: string): string | undefined {
    const known = this.meta.metrics.find(one => one.id === metric);
    return known ? this.text(known.definition) : undefined;
  }

  ordered(column: string): boolean {
    const kind = this.dimension(column)?.kind;
    return kind === 'ordered' || kind === 'day';
  }

  code(code: number | string | null): Code | null {
    return code === null || code === '' ? null : (this.#codes.get(Number(code)) ?? null);
  }

  codeText(code: number | string | null): string {
    if (code === null || !/^\d+$/.test(String(code))) return this.say.words.none;
    return this.code(code)?.text ?? String(code).padStart(4, '0');
  }

  codeFull(code: number | string | null): string {
    const known = this.code(code);
    return known ? `${known.text} ${known.description}` : this.codeText(code);
  }

  microservice(name: string): string {
    return this.#microservices.get(name) ?? name;
  }

  /** What a microservice filters by: the transactions in which it ran. */
  runMarks(microservice: string): Mark[] {
    const mark = this.#runs.get(microservice);
    return mark ? [mark] : [];
  }

  /** What a response code filters by; a transaction without any says `none`. */
  codeMarks(code: string | number | null): Mark[] {
    const column = this.meta.roles.code;
    if (column === null || this.dimension(column) === null) return [];
    return [{ column, value: code !== null && /^\d+$/.test(String(code)) ? Number(code) : null }];
  }

  /** What an attempt of a process filters by: its number, or a range of numbers. */
  attemptMarks(attempt: number | string): Mark[] {
    return this.dimension('attempt') ? [{ column: 'attempt', value: attempt }] : [];
  }

  image(image: string): string {
    return lookUp(this.say.words.pictures, image.replace(/_img$/, ''));
  }

  title(column: string): string {
    if (column === 'microservice') return this.say.words.tabs.microservices;
    if (column === this.meta.roles.client) return this.say.words.columns.client;
    const dimension = this.dimension(column);
    return dimension ? this.text(dimension.title) : column;
  }

  name(column: string, value: Cell): string {
    const { words, language } = this.say;
    if (value === null) return words.none;
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    const text = String(value);
    if (text === '') return words.none;
    if (column === this.meta.roles.code || column === 'previous_code') return this.codeText(text);
    switch (column) {
      case 'outcome':
      case 'first_outcome':
        return lookUp(words.outcomes, text);
      case 'kind':
        return lookUp(words.kinds, text);
      case 'reason':
        return lookUp(words.culpritsShort, text);
      case 'policy_id':
        return text.slice(0, SHORT_ID);
      case 'microservice':
        return this.microservice(text);
      case 'weekday':
        return /^[1-7]$/.test(text) ? this.say.weekday(Number(text)) : text;
      case 'month':
        return /^\d{1,2}$/.test(text) ? monthName(language, Number(text)) : formatMonth(language, text);
      case 'day':
      case 'week':
        return this.say.day(text);
      case 'hour':
        return text.padStart(2, '0');
      case 'year':
      case 'minute':
        return text;
      default:
        if (column.endsWith('_ms') && typeof value === 'number') return this.say.ms(value);
        return typeof value === 'number' ? this.say.plain(value) : localTime(language, text);
    }
  }

  fullName(column: string, value: Cell): string {
    if (column === this.meta.roles.code || column === 'previous_code') {
      return this.codeFull(value === null ? null : String(value));
    }
    if (column === 'day' && typeof value === 'string') return this.say.dayLong(value);
    if (column === 'policy_id' && typeof value === 'string') return value;
    if (typeof value === 'string' && this.#isRange(column, value)) return this.filterText(column, [value]);
    return this.name(column, value);
  }

  #isRange(column: string, text: string): boolean {
    return isAny([text]) || (this.ordered(column) && rangeOf([text]) !== null);
  }

  /** A filter in words, with what it is about. */
  filterText(column: string, texts: readonly string[], title = this.title(column)): string {
    const ran = isAny(texts) ? [...this.#runs].find(([, mark]) => mark.column === column) : undefined;
    return `${ran ? this.microservice(ran[0]) : title}: ${this.filterWords(column, texts)}`;
  }

  /** A filter of one column in words. */
  filterWords(column: string, texts: readonly string[]): string {
    const { words } = this.say;
    if (isAny(texts)) {
      const ran = [...this.#runs.values()].some(mark => mark.column === column);
      if (ran) return words.ran;
      if (texts[0] === '..') return words.present;
    }
    const range = this.ordered(column) ? rangeOf(texts) : null;
    if (range) {
      const low = range.low === null ? '' : this.name(column, this.cell(column, range.low));
      const high = range.high === null ? '' : this.name(column, this.cell(column, range.high));
      return low && high ? `${low} – ${high}` : low ? `≥ ${low}` : `≤ ${high}`;
    }
    const names = texts.map(text => this.fullName(column, text === '' ? null : this.cell(column, text)));
    const shown = names.slice(0, 3).join(', ');
    return names.length > 3 ? `${shown}, ${words.others(this.say.count(names.length - 3))}` : shown;
  }

  /** What a text of the address stands for: a client called 007 is no number. */
  cell(column: string, text: string): Cell {
    const kind = typeof (this.dimension(column)?.values.find(one => one.value !== null)?.value ?? '');
    if (kind === 'number' && text !== '' && !Number.isNaN(Number(text))) return Number(text);
    return kind === 'boolean' ? text === 'true' : text;
  }
}

function lookUp(words: Record<string, string>, key: string): string {
  return Object.hasOwn(words, key) ? (words[key] ?? key) : key;
}

function localTime(language: 'en' | 'es', text: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? formatLocal(language, text) : text;
}

export function contextOf(names: Names, look: Look, colours: Colours, filters: Filters): Ctx {
  const outcome: Record<string, string> = {
    accepted: look.accepted,
    rejected: look.rejected,
    technical: look.technical,
    first: seriesColour(look, 0),
    retry: seriesColour(look, 1),
    repeat: look.rest,
  };
  return {
    say: names.say,
    look,
    title: column => names.title(column),
    name: (column, value) => names.name(column, value),
    fullName: (column, value) => names.fullName(column, value),
    colour: (column, value) => {
      if (column === names.meta.roles.code) return codeColour(names, look, value);
      if (column === 'outcome' || column === 'kind') return outcome[textOf(value)] ?? look.rest;
      return seriesColour(look, colours.place(column, value));
    },
    chosen: (column, value) => passes(filters, column, value, names.ordered(column)),
  };
}

/** A code has the colour of the outcome that it stands for. */
function codeColour(names: Names, look: Look, value: Cell): string {
  const code = names.code(typeof value === 'number' || typeof value === 'string' ? value : null);
  if (code?.outcome === 'accepted') return look.accepted;
  return code === null || code.outcome === 'technical' ? look.technical : look.rejected;
}
