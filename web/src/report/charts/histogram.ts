// A histogram over a true axis of values; bins may be put together, counts drawn on a log scale.
import { tableOf } from '../../charts/data.ts';
import { across, type Ctx, type Drawn, grid, valueAxis } from '../../charts/draw.ts';
import { type Bins, edges } from './bins.ts';

export type HistogramOptions = {
  valueTitle: string;
  rowsTitle: string;
  shareTitle: string;
  /** How a value of the axis is said, and how one is said in full. */
  axis: (value: number) => string;
  value: (value: number) => string;
  log?: boolean;
  colour?: string;
};

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
};

export function histogram(bins: Bins, ctx: Ctx, options: HistogramOptions): Drawn {
  const { look, say } = ctx;
  const all = bins.counts.reduce((sum, one) => sum + one, 0);
  const most = Math.max(1, ...bins.counts);
  const range = (index: number) => {
    const [low, high] = edges(bins, index);
    return `${options.value(low)} – ${options.value(high)}`;
  };
  const table = tableOf([
    [options.valueTitle, false],
    [options.rowsTitle, true],
    [options.shareTitle, true],
  ]);
  table.rows = bins.counts.flatMap((count, index) =>
    count === 0
      ? []
      : [
          {
            cells: [range(index), say.count(count), say.share(count / all)],
            raw: [edges(bins, index).join(' – '), count, count / all],
            marks: [],
          },
        ],
  );
  const height = (count: number) => (options.log ? Math.log10(count + 1) : count);
  const data = bins.counts.map((count, index) => ({
    value: [...edges(bins, index), height(count)],
    tip: {
      title: range(index),
      lines: [
        [options.rowsTitle, say.count(count)],
        [options.shareTitle, say.share(all > 0 ? count / all : 0)],
      ],
    },
  }));
  const counts = options.log
    ? { min: 0, interval: 1, max: Math.ceil(Math.log10(most + 1)) }
    : { min: 0, minInterval: 1 };
  const formatter = options.log
    ? (value: number) => (value === 0 ? '0' : say.short(10 ** value))
    : (value: number) => say.short(value);
  return {
    option: {
      grid: grid({ top: 8 }),
      xAxis: across(
        valueAxis(
          look,
          { formatter: options.axis, showMinLabel: true },
          {
            min: bins.low,
            max: bins.high,
            splitLine: { show: false },
            axisLine: { show: true, lineStyle: { color: look.line } },
          },
        ),
        look,
      ),
      yAxis: valueAxis(look, { formatter }, { splitNumber: 3, ...counts }),
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          encode: { x: [0, 1], y: 2 },
          renderItem: (_: unknown, api: Api) => barShape(api, options.colour ?? look.plain, bins),
          data,
        },
      ],
    },
    table,
    legend: [],
  };
}

/** A bar, and over it an unseen one of full height: low bars can be hovered too. */
function barShape(api: Api, fill: string, bins: Bins) {
  const [x0, base] = api.coord([api.value(0), 0]);
  const [x1, top] = api.coord([api.value(1), api.value(2)]);
  const gap = x1 - x0 > 4 ? 1 : 0;
  const width = Math.max(x1 - x0 - gap, 0.5);
  // What has rows is seen.
  const height = api.value(2) > 0 ? Math.max(base - top, 1.5) : 0;
  return {
    type: 'group',
    children: [
      { type: 'rect', shape: { x: x0, y: base - height, width, height }, style: { fill } },
      {
        type: 'rect',
        shape: { x: x0, y: 0, width: x1 - x0, height: base },
        style: { fill: bins.counts.length > 0 ? 'transparent' : 'none' },
      },
    ],
  };
}
