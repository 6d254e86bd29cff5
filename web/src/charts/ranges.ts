// Bars whose end is a range: what the critical path gives where an order is undecided.
import { type Cell, tableOf } from './data.ts';
import {
  across,
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  nameLabel,
  rowsHeight,
  shareAxis,
  textStyle,
} from './draw.ts';

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
    raw: [row.raw, row.low === row.high ? row.low : `${row.low} – ${row.high}`, row.against],
    marks: [],
  }));
  const tip = (row: RangeRow) => ({
    title: row.name,
    lines: [[options.valueTitle, row.text], [options.againstTitle, row.againstText], ...row.lines],
  });
  const end = Math.ceil(Math.max(0.1, ...rows.map(row => Math.max(row.high, row.against ?? 0))) * 20) / 20;
  const bar = { type: 'bar', stack: 'range', barMaxWidth: 16 };
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
          data: rows.map(row => ({ value: row.low, tip: tip(row), itemStyle: { color: row.colour } })),
        },
        {
          ...bar,
          data: rows.map(row => ({
            value: row.high - row.low,
            tip: tip(row),
            itemStyle: { color: row.colour, opacity: 0.4 },
          })),
        },
        {
          type: 'scatter',
          symbol: 'rect',
          symbolSize: [2, 18],
          itemStyle: { color: look.ink },
          data: rows.flatMap((row, index) =>
            row.against === null ? [] : [{ value: [row.against, index], tip: tip(row) }],
          ),
          z: 4,
        },
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
    legend: [{ label: options.againstTitle, colour: look.ink, marks: [], shape: 'line' }],
    height: rowsHeight(rows.length),
  };
}
