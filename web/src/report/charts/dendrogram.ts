// A tree of what is missing together: leaves down the side, joins to the right by their distance.
import { tableOf } from '../../charts/data.ts';
import {
  type Ctx,
  categoryAxis,
  type Drawn,
  grid,
  nameLabel,
  rowsHeight,
  valueAxis,
} from '../../charts/draw.ts';

/** Two clusters become one at a distance. Up to the number of leaves these are leaves, then joins. */
export type Join = { left: number; right: number; distance: number };

export type Fork = { distance: number; low: number; high: number; lowFrom: number; highFrom: number };

/** Each join as a fork between two heights; leaves stand in an order without crossing lines. */
export function forksOf(leaves: number, joins: readonly Join[]): Fork[] {
  const middles: number[] = Array.from({ length: leaves }, (_, leaf) => leaf);
  const distances: number[] = new Array(leaves).fill(0);
  return joins.map(join => {
    const [a, b] = [middles[join.left] ?? 0, middles[join.right] ?? 0];
    const [aFrom, bFrom] = [distances[join.left] ?? 0, distances[join.right] ?? 0];
    middles.push((a + b) / 2);
    distances.push(join.distance);
    return a <= b
      ? { distance: join.distance, low: a, high: b, lowFrom: aFrom, highFrom: bFrom }
      : { distance: join.distance, low: b, high: a, lowFrom: bFrom, highFrom: aFrom };
  });
}

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(span: [number, number]): [number, number];
};

export type DendrogramOptions = {
  names: readonly string[];
  /** The same as they are said on the axis. */
  short: readonly string[];
  joins: readonly Join[];
  nameTitle: string;
  withTitle: string;
  distanceTitle: string;
};

export function dendrogram(ctx: Ctx, options: DendrogramOptions): Drawn {
  const { look, say } = ctx;
  const forks = forksOf(options.names.length, options.joins);
  const named = clusterNames(options);
  const table = tableOf([
    [options.nameTitle, false],
    [options.withTitle, false],
    [options.distanceTitle, true],
  ]);
  table.rows = options.joins.map(join => {
    const [left, right] = [named[join.left] ?? '', named[join.right] ?? ''];
    return {
      cells: [left, right, say.plain(join.distance)],
      raw: [left, right, join.distance],
      marks: [],
    };
  });
  const most = Math.max(...forks.map(fork => fork.distance), 0.01);
  return {
    option: {
      grid: grid({ right: 20 }),
      yAxis: {
        ...categoryAxis(look, options.short, nameLabel(look, 230)),
        axisLine: { show: false },
        inverse: true,
      },
      xAxis: valueAxis(
        look,
        { formatter: (value: number) => say.plain(value) },
        { min: 0, max: most * 1.02, splitNumber: look.narrow ? 2 : 4 },
      ),
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          encode: { x: 2 },
          renderItem: (_: unknown, api: Api) => forkShape(api, look.plain),
          data: forks.map((fork, index) => ({
            value: [fork.low, fork.high, fork.distance, fork.lowFrom, fork.highFrom],
            tip: {
              title: table.rows[index]?.cells.slice(0, 2).join(' + ') ?? '',
              lines: [[options.distanceTitle, say.plain(fork.distance)]],
            },
          })),
        },
      ],
    },
    table,
    legend: [],
    height: rowsHeight(options.names.length, 18),
  };
}

/** A cluster is called by its first leaf and how many more it has. */
function clusterNames({ names, joins }: DendrogramOptions): string[] {
  const first: string[] = [...names];
  const sizes: number[] = names.map(() => 1);
  for (const join of joins) {
    first.push(first[join.left] ?? '');
    sizes.push((sizes[join.left] ?? 1) + (sizes[join.right] ?? 1));
  }
  return first.map((name, index) => ((sizes[index] ?? 1) > 1 ? `${name} +${(sizes[index] ?? 1) - 1}` : name));
}

function forkShape(api: Api, stroke: string) {
  // An axis of categories rounds what lies between two of them.
  const [x, first] = api.coord([api.value(2), 0]);
  const [, each] = api.size([0, 1]);
  const [y0, y1] = [first + api.value(0) * each, first + api.value(1) * each];
  const [x0] = api.coord([api.value(3), 0]);
  const [x1] = api.coord([api.value(4), 0]);
  return {
    type: 'polyline',
    shape: {
      points: [
        [x0, y0],
        [x, y0],
        [x, y1],
        [x1, y1],
      ],
    },
    style: { fill: 'none', stroke, lineWidth: 1.6 },
    emphasis: { style: { lineWidth: 3 } },
  };
}
