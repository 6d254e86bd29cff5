// Rings and stacked horizontal bars: what a whole is made of.
import { type Cell, type Mark, type Then, tableOf } from './data.ts';
import {
  across,
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  isChosen,
  nameLabel,
  opacity,
  type Point,
  rowsHeight,
  valueAxis,
} from './draw.ts';
import { textOn } from './look.ts';
import { addThen, thenLines } from './then.ts';

export type Slice = {
  name: string;
  fullName: string;
  raw: Cell;
  value: number;
  text: string;
  colour: string;
  marks: Mark[];
  lines: [string, string][];
  /** The same in the period before. */
  before?: Then | null;
};

export type RingOptions = { middle: { value: string; label: string }; nameTitle: string; valueTitle: string };

export function ring(slices: readonly Slice[], ctx: Ctx, options: RingOptions): Drawn {
  const { say, look } = ctx;
  const sum = slices.reduce((total, slice) => total + slice.value, 0);
  const table = tableOf([
    [options.nameTitle, false],
    [options.valueTitle, true],
    [say.words.share, true],
  ]);
  table.rows = slices.map(slice => ({
    cells: [slice.fullName, slice.text, sum > 0 ? say.share(slice.value / sum) : '–'],
    raw: [slice.raw, slice.value, sum > 0 ? slice.value / sum : null],
    marks: slice.marks,
  }));
  addThen(
    table,
    options.valueTitle,
    slices.map(slice => slice.before),
    say,
  );
  return {
    option: {
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'pie',
          radius: ['58%', '94%'],
          startAngle: 90,
          itemStyle: { borderColor: look.surface, borderWidth: 2 },
          label: { show: false },
          labelLine: { show: false },
          emphasis: { scale: false },
          data: slices.map(
            (slice): Point => ({
              value: slice.value,
              name: slice.name,
              marks: slice.marks,
              tip: {
                title: slice.fullName,
                lines: [
                  [options.valueTitle, slice.text],
                  ...thenLines(slice.before, say),
                  [say.words.share, sum > 0 ? say.share(slice.value / sum) : '–'],
                  ...slice.lines,
                ],
              },
              itemStyle: {
                color: slice.colour,
                opacity: opacity(ctx, slice.marks),
                ...(isChosen(ctx, slice.marks) ? { borderColor: look.ink, borderWidth: 2 } : {}),
              },
              label: {
                show: sum > 0 && slice.value / sum >= 0.07,
                position: 'inside',
                color: textOn(slice.colour),
                fontFamily: look.font,
                fontSize: Math.round(11 * look.scale),
                formatter: () => say.share(slice.value / sum, 0),
              },
            }),
          ),
        },
      ],
    },
    table,
    legend: slices.map(slice => ({
      label: slice.name,
      colour: slice.colour,
      marks: slice.marks,
      value: slice.before?.change ? `${slice.text} (${slice.before.change})` : slice.text,
    })),
    height: 230,
    middle: options.middle,
  };
}

export type Part = { name: string; colour: string };
export type PartsRow = {
  name: string;
  raw: Cell;
  values: (number | null)[];
  texts: string[];
  marks: Mark[];
  lines: [string, string][];
  /** Its parts in the period before. */
  before?: (Then | null)[];
};

/** Stacked horizontal bars: each row's parts one after the other. */
export function stackedBars(
  rows: readonly PartsRow[],
  kinds: readonly Part[],
  ctx: Ctx,
  options: { unit: string; nameTitle: string },
): Drawn {
  const { look, say } = ctx;
  const largest = Math.max(...rows.map(row => row.values.reduce((a: number, b) => a + (b ?? 0), 0)), 0);
  const table = tableOf([
    [options.nameTitle, false],
    ...kinds.map((kind): [string, boolean] => [kind.name, true]),
  ]);
  table.rows = rows.map(row => ({
    cells: [row.name, ...row.texts],
    raw: [row.raw, ...row.values],
    marks: row.marks,
  }));
  kinds.forEach((kind, index) => {
    addThen(
      table,
      kind.name,
      rows.map(row => row.before?.[index]),
      say,
    );
  });
  return {
    option: {
      grid: grid(),
      yAxis: {
        ...categoryAxis(
          look,
          rows.map(row => row.name),
          nameLabel(look, 175),
        ),
        inverse: true,
      },
      xAxis: across(
        valueAxis(look, { formatter: (value: number) => say.axis(value, options.unit, largest) }),
        look,
      ),
      tooltip: { trigger: 'item' },
      series: kinds.map((kind, index) => ({
        type: 'bar',
        name: kind.name,
        stack: 'all',
        barMaxWidth: 18,
        itemStyle: {
          color: kind.colour,
          borderColor: look.surface,
          borderWidth: 0.6,
        },
        data: rows.map(
          (row): Point => ({
            value: row.values[index] ?? null,
            marks: row.marks,
            tip: {
              title: row.name,
              lines: [
                ...kinds.flatMap((one, i): [string, string][] => [
                  [one.name, row.texts[i] ?? '–'],
                  ...thenLines(row.before?.[i], say),
                ]),
                ...row.lines,
              ],
            },
            itemStyle: { opacity: opacity(ctx, row.marks) },
          }),
        ),
      })),
    },
    table,
    legend: kinds.map(kind => ({ label: kind.name, colour: kind.colour, marks: [] })),
    height: rowsHeight(rows.length),
  };
}
