// Tab Microservice times: its charts, made of the tab's answer.
import type { HourRow, MicroservicesTab, PathRow, Ranged, ServiceQueue, TimeRow } from '../api/types.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { type LinePoint, lines } from '../charts/lines.ts';
import { type PartsRow, ring, type Slice, stackedBars } from '../charts/parts.ts';
import { type RangeRow, rangeBars } from '../charts/ranges.ts';
import type { Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';

/** Rates that rest on fewer are shown as too few, as everywhere. */
export const LEAST = 30;
const QUANTILES = ['p50', 'p95', 'p99'] as const;

/** What a run in a waterfall is called; on a phone the picture goes first, where nothing is cut. */
export function runName(names: Names, ctx: Ctx): (microservice: string, image: string | null) => string {
  return (microservice, image) => {
    const parts = [names.microservice(microservice), ...(image === null ? [] : [names.image(image)])];
    return ctx.look.narrow ? parts.reverse().join(' · ') : parts.join(', ');
  };
}

export function donut(tab: MicroservicesTab, ctx: Ctx, names: Names): Drawn {
  const { say } = ctx;
  const slices: Slice[] = tab.donut
    .filter(one => one.mean.value !== null && !one.mean.too_few)
    .sort((a, b) => (b.mean.value ?? 0) - (a.mean.value ?? 0))
    .map(one => ({
      name: names.microservice(one.microservice),
      fullName: names.microservice(one.microservice),
      raw: one.microservice,
      value: one.mean.value ?? 0,
      text: say.num(one.mean, 'ms'),
      colour: ctx.colour('microservice', one.microservice),
      marks: [],
      lines: say.basisOf(one.mean, 'ms'),
    }));
  const drawn = ring(slices, ctx, {
    middle: { value: say.num(tab.total.mean, 'ms'), label: say.words.totalTime.mean },
    nameTitle: say.words.tabs.microservices,
    valueTitle: say.words.mean,
  });
  return { ...drawn, few: slices.length === 0 && tab.donut.length > 0 };
}

export function rangedText(ranged: Ranged | null, unit: string, say: Say): string {
  return ranged === null ? '–' : say.range(ranged.low, ranged.high, unit);
}

export function pathChart(rows: readonly PathRow[], ctx: Ctx, names: Names): Drawn {
  const { say } = ctx;
  const words = say.words;
  const shown: RangeRow[] = rows
    .flatMap(row =>
      row.share_of_total === null || row.n < LEAST ? [] : [{ row, share: row.share_of_total }],
    )
    .sort((a, b) => b.share.high - a.share.high)
    .map(({ row, share }) => ({
      name: names.microservice(row.microservice),
      raw: row.microservice,
      low: share.low,
      high: share.high,
      text: rangedText(share, 'share', say),
      colour: ctx.colour('microservice', row.microservice),
      against: row.share_if_serial,
      againstText: row.share_if_serial === null ? '–' : say.share(row.share_if_serial),
      lines: [
        [words.onPath, rangedText(row.on_path, 'share', say)],
        [words.slack, rangedText(row.slack_ms, 'ms', say)],
        [words.mean, row.mean_ms === null ? '–' : say.ms(row.mean_ms)],
        [words.n, say.count(row.n)],
      ],
    }));
  const drawn = rangeBars(shown, ctx, {
    nameTitle: words.tabs.microservices,
    valueTitle: words.ofTotal,
    againstTitle: words.serial,
  });
  return { ...drawn, few: shown.length === 0 && rows.length > 0 };
}

function point(value: number | null, say: Say): LinePoint {
  return { value, text: value === null ? say.words.tooFew : say.ms(value) };
}

export function overTime(grain: string, rows: readonly TimeRow[], ctx: Ctx): Drawn {
  const { say, look } = ctx;
  const colours = [look.series[0], look.series[1], look.series[3]];
  const byDay = grain === 'day' || grain === 'week' || grain === 'month';
  return lines(
    QUANTILES.map((key, index) => ({
      name: say.words.totalTime[key],
      colour: colours[index] ?? look.plain,
      dashed: key === 'p99',
      points: rows.map(row => point(row[key], say)),
    })),
    ctx,
    {
      axis: rows.map(row => row.at),
      axisTitle: ctx.title(byDay ? grain : 'hour'),
      axisName: at => (byDay ? say.dayShort(at) : `${say.dayShort(at)} ${at.slice(11, 13)}h`),
      axisLong: at => (byDay ? say.dayLong(at) : `${say.day(at)} ${at.slice(11, 16)}`),
      unit: 'ms',
      lines: index => [[say.words.n, say.count(rows[index]?.n ?? 0)]],
      ...(grain === 'day'
        ? { marks: (index: number) => [{ column: 'day', value: rows[index]?.at ?? null }], brush: 'day' }
        : {}),
    },
  );
}

export function serviceQueue(rows: readonly ServiceQueue[], ctx: Ctx, names: Names): Drawn {
  const { say, look } = ctx;
  const words = say.words;
  const shown = rows
    .filter(row => row.service !== null || row.queue !== null)
    .sort(
      (a, b) => (b.service?.mean ?? 0) + (b.queue?.mean ?? 0) - (a.service?.mean ?? 0) - (a.queue?.mean ?? 0),
    )
    .map((row): PartsRow => {
      const about = (title: string, cell: ServiceQueue['service']): [string, string][] =>
        cell === null
          ? []
          : [
              [
                `${title} p50 / p95 / p99`,
                `${cell.approximate ? '≈ ' : ''}${[cell.p50, cell.p95, cell.p99].map(ms => say.ms(ms)).join(' / ')}`,
              ],
            ];
      return {
        name: names.microservice(row.microservice),
        raw: row.microservice,
        values: [row.service?.mean ?? null, row.queue?.mean ?? null],
        texts: [row.service ? say.ms(row.service.mean) : '–', row.queue ? say.ms(row.queue.mean) : '–'],
        marks: [],
        lines: [
          ...about(words.service, row.service),
          ...about(words.queue, row.queue),
          [words.n, say.count(row.service?.n ?? row.queue?.n ?? 0)],
        ],
      };
    });
  const drawn = stackedBars(
    shown,
    [
      { name: words.service, colour: look.plain },
      { name: words.queue, colour: look.series[1] ?? look.rest },
    ],
    ctx,
    { unit: 'ms', nameTitle: words.tabs.microservices },
  );
  return { ...drawn, few: shown.length === 0 && rows.length > 0 };
}

export function byHour(rows: readonly HourRow[], ctx: Ctx): Drawn {
  const { say, look } = ctx;
  const known = new Map(rows.map(row => [row.hour, row]));
  const hours = rows.length === 0 ? [] : Array.from({ length: 24 }, (_, hour) => hour);
  const line = (key: 'p50' | 'p95' | 'queue_mean') =>
    hours.map(hour => {
      const row = known.get(hour);
      return row ? point(row[key], say) : { value: null, text: '–' };
    });
  return lines(
    [
      { name: say.words.totalTime.p50, colour: look.series[0] ?? look.plain, points: line('p50') },
      { name: say.words.totalTime.p95, colour: look.series[1] ?? look.plain, points: line('p95') },
      { name: say.words.queueMean, colour: look.rest, points: line('queue_mean'), columns: true },
    ],
    ctx,
    {
      axis: hours.map(hour => String(hour).padStart(2, '0')),
      axisTitle: ctx.title('hour'),
      axisName: hour => hour,
      axisLong: hour => `${hour}:00 – ${hour}:59`,
      unit: 'ms',
      marks: index => [{ column: 'hour', value: hours[index] ?? null }],
      lines: index => [[say.words.n, say.count(known.get(hours[index] ?? -1)?.n ?? 0)]],
    },
  );
}
