// Charts of missing values: counts by column, blocks of rows, and response codes.
import { type Cell, tableOf } from '../../charts/data.ts';
import type { Ctx, Drawn } from '../../charts/draw.ts';
import { type PartsRow, stackedBars } from '../../charts/parts.ts';
import { type FieldCell, field } from '../charts/field.ts';
import { bytesOf } from '../charts/hexagons.ts';
import { toWhole, widerNames } from '../charts/names.ts';
import type { Code, Column, Report } from '../schema.d.ts';
import type { Tell } from '../tell.ts';

/** More columns than a person compares; those that miss most are shown. */
export const MOST_COLUMNS = 100;
/** Codes that a field has room for, those of most rows. */
const MOST_CODES = 24;

/** Signs of a name that an axis has room for. */
const signs = (ctx: Ctx) => (ctx.look.narrow ? 15 : 38);

/** Rows without a usable value: null or a sentinel. */
export function missingRows(column: Column): number {
  return column.counts.structural + column.counts.gaps;
}

/** Columns that miss something, those that miss most first. */
export function missingColumns(report: Report): number[] {
  return report.columns
    .map((column, index) => ({ index, rows: missingRows(column) }))
    .filter(one => one.rows > 0)
    .sort((a, b) => b.rows - a.rows || a.index - b.index)
    .map(one => one.index);
}

export function missingCounts(report: Report, columns: readonly number[], ctx: Ctx, tell: Tell): Drawn {
  const { words, say } = tell;
  const hasCodes = report.codes.length > 0;
  const rows = columns.map((index): PartsRow => {
    const counts = report.columns[index]?.counts;
    const [structural, gaps, all] = [counts?.structural ?? 0, counts?.gaps ?? 0, counts?.rows ?? 0];
    const parts = hasCodes ? [structural, gaps] : [gaps];
    return {
      name: tell.short(index, ctx.look.narrow ? 17 : 34),
      raw: tell.name(index),
      values: parts.map(part => (all > 0 ? part / all : 0)),
      texts: parts.map(part => `${tell.share(part, all)} · ${say.count(part)}`),
      marks: [],
      lines: [[words.sentinels, say.count(counts?.sentinel ?? 0)]],
    };
  });
  const kinds = hasCodes
    ? [
        { name: words.structural, colour: ctx.look.rest },
        { name: words.gaps, colour: ctx.look.rejected },
      ]
    : [{ name: words.missingTitle, colour: ctx.look.rejected }];
  const largest = Math.max(
    ...rows.map(row => row.values.reduce((sum: number, one) => sum + (one ?? 0), 0)),
    0,
  );
  const drawn = stackedBars(rows, kinds, ctx, { unit: 'share', nameTitle: words.columnTitle });
  return {
    ...widerNames(toWhole(drawn, ctx, largest), ctx, 250),
    height: Math.max(120, rows.length * 18 + 34),
  };
}

export function missingMatrix(report: Report, columns: readonly number[], ctx: Ctx, tell: Tell): Drawn {
  const { words, say } = tell;
  const { matrix } = report.missing;
  const shares = new Map(matrix.columns.map(one => [one.column, one.shares]));
  const ordered = [...columns].sort((a, b) => a - b).filter(index => shares.has(index));
  const span = (block: number) =>
    words.blockRows(
      say.count(block * matrix.block_rows + 1),
      say.count(Math.min((block + 1) * matrix.block_rows, report.overview.rows)),
    );
  const table = tableOf([
    [words.columnTitle, false],
    [words.missingTitle, true],
    [words.missingShare, true],
  ]);
  const cells: FieldCell[] = [];
  ordered.forEach((index, y) => {
    const column = report.columns[index];
    const missing = column ? missingRows(column) : 0;
    table.rows.push({
      cells: [tell.name(index), say.count(missing), tell.share(missing, report.overview.rows)],
      raw: [tell.name(index), missing, report.overview.rows > 0 ? missing / report.overview.rows : null],
      marks: [],
    });
    bytesOf(shares.get(index) ?? '').forEach((byte, x) => {
      cells.push({ x, y, part: byte / 255, lines: [[words.missingShare, shareOf(byte, say)]] });
    });
  });
  const blocks = Array.from({ length: matrix.blocks }, (_, block) => span(block));
  return field(ctx, {
    rows: ordered.map(index => tell.name(index)),
    short: ordered.map(index => tell.short(index, signs(ctx))),
    columns: blocks,
    cells,
    table,
  });
}

/** Only none is 0 and only all is 255. */
function shareOf(byte: number, say: Tell['say']): string {
  if (byte === 0) return say.share(0, 0);
  return byte === 255 ? say.share(1, 0) : `${say.share(byte / 255, 0)}`;
}

export function codeName(code: Code, tell: Tell): string {
  const pooled = code.pooled ?? null;
  if (pooled !== null) return tell.words.rarerCodes(tell.say.count(pooled));
  return code.code ?? (typeof code.number === 'number' ? String(code.number) : tell.words.noCode);
}

export function codeTitle(code: Code, tell: Tell): string {
  return [codeName(code, tell), code.description ?? ''].filter(Boolean).join(' ');
}

/** Share of each code's rows that miss each column; structural ones in grey. */
export function missingByCode(report: Report, columns: readonly number[], ctx: Ctx, tell: Tell): Drawn {
  const { words, say } = tell;
  const codes = report.codes
    .map((code, index) => ({ code, index }))
    .sort((a, b) => b.code.rows - a.code.rows);
  const shown = codes.slice(0, MOST_CODES);
  const table = tableOf([
    [words.columnTitle, false],
    [words.code, false],
    [words.missingShare, true],
    [words.missingTitle, true],
    [words.structural, false],
  ]);
  const cells: FieldCell[] = [];
  const rows = columns.filter(index => (report.columns[index]?.missing_by_code ?? []).length > 0);
  rows.forEach((index, y) => {
    shown.forEach(({ code, index: place }, x) => {
      const entry = report.columns[index]?.missing_by_code?.[place];
      if (!entry || code.rows === 0) return;
      const share = entry.missing / code.rows;
      const mark = entry.structural ? words.yes : words.no;
      const raw: Cell[] = [tell.name(index), codeName(code, tell), share, entry.missing, entry.structural];
      if (entry.missing > 0) {
        table.rows.push({
          cells: [tell.name(index), codeName(code, tell), tell.part(share), say.count(entry.missing), mark],
          raw,
          marks: [],
        });
      }
      cells.push({
        x,
        y,
        part: share,
        strong: entry.structural,
        text: entry.missing === 0 ? '' : say.share(share, 0),
        lines: [
          [words.missingShare, tell.part(share)],
          [words.missingTitle, `${say.count(entry.missing)} / ${say.count(code.rows)}`],
          [words.structural, mark],
        ],
      });
    });
  });
  return field(ctx, {
    rows: rows.map(index => tell.name(index)),
    short: rows.map(index => tell.short(index, signs(ctx))),
    columns: shown.map(({ code }) => codeName(code, tell)),
    titles: shown.map(({ code }) => codeTitle(code, tell)),
    cells,
    table,
    top: true,
    gap: 0.5,
    rowHeight: 16,
  });
}
