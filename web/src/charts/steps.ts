// A Kaplan–Meier curve: steps up, with a band for the interval.
import { tableOf } from './data.ts';
import { type Ctx, type Drawn, grid, textStyle, valueAxis } from './draw.ts';
import type { Look } from './look.ts';
import { addThen, thenLegend, thenLines, thenOf } from './then.ts';

export type StepPoint = { x: number; share: number; low: number; high: number; at_risk: number };
export type StepsOptions = {
  xTitle: string;
  valueTitle: string;
  colour: string;
  whole: boolean;
  least: number;
  /** Where this part of the last share is reached the chart ends; the table has the rest. */
  ends?: number;
  /** The same curve over the period before. */
  before?: readonly StepPoint[] | null;
};

export function steps(points: readonly StepPoint[], ctx: Ctx, options: StepsOptions): Drawn {
  const { look, say } = ctx;
  const table = tableOf([
    [options.xTitle, true],
    [options.valueTitle, true],
    [say.words.interval, true],
    [say.words.atRisk, true],
  ]);
  table.rows = points.map(point => ({
    cells: [
      say.plain(point.x),
      say.share(point.share),
      say.range(point.low, point.high, 'share'),
      say.count(point.at_risk),
    ],
    raw: [point.x, point.share, `${point.low} – ${point.high}`, point.at_risk],
    marks: [],
  }));
  const before = options.before ?? [];
  const compares = before.length > 0;
  const then = (point: StepPoint) =>
    compares ? thenOf(point.share, shareAt(before, point.x), 'share', say) : null;
  addThen(table, options.valueTitle, points.map(then), say);
  const tip = (point: StepPoint) => ({
    title: `${options.xTitle}: ${say.plain(point.x)}`,
    lines: [
      [options.valueTitle, say.share(point.share)],
      ...thenLines(then(point), say),
      [say.words.interval, say.range(point.low, point.high, 'share')],
      [say.words.atRisk, say.count(point.at_risk)],
    ],
  });
  const band = {
    type: 'line',
    step: 'end',
    symbol: 'none',
    stack: 'band',
    silent: true,
    lineStyle: { opacity: 0 },
  };
  // A curve far from 0 needs its room; a share of nearly all must not look like half.
  const lows = [
    ...points.filter(point => point.x > 0).map(point => point.low),
    ...before.filter(point => point.x > 0).map(point => point.share),
  ];
  const least = Math.min(...lows, 1);
  const min = Math.max(0, Math.floor(least * 10 - 1) / 10);
  const shown = points.filter(point => point.low >= min);
  return {
    option: {
      grid: grid({ bottom: 24 }),
      xAxis: {
        ...valueAxis(look, { formatter: (value: number) => say.plain(value) }),
        name: options.xTitle,
        nameLocation: 'middle',
        nameGap: 26,
        nameTextStyle: textStyle(look, 11),
        splitLine: { show: false },
        min: 'dataMin',
        max: options.ends === undefined ? 'dataMax' : endOf(points, options.ends),
        ...(options.whole ? { minInterval: 1 } : {}),
      },
      yAxis: valueAxis(look, { formatter: (value: number) => say.share(value, 0) }, { min, max: 1 }),
      tooltip: { trigger: 'axis', axisPointer: { lineStyle: { color: look.soft } } },
      series: [
        { ...band, data: shown.map(point => [point.x, point.low]) },
        {
          ...band,
          data: shown.map(point => [point.x, point.high - point.low]),
          areaStyle: { color: options.colour, opacity: 0.18 },
        },
        {
          type: 'line',
          step: 'end',
          symbol: 'circle',
          symbolSize: 6,
          showSymbol: shown.length <= 20,
          itemStyle: { color: options.colour },
          lineStyle: { color: options.colour, width: 2 },
          data: shown.map(point => ({ value: [point.x, point.share], tip: tip(point) })),
          z: 3,
        },
        ...(compares ? [curveBefore(before, min, look)] : []),
      ],
    },
    few: points.length > 0 && Math.max(...points.map(point => point.at_risk)) < options.least,
    table,
    legend: compares ? [thenLegend(ctx, 'dashed')] : [],
  };
}

/** Where a curve reaches a part of its last share; a whole number of the axis. */
function endOf(points: readonly StepPoint[], part: number): number | 'dataMax' {
  const last = points.at(-1);
  const found = points.find(point => point.share >= part * (last?.share ?? 1));
  return found && found.x > (points[0]?.x ?? 0) ? Math.ceil(found.x) : 'dataMax';
}

/** A step holds until the next one. */
function shareAt(points: readonly StepPoint[], x: number): number | null {
  return points.findLast(point => point.x <= x)?.share ?? null;
}

function curveBefore(before: readonly StepPoint[], min: number, look: Look): object {
  return {
    type: 'line',
    step: 'end',
    symbol: 'none',
    silent: true,
    lineStyle: { color: look.ink, width: 1.5, type: 'dashed' },
    data: before.filter(point => point.share >= min).map(point => ({ value: [point.x, point.share] })),
    z: 2,
  };
}
