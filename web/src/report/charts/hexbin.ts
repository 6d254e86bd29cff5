// Two columns against each other: hexagons of rows, by how many there are or by how many were accepted.
import { tableOf } from '../../charts/data.ts';
import { across, type Ctx, type Drawn, grid, valueAxis } from '../../charts/draw.ts';
import { blend } from '../../charts/look.ts';
import { type Hexagon, hexagons } from './hexagons.ts';

export type Axis = { title: string; low: number; high: number; say: (value: number) => string };
export type HexbinOptions = {
  x: Axis;
  y: Axis;
  by: 'rows' | 'outcome';
  rowsTitle: string;
  acceptedTitle: string;
  rejectedTitle: string;
  /** Pixels that the chart has. */
  width: number;
  height: number;
};

const ACROSS = 26;
const ACROSS_NARROW = 16;
/** Rows of the table behind: the fullest hexagons. */
const TABLE_ROWS = 200;

type Point = { x: number; y: number; outcome: number };
type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(span: [number, number]): [number, number];
};

/** The colour of a share accepted: from the colour of rejected over a ground to that of accepted. */
export function acceptedColour(ctx: Ctx, share: number): string {
  const ground = ctx.look.dark ? '#4a5663' : '#dfe4e9';
  const part = Math.abs(share - 0.5) * 2;
  return blend(ground, share >= 0.5 ? ctx.look.accepted : ctx.look.rejected, part);
}

export function hexbin(points: readonly Point[], ctx: Ctx, options: HexbinOptions): Drawn {
  const { look, say } = ctx;
  const count = look.narrow ? ACROSS_NARROW : ACROSS;
  const found = hexagons(points, count, options.width / Math.max(options.height, 1));
  const most = Math.max(1, ...found.map(one => one.n));
  const byOutcome = options.by === 'outcome';
  const shown = byOutcome ? found.filter(one => one.decided > 0) : found;
  const x = (part: number) => options.x.low + part * (options.x.high - options.x.low);
  const y = (part: number) => options.y.low + part * (options.y.high - options.y.low);
  const linesOf = (one: Hexagon): [string, string][] => [
    [options.x.title, options.x.say(x(one.x))],
    [options.y.title, options.y.say(y(one.y))],
    [options.rowsTitle, say.count(one.n)],
    ...(byOutcome
      ? [[options.acceptedTitle, say.share(one.accepted / one.decided, 0)] as [string, string]]
      : []),
  ];
  const table = tableOf([
    [options.x.title, true],
    [options.y.title, true],
    [options.rowsTitle, true],
    ...(byOutcome ? [[options.acceptedTitle, true] as [string, boolean]] : []),
  ]);
  const fullest = [...shown].sort((a, b) => b.n - a.n).slice(0, TABLE_ROWS);
  table.rows = fullest.map(one => ({
    cells: linesOf(one).map(([, value]) => value),
    raw: [x(one.x), y(one.y), one.n, ...(byOutcome ? [one.accepted / one.decided] : [])],
    marks: [],
  }));
  const painted = shown.map(one => ({
    fill: byOutcome
      ? acceptedColour(ctx, one.accepted / one.decided)
      : blend(look.heat[0], look.heat[1], 0.12 + (0.88 * Math.log(one.n)) / Math.max(Math.log(most), 1)),
    // How full a hexagon is shows in its size, where its colour says another thing.
    size: byOutcome ? 0.4 + 0.6 * Math.sqrt(one.n / most) : 1,
  }));
  const axis = (of: Axis) =>
    valueAxis(
      look,
      {
        formatter: (part: number) => of.say(of.low + part * (of.high - of.low)),
        // The ends lie beyond what is said.
        showMinLabel: false,
        showMaxLabel: false,
      },
      {
        min: -0.05,
        max: 1.05,
        interval: 0.25,
        axisLine: { show: true, lineStyle: { color: look.line } },
        splitLine: { show: false },
      },
    );
  return {
    option: {
      grid: grid({ top: 26, bottom: 22 }),
      xAxis: {
        ...across(axis(options.x), look),
        name: options.x.title,
        nameLocation: 'middle',
        nameGap: 30,
        nameTextStyle: { color: look.ink, fontFamily: look.font },
      },
      yAxis: {
        ...axis(options.y),
        name: options.y.title,
        nameLocation: 'end',
        nameGap: 12,
        nameTextStyle: { color: look.ink, fontFamily: look.font, align: 'left' },
      },
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          encode: { x: 0, y: 1 },
          renderItem: (params: { dataIndex: number }, api: Api) =>
            hexagonShape(api, painted[params.dataIndex], count, ctx),
          data: shown.map(one => ({ value: [one.x, one.y, one.n], tip: { title: '', lines: linesOf(one) } })),
        },
      ],
    },
    table,
    legend: byOutcome
      ? [
          { label: options.acceptedTitle, colour: look.accepted, marks: [] },
          { label: options.rejectedTitle, colour: look.rejected, marks: [] },
        ]
      : [],
  };
}

function hexagonShape(
  api: Api,
  painted: { fill: string; size: number } | undefined,
  count: number,
  ctx: Ctx,
) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [step] = api.size([1 / count, 0]);
  const r = (step / Math.sqrt(3)) * (painted?.size ?? 1);
  const points = [0, 1, 2, 3, 4, 5].map(corner => {
    const angle = (Math.PI / 3) * corner + Math.PI / 6;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return {
    type: 'polygon',
    shape: { points },
    style: { fill: painted?.fill ?? ctx.look.plain, stroke: ctx.look.surface, lineWidth: 0.5 },
    emphasis: { style: { stroke: ctx.look.ink, lineWidth: 1.5 } },
  };
}
