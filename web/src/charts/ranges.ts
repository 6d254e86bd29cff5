// Bars whose end is a range: what the critical path gives where an order is undecided.
import { type Cell, type Mark, tableOf } from './data.ts';
import {
  across,
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  isChosen,
  nameLabel,
  opacity,
  rowsHeight,
  shareAxis,
  textStyle,
} from './draw.ts';
import { hollow, thenLegend } from './then.ts';

export type RangeRow = {
  name: string;
  raw: Cell;
  low: number;
  high: number;
  text: string;
  colour: string;
  /** The same by adding up, as a tick to compare with. */
  against: number | null;
  againstText: string;
  lines: [string, string][];
  marks?: Mark[];
  /** The same in the period before. */
  before?: { low: number; high: number; text: string } | null;
};

export function rangeBars(
  rows: readonly RangeRow[],
  ctx: Ctx,
  options: { nameTitle: string; valueTitle: string; againstTitle: string },
): Drawn {
  const { look, say } = ctx;
  const table = tableOf([
    [options.nameTitle, false],
    [options.valueTitle, true],
    [options.againstTitle, true],
  ]);
  table.rows = rows.map(row => ({
    cells: [row.name, row.text, row.againstText],
    raw: [row.raw, rangeRaw(row), row.against],
    marks: row.marks ?? [],
  }));
  const compares = rows.some(row => row.before);
  if (compares) {
    table.columns.push({ title: `${options.valueTitle}, ${say.words.previous}`, numeric: true });
    table.rows.forEach((row, index) => {
      const before = rows[index]?.before;
      row.cells.push(before?.text ?? '–');
      row.raw.push(before ? rangeRaw(before) : null);
    });
  }
  const tip = (row: RangeRow) => ({
    title: row.name,
    lines: [
      [options.valueTitle, row.text],
      ...(row.before ? [[say.words.previous, row.before.text]] : []),
      [options.againstTitle, row.againstText],
      ...row.lines,
    ],
  });
  const largest = (row: RangeRow) => Math.max(row.high, row.against ?? 0, row.before?.high ?? 0);
  const end = Math.ceil(Math.max(0.1, ...rows.map(largest)) * 20) / 20;
  const bar = { type: 'bar', stack: 'range', barMaxWidth: 16 };
  const item = (row: RangeRow, value: number, part: number) => {
    const marks = row.marks ?? [];
    const edge = isChosen(ctx, marks) ? { borderColor: look.ink, borderWidth: 1 } : {};
    const itemStyle = { color: row.colour, opacity: part * opacity(ctx, marks), ...edge };
    return { value, marks, tip: tip(row), itemStyle };
  };
  return {
    option: {
      grid: grid({ right: look.narrow ? 74 : Math.round(100 * look.scale) }),
      yAxis: {
        ...categoryAxis(
          look,
          rows.map(row => row.name),
          nameLabel(look, 165),
        ),
        inverse: true,
      },
      xAxis: across(shareAxis(look, say, end), look),
      tooltip: { trigger: 'item' },
      series: [
        {
          ...bar,
          data: rows.map(row => item(row, row.low, 1)),
        },
        {
          ...bar,
          data: rows.map(row => item(row, row.high - row.low, 0.4)),
        },
        {
          type: 'scatter',
          symbol: 'rect',
          symbolSize: [2, 18],
          itemStyle: { color: look.ink },
          data: rows.flatMap((row, index) =>
            row.against === null
              ? []
              : [{ value: [row.against, index], marks: row.marks ?? [], tip: tip(row) }],
          ),
          z: 4,
        },
        ...(compares ? beforeMarks(rows, ctx) : []),
        // Values stand in a column of their own at the right, clear of the ticks.
        {
          type: 'scatter',
          symbolSize: 0.1,
          silent: true,
          data: rows.map((row, index) => ({
            value: [end, index],
            label: {
              show: true,
              position: 'right',
              distance: 8,
              ...textStyle(look, 11),
              formatter: () => row.text,
            },
          })),
        },
      ],
    },
    table,
    legend: [
      { label: options.againstTitle, colour: look.ink, marks: [], shape: 'line' },
      ...(compares ? [thenLegend(ctx, 'diamond')] : []),
    ],
    height: rowsHeight(rows.length),
  };
}

function rangeRaw({ low, high }: { low: number; high: number }): Cell {
  return low === high ? low : `${low} – ${high}`;
}

/** Where the period before was: a mark, or one at each end of its range. */
function beforeMarks(rows: readonly RangeRow[], ctx: Ctx): object[] {
  const ends = rows.flatMap(({ before }, index) => {
    if (!before) return [];
    const values = before.low === before.high ? [before.low] : [before.low, before.high];
    return values.map(value => ({ value: [value, index] }));
  });
  return [
    {
      type: 'scatter',
      symbol: 'diamond',
      symbolSize: 9,
      itemStyle: hollow(ctx.look),
      data: ends,
      silent: true,
      z: 5,
    },
  ];
}
