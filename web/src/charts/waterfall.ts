// One transaction on its way through the pipeline: what waited for what, on which picture.
import { tableOf } from './data.ts';
import {
  across,
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  nameLabel,
  rowsHeight,
  valueAxis,
} from './draw.ts';

export type Bar = {
  microservice: string;
  image: string | null;
  start_ms: number;
  queue_ms: number;
  service_ms: number;
  on_path: boolean;
};

/** When a run was done. */
export function endOf(bar: Bar): number {
  return bar.start_ms + bar.queue_ms + bar.service_ms;
}

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
};

export function waterfall(
  bars: readonly Bar[],
  totalMs: number | null,
  ctx: Ctx,
  name: (microservice: string, image: string | null) => string,
): Drawn {
  const { look, say } = ctx;
  const w = say.words;
  const largest = Math.max(totalMs ?? 0, ...bars.map(endOf));
  const sorted = [...bars].sort((a, b) => a.start_ms - b.start_ms);
  const table = tableOf([
    [w.tabs.microservices, false],
    [w.start, true],
    [w.queue, true],
    [w.service, true],
    [w.path, false],
  ]);
  table.rows = sorted.map(bar => ({
    cells: [
      name(bar.microservice, bar.image),
      say.ms(bar.start_ms),
      say.ms(bar.queue_ms),
      say.ms(bar.service_ms),
      bar.on_path ? w.yes : w.no,
    ],
    raw: [
      `${bar.microservice} ${bar.image ?? ''}`.trim(),
      bar.start_ms,
      bar.queue_ms,
      bar.service_ms,
      bar.on_path,
    ],
    marks: [],
  }));
  const data = sorted.map((bar, index) => ({
    value: [index, bar.start_ms, bar.start_ms + bar.queue_ms, endOf(bar)],
    tip: {
      title: name(bar.microservice, bar.image),
      lines: [
        [w.start, say.ms(bar.start_ms)],
        [w.queue, say.ms(bar.queue_ms)],
        [w.service, say.ms(bar.service_ms)],
      ],
      note: bar.on_path ? w.inPath : w.offPath,
    },
  }));
  return {
    option: {
      grid: grid(),
      yAxis: {
        ...categoryAxis(
          look,
          sorted.map(bar => name(bar.microservice, bar.image)),
          nameLabel(look, 190),
        ),
        inverse: true,
      },
      xAxis: across(
        valueAxis(
          look,
          { formatter: (value: number) => say.axis(value, 'ms', largest), showMaxLabel: totalMs === null },
          { min: 0, ...(totalMs === null ? {} : { max: totalMs }) },
        ),
        look,
      ),
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          encode: { x: [1, 2, 3], y: 0 },
          renderItem: (_: unknown, api: Api) => shapeOf(api, sorted, ctx),
          data,
        },
      ],
    },
    table,
    legend: [{ label: w.queue, colour: look.rest, marks: [] }],
    height: rowsHeight(sorted.length, 20),
  };
}

function shapeOf(api: Api, bars: readonly Bar[], ctx: Ctx) {
  const index = api.value(0);
  const [x0, y] = api.coord([api.value(1), index]);
  const [x1] = api.coord([api.value(2), index]);
  const [x2] = api.coord([api.value(3), index]);
  const bar = bars[index];
  const rect = (from: number, to: number, fill: string) => ({
    type: 'rect',
    shape: { x: from, y: y - 6, width: Math.max(to - from, 0), height: 12 },
    style: { fill, opacity: bar?.on_path ? 1 : 0.55 },
  });
  const edge = {
    type: 'rect',
    shape: { x: x0, y: y - 6, width: Math.max(x2 - x0, 2), height: 12 },
    style: { fill: 'none', stroke: bar?.on_path ? ctx.look.ink : 'none', lineWidth: 1.5 },
  };
  return {
    type: 'group',
    children: [
      rect(x0, x1, ctx.look.rest),
      rect(x1, x2, bar ? ctx.colour('microservice', bar.microservice) : ctx.look.plain),
      edge,
    ],
  };
}
