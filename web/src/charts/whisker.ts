// A dot for a share, a whisker for its interval; too few gets a word in place of a dot.
import { type Cell, type Mark, type Then, tableOf } from './data.ts';
import {
  across,
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  nameLabel,
  opacity,
  rowsHeight,
  shareAxis,
  textStyle,
} from './draw.ts';
import { addThen, thenDots, thenLegend, thenLines } from './then.ts';

export type Dot = {
  name: string;
  fullName: string;
  raw: Cell;
  value: number | null;
  low: number | null;
  high: number | null;
  text: string;
  colour: string;
  marks: Mark[];
  lines: [string, string][];
  /** The same in the period before. */
  before?: Then | null;
};

export type WhiskerOptions = {
  nameTitle: string;
  valueTitle: string;
  names?: number;
  /** An end of the axis that is not the data's. */
  max?: number;
};

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
};

export function whiskers(dots: readonly Dot[], ctx: Ctx, options: WhiskerOptions): Drawn {
  const { look, say } = ctx;
  const table = tableOf([
    [options.nameTitle, false],
    [options.valueTitle, true],
    [say.words.interval, true],
  ]);
  table.rows = dots.map(dot => ({
    cells: [dot.fullName, dot.text, interval(dot, ctx)],
    raw: [dot.raw, dot.value, dot.low === null || dot.high === null ? null : `${dot.low} – ${dot.high}`],
    marks: dot.marks,
  }));
  addThen(
    table,
    options.valueTitle,
    dots.map(dot => dot.before),
    say,
  );
  const item = (dot: Dot, value: unknown) => ({
    value,
    marks: dot.marks,
    tip: {
      title: dot.fullName,
      lines: [[options.valueTitle, dot.text], ...thenLines(dot.before, say), ...dot.lines],
    },
    itemStyle: { color: dot.colour, opacity: opacity(ctx, dot.marks) },
  });
  const known = dots.flatMap((dot, index) => (dot.value === null ? [] : [{ dot, index }]));
  return {
    option: {
      grid: grid({ right: look.narrow ? 74 : Math.round(100 * look.scale) }),
      yAxis: {
        ...categoryAxis(
          look,
          dots.map(dot => dot.name),
          nameLabel(look, options.names ?? 130),
        ),
        inverse: true,
      },
      xAxis: across(shareAxis(look, say, options.max), look),
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          renderItem: (_: unknown, api: Api) => whiskerShape(api, known, ctx),
          encode: { x: [1, 2], y: 0 },
          data: known
            .filter(({ dot }) => dot.low !== null && dot.high !== null)
            .map(({ dot, index }) => item(dot, [index, dot.low, dot.high, index])),
          z: 2,
        },
        // Under the dot, whose edges it stands out of where both are the same.
        thenDots(dots, ctx, 2),
        {
          type: 'scatter',
          symbolSize: 9,
          data: known.map(({ dot, index }) => item(dot, [dot.value, index])),
          z: 3,
        },
        // Values stand in a column of their own at the right.
        {
          type: 'scatter',
          symbolSize: 0.1,
          silent: true,
          data: dots.map((dot, index) => ({
            value: [options.max ?? 1, index],
            label: {
              show: true,
              position: 'right',
              distance: 8,
              ...textStyle(look, 11),
              ...(dot.value === null ? { fontStyle: 'italic' } : {}),
              formatter: () => dot.text,
            },
          })),
        },
      ],
    },
    table,
    legend: dots.some(dot => dot.before) ? [thenLegend(ctx, 'diamond')] : [],
    height: rowsHeight(dots.length, 30),
  };
}

function interval(dot: Dot, ctx: Ctx): string {
  return dot.low === null || dot.high === null ? '–' : ctx.say.range(dot.low, dot.high, 'share');
}

function whiskerShape(api: Api, known: readonly { dot: Dot; index: number }[], ctx: Ctx) {
  const index = api.value(3);
  const [x1, y] = api.coord([api.value(1), index]);
  const [x2] = api.coord([api.value(2), index]);
  const dot = known.find(one => one.index === index)?.dot;
  const style = {
    stroke: dot?.colour ?? ctx.look.ink,
    lineWidth: 2,
    opacity: dot ? opacity(ctx, dot.marks) : 1,
  };
  const line = (ax: number, ay: number, bx: number, by: number) => ({
    type: 'line',
    shape: { x1: ax, y1: ay, x2: bx, y2: by },
    style,
  });
  return {
    type: 'group',
    children: [line(x1, y, x2, y), line(x1, y - 4, x1, y + 4), line(x2, y - 4, x2, y + 4)],
  };
}
