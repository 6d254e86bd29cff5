// Horizontal bars: one value for each name, on a plain or a log scale, or parts side by side.
import { type Cell, type Mark, type MetricTable, type Then, type Tip, tableOf } from './data.ts';
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
  textStyle,
  valueAxis,
} from './draw.ts';
import { addThen, thenDots, thenLegend, thenLines } from './then.ts';

export type Bar = {
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

export type BarsOptions = {
  log?: boolean;
  unit: string;
  nameTitle: string;
  valueTitle: string;
  names?: number;
};

export function bars(rows: readonly Bar[], ctx: Ctx, options: BarsOptions): Drawn {
  const { look } = ctx;
  const table = tableOf([
    [options.nameTitle, false],
    [options.valueTitle, true],
  ]);
  table.rows = rows.map(row => ({
    cells: [row.fullName, row.text],
    raw: [row.raw, row.value],
    marks: row.marks,
  }));
  const compares = rows.some(row => row.before);
  addThen(
    table,
    options.valueTitle,
    rows.map(row => row.before),
    ctx.say,
  );
  const tip = (row: Bar): Tip => ({
    title: row.fullName,
    lines: [[options.valueTitle, row.text], ...thenLines(row.before, ctx.say), ...row.lines],
  });
  // Marks of the period before would run into texts at the ends of the bars.
  const end = compares
    ? roundEnd(Math.max(...rows.map(row => Math.max(row.value, row.before?.value ?? 0))))
    : 0;
  const axis = valueAxis(
    look,
    { formatter: (value: number) => shortUnit(value, options.unit, ctx) },
    options.unit === 'count' ? { minInterval: 1 } : {},
  );
  return {
    option: {
      grid: grid({ right: look.narrow ? 44 : Math.round(64 * look.scale) }),
      yAxis: {
        ...categoryAxis(
          look,
          rows.map(row => row.name),
          nameLabel(look, options.names ?? 150),
        ),
        inverse: true,
      },
      xAxis: {
        ...(options.log ? axis : across(axis, look)),
        ...(compares ? { max: end, interval: end / (look.narrow ? 2 : 4) } : {}),
        // A log axis begins at 1; a bar of one transaction must still be seen.
        ...(options.log ? { type: 'log', min: 0.8, startValue: 0.8, max: fullTen(rows), logBase: 10 } : {}),
        ...(options.log
          ? { axisLabel: { ...textStyle(look), hideOverlap: true, formatter: logLabel(ctx) } }
          : {}),
      },
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'bar',
          barMaxWidth: 18,
          label: {
            show: !compares,
            position: 'right',
            ...textStyle(look, 11),
            formatter: (params: { dataIndex: number }) => rows[params.dataIndex]?.text ?? '',
          },
          data: rows.map(
            (row): Point => ({
              value: row.value,
              marks: row.marks,
              tip: tip(row),
              itemStyle: {
                color: row.colour,
                opacity: opacity(ctx, row.marks),
                borderColor: isChosen(ctx, row.marks) ? look.ink : 'transparent',
                borderWidth: 1,
              },
            }),
          ),
        },
        ...(compares ? [thenDots(rows, ctx, 4), textsAt(end, rows, ctx)] : []),
      ],
    },
    table,
    legend: compares ? [thenLegend(ctx, 'diamond')] : [],
    height: rowsHeight(rows.length),
  };
}

/** Values in a column of their own at the right, clear of marks. */
function textsAt(end: number, rows: readonly Bar[], ctx: Ctx): object {
  return {
    type: 'scatter',
    symbolSize: 0.1,
    silent: true,
    data: rows.map((row, index) => ({
      value: [end, index],
      label: {
        show: true,
        position: 'right',
        distance: 8,
        ...textStyle(ctx.look, 11),
        formatter: () => row.text,
      },
    })),
  };
}

const ENDS = [1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10];

/** The least end of an axis whose quarters are whole. */
export function roundEnd(largest: number): number {
  if (largest <= 4) return 4;
  const ten = 10 ** Math.floor(Math.log10(largest));
  const end = Math.round((ENDS.find(one => one * ten >= largest) ?? 10) * ten);
  return end % 4 === 0 ? end : Math.ceil(end / 4) * 4;
}

/** An axis of few transactions has more than one label too. */
function fullTen(rows: readonly Bar[]): number | undefined {
  return rows.every(row => row.value < 10) ? 10 : undefined;
}

/** Only whole powers of ten are said on a log axis. */
function logLabel(ctx: Ctx) {
  return (value: number) => (value >= 1 && Number.isInteger(Math.log10(value)) ? ctx.say.short(value) : '');
}

export function shortUnit(value: number, unit: string, ctx: Ctx): string {
  return unit === 'share'
    ? ctx.say.share(value, 0)
    : unit === 'ms'
      ? ctx.say.ms(value)
      : ctx.say.short(value);
}

/** Bars of a metric by one column, largest first. */
export function metricBars(table: MetricTable, ctx: Ctx, colour?: (value: Cell) => string): Bar[] {
  const [column = ''] = table.by;
  const total = table.total.value ?? 0;
  return [...table.rows]
    .filter(row => row.value !== null)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .map(row => {
      const value = row.dimensions[0] ?? null;
      const lines = ctx.say.basisOf(row, table.unit);
      if (table.unit === 'count' && total > 0) {
        lines.unshift([ctx.say.words.ofAll, ctx.say.share((row.value ?? 0) / total)]);
      }
      return {
        name: ctx.name(column, value),
        fullName: ctx.fullName(column, value),
        raw: value,
        value: row.value ?? 0,
        text: ctx.say.num(row, table.unit),
        colour: colour ? colour(value) : ctx.colour(column, value),
        marks: [{ column, value }],
        lines,
      };
    });
}
