// Distributions over one axis as outlines, one line for each part: shares of its own rows.
import { tableOf } from '../../charts/data.ts';
import { across, type Ctx, type Drawn, grid, valueAxis } from '../../charts/draw.ts';
import { edges } from './bins.ts';

export type Outline = { name: string; colour: string; dashed?: boolean; counts: readonly number[] };
export type OutlinesOptions = {
  low: number;
  high: number;
  valueTitle: string;
  axis: (value: number) => string;
  value: (value: number) => string;
};

export function outlines(all: readonly Outline[], ctx: Ctx, options: OutlinesOptions): Drawn {
  const { look, say } = ctx;
  const bins = { low: options.low, high: options.high, counts: all[0]?.counts ?? [] };
  const sums = all.map(one => one.counts.reduce((sum, count) => sum + count, 0));
  const share = (part: number, index: number) =>
    (sums[part] ?? 0) > 0 ? (all[part]?.counts[index] ?? 0) / (sums[part] ?? 1) : 0;
  const range = (index: number) => edges(bins, index).map(options.value).join(' – ');
  const table = tableOf([
    [options.valueTitle, false],
    ...all.map((one): [string, boolean] => [one.name, true]),
  ]);
  table.rows = bins.counts.map((_, index) => ({
    cells: [range(index), ...all.map((_, part) => say.share(share(part, index)))],
    raw: [edges(bins, index).join(' – '), ...all.map((_, part) => share(part, index))],
    marks: [],
  }));
  const tip = (index: number) => ({
    title: range(index),
    lines: all.map((one, part): [string, string] => [one.name, say.share(share(part, index))]),
  });
  return {
    option: {
      grid: grid({ top: 8 }),
      xAxis: across(
        valueAxis(
          look,
          { formatter: options.axis },
          {
            min: options.low,
            max: options.high,
            splitLine: { show: false },
            axisLine: { show: true, lineStyle: { color: look.line } },
          },
        ),
        look,
      ),
      yAxis: valueAxis(
        look,
        { formatter: (value: number) => say.share(value, 0) },
        { min: 0, splitNumber: 3 },
      ),
      tooltip: { trigger: 'axis', axisPointer: { lineStyle: { color: look.soft }, snap: true } },
      series: all.map((one, part) => ({
        type: 'line',
        step: 'end',
        symbol: 'none',
        lineStyle: { color: one.colour, width: 2, type: one.dashed ? 'dashed' : 'solid' },
        itemStyle: { color: one.colour },
        areaStyle: { color: one.colour, opacity: 0.12 },
        // The last bin is drawn to its end.
        data: [...bins.counts.keys(), bins.counts.length].map(index => {
          const at = Math.min(index, bins.counts.length - 1);
          return { value: [edges(bins, index)[0], share(part, at)], tip: tip(at) };
        }),
      })),
    },
    table,
    legend: all.map(one => ({ label: one.name, colour: one.colour, marks: [], shape: 'line' as const })),
  };
}
