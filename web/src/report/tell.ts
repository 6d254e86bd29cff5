// How the report says names, cells, figures and what they rest on, in one language.
import { formatLocal } from '../format/date.ts';
import type { Say } from '../format/say.ts';
import type { Basis, Cell, Column } from './schema.d.ts';
import type { ReportWords } from './words/index.ts';

/** Longer names are cut where there is little room; the whole stands in their title. */
const NAME_LENGTH = 80;
const TITLE_LENGTH = 400;
/** Cells are told apart by more digits than figures are read by. */
const CELL_DIGITS = 7;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?/;

export class Tell {
  readonly columns: readonly Column[];
  readonly say: Say;
  readonly words: ReportWords;

  constructor(columns: readonly Column[], say: Say, words: ReportWords) {
    this.columns = columns;
    this.say = say;
    this.words = words;
  }

  /** Name of a column by its place; one without a name is called so. */
  name(column: number): string {
    const name = this.columns[column]?.name ?? '';
    return name.trim() === '' ? this.words.unnamed : cut(name, NAME_LENGTH);
  }

  /** The name as it stands in the table, for those who hover over it. */
  title(column: number): string {
    return cut(this.columns[column]?.name ?? '', TITLE_LENGTH);
  }

  /** The same in so few signs: ends tell columns of one measurement apart, so the middle goes. */
  short(column: number, signs: number): string {
    const name = [...this.name(column)];
    if (name.length <= signs) return name.join('');
    const tail = Math.floor((signs - 1) / 2);
    return `${name.slice(0, signs - 1 - tail).join('')}…${name.slice(-tail).join('')}`;
  }

  /** A figure in the unit of its column; ≈ where it is an estimate. */
  figure(value: number | null | undefined, unit?: string | null, basis?: Basis | null): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return '–';
    const sign = basis?.exactness === 'approximate' ? `${this.words.approx} ` : '';
    return sign + (unit === 'ms' ? this.say.ms(value) : number(this.say, value));
  }

  /** A coefficient, with as many decimals as its neighbours. */
  coefficient(value: number | null | undefined, digits = 2): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return '–';
    return decimals(this.say.language, digits).format(value);
  }

  /** A count; ≈ where it is an estimate. */
  count(value: number, basis?: Basis | null): string {
    return (basis?.exactness === 'approximate' ? `${this.words.approx} ` : '') + this.say.count(value);
  }

  /** A share, told so that only none is 0% and only all is 100%. */
  share(part: number, whole: number): string {
    return whole > 0 ? shareText(this.say, part / whole) : '–';
  }

  part(share: number | null | undefined): string {
    return share === null || share === undefined ? '–' : shareText(this.say, share);
  }

  /** A cell as it may be shown. */
  cell(cell: Cell | null | undefined): string {
    if (cell === null || cell === undefined) return '–';
    if (typeof cell === 'boolean') return cell ? this.words.yes : this.words.no;
    if (typeof cell === 'number') return number(this.say, cell, CELL_DIGITS);
    if (typeof cell === 'string') return this.text(cell);
    return cell.shape;
  }

  /** A value of a category: numbers that are names (1402, 2025) are not grouped. */
  value(cell: Cell | null | undefined, column: Column | null | undefined): string {
    if (typeof cell === 'number' && column && column.kind !== 'number') return String(cell);
    if (typeof cell === 'number' && column?.unit === 'ms') return this.say.ms(cell);
    return this.cell(cell);
  }

  text(text: string): string {
    if (INSTANT.test(text)) return formatLocal(this.say.language, text);
    return text === '' ? '""' : text;
  }

  bytes(bytes: number): string {
    const units = this.words.bytes;
    const steps: [number, string][] = [
      [1e9, units.GB],
      [1e6, units.MB],
      [1e3, units.kB],
    ];
    const [per, unit] = steps.find(([from]) => bytes >= from) ?? [1, units.B];
    return `${this.say.plain(Number((bytes / per).toPrecision(3)))} ${unit}`;
  }

  /** What figures rest on, in a phrase. */
  basis(basis: Basis): string {
    const rows = this.say.count(basis.rows);
    const { words } = this;
    const said =
      basis.rule === 'all_rows'
        ? words.basisAll(rows)
        : basis.rule === 'sample'
          ? words.basisSample(rows)
          : words.basisSketch(rows);
    const error = basis.relative_error ?? null;
    return error === null ? said : `${said}, ${words.basisError(this.say.share(error))}`;
  }

  /** The same where it must be said: not of exact figures over all rows. */
  unlessExact(basis: Basis | null | undefined): string | undefined {
    return basis && (basis.exactness === 'approximate' || basis.rule !== 'all_rows')
      ? this.basis(basis)
      : undefined;
  }
}

export function cut(text: string, length: number): string {
  const signs = [...text];
  return signs.length > length ? `${signs.slice(0, length - 1).join('')}…` : text;
}

/** A share with a decimal; one that would round to none or all shows that it is not. */
function shareText(say: Say, share: number): string {
  if (share > 0 && share < 0.0005) return `< ${say.share(0.001)}`;
  if (share < 1 && share > 0.9995) return `> ${say.share(0.999)}`;
  return say.share(share);
}

/** Very large and very small numbers in powers of ten. */
function number(say: Say, value: number, digits?: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e13 || size < 1e-4)) {
    const [mantissa = '', exponent = ''] = value.toExponential(2).split('e');
    return `${say.plain(Number(mantissa))}·10${superscript(exponent)}`;
  }
  return digits === undefined || Number.isInteger(value) ? say.plain(value) : significant(say, value, digits);
}

function significant(say: Say, value: number, digits: number): string {
  return new Intl.NumberFormat(say.language, { maximumSignificantDigits: digits }).format(value);
}

function decimals(language: string, digits: number): Intl.NumberFormat {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
function superscript(exponent: string): string {
  return [...exponent.replace('+', '')]
    .map(sign => (sign === '-' ? '⁻' : SUPERSCRIPT[Number(sign)]))
    .join('');
}
