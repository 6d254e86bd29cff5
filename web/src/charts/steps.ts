// A Kaplan–Meier curve: steps up, with a band for the interval.
import { tableOf } from './data.ts';
import { type Ctx, type Drawn, grid, textStyle, valueAxis } from './draw.ts';

export type StepPoint = { x: number; share: number; low: number; high: number; at_risk: number };
export type StepsOptions = {
  xTitle: string;
  valueTitle: string;
  colour: string;
  whole: boolean;
  least: number;
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
  const tip = (point: StepPoint) => ({
    title: `${options.xTitle}: ${say.plain(point.x)}`,
    lines: [
      [options.valueTitle, say.share(point.share)],
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
  const least = Math.min(...points.filter(point => point.x > 0).map(point => point.low), 1);
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
        max: 'dataMax',
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
      ],
    },
    few: points.length > 0 && Math.max(...points.map(point => point.at_risk)) < options.least,
    table,
    legend: [],
  };
}
