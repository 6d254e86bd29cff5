// Tab Microservice times: its charts, made of the tab's answer.
import type { MicroservicesTab, PathRow, Ranged, ServiceQueue, TimeRow } from '../api/types.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { type LinePoint, lines } from '../charts/lines.ts';
import { type PartsRow, ring, type Slice, stackedBars } from '../charts/parts.ts';
import { type RangeRow, rangeBars } from '../charts/ranges.ts';
import { thenOf } from '../charts/then.ts';
import { counting, type Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';
import { type Earlier, placeIn } from '../state/previous.ts';

type Before = Earlier<MicroservicesTab> | null;

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

export function donut(tab: MicroservicesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { say } = ctx;
  const known = new Map(before?.tab.donut.map(one => [one.microservice, one.mean]));
  const then = (name: string, now: number | null) => {
    const mean = known.get(name);
    return before === null ? null : thenOf(now, mean?.too_few ? null : (mean?.value ?? null), 'ms', say);
  };
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
      marks: names.runMarks(one.microservice),
      lines: say.basisOf(one.mean, 'ms'),
      before: then(one.microservice, one.mean.value),
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

function shareOfPath(row: PathRow | undefined): Ranged | null {
  return row === undefined || row.n < LEAST ? null : row.share_of_total;
}

export function pathChart(tab: MicroservicesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { say } = ctx;
  const words = say.words;
  const known = new Map(before?.tab.path.map(row => [row.microservice, row]));
  const then = (name: string) => {
    const share = shareOfPath(known.get(name));
    return share === null ? null : { ...share, text: rangedText(share, 'share', say) };
  };
  const shown: RangeRow[] = tab.path
    .flatMap(row => {
      const share = shareOfPath(row);
      return share === null ? [] : [{ row, share }];
    })
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
      marks: names.runMarks(row.microservice),
      before: then(row.microservice),
    }));
  const drawn = rangeBars(shown, ctx, {
    nameTitle: words.tabs.microservices,
    valueTitle: words.ofTotal,
    againstTitle: words.serial,
  });
  return { ...drawn, few: shown.length === 0 && tab.path.length > 0 };
}

function point(value: number | null, say: Say): LinePoint {
  return { value, text: value === null ? say.words.tooFew : say.ms(value) };
}

/** The rows of the period before that stand in the places of these. */
function rowsBefore(
  { over_time }: MicroservicesTab,
  before: Before,
): ((at: string) => TimeRow | null) | null {
  if (before === null || before.tab.over_time.grain !== over_time.grain) return null;
  const { grain } = over_time;
  const places = new Map(before.tab.over_time.rows.map(row => [placeIn(before.period, grain, row.at), row]));
  return at => {
    const place = placeIn(before.now, grain, at);
    return place === null ? null : (places.get(place) ?? null);
  };
}

export function overTime(tab: MicroservicesTab, ctx: Ctx, before: Before = null): Drawn {
  const { say, look } = ctx;
  const told = counting(say, tab.one_in);
  const { grain, rows } = tab.over_time;
  const then = rowsBefore(tab, before);
  const colours = [look.series[0], look.series[1], look.series[3]];
  const byDay = grain === 'day' || grain === 'week' || grain === 'month';
  return lines(
    QUANTILES.map((key, index) => ({
      name: say.words.totalTime[key],
      colour: colours[index] ?? look.plain,
      // Dashes are those of the period before, where there is one.
      dashed: key === 'p99' && then === null,
      points: rows.map(row => point(row[key], told)),
      ...(then === null
        ? {}
        : {
            before: rows.map(row => {
              const earlier = then(row.at);
              return earlier === null ? null : point(earlier[key], counting(say, before?.tab.one_in ?? 1));
            }),
          }),
    })),
    ctx,
    {
      axis: rows.map(row => row.at),
      axisTitle: ctx.title(byDay ? grain : 'hour'),
      axisName: at => (byDay ? say.dayShort(at) : `${say.dayShort(at)} ${at.slice(11, 13)}h`),
      axisLong: at => (byDay ? say.dayLong(at) : `${say.day(at)} ${at.slice(11, 16)}`),
      unit: 'ms',
      lines: index => [[say.words.n, told.count(rows[index]?.n ?? 0)]],
      ...(then === null
        ? {}
        : {
            beforeLong: (index: number) => {
              const earlier = then(rows[index]?.at ?? '');
              return earlier === null ? null : say.day(earlier.at);
            },
          }),
      ...(byDay
        ? { marks: (index: number) => [{ column: grain, value: rows[index]?.at ?? null }], brush: grain }
        : {}),
    },
  );
}

export function serviceQueue(tab: MicroservicesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { say, look } = ctx;
  const words = say.words;
  const rows = tab.service_queue;
  const known = new Map(before?.tab.service_queue.map(row => [row.microservice, row]));
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
        marks: names.runMarks(row.microservice),
        lines: [
          ...about(words.service, row.service),
          ...about(words.queue, row.queue),
          [words.n, say.count(row.service?.n ?? row.queue?.n ?? 0)],
        ],
        before: (['service', 'queue'] as const).map(part => {
          const earlier = known.get(row.microservice)?.[part];
          return earlier ? thenOf(row[part]?.mean ?? null, earlier.mean, 'ms', say) : null;
        }),
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

export function byHour(tab: MicroservicesTab, ctx: Ctx, before: Before = null): Drawn {
  const { say, look } = ctx;
  const told = counting(say, tab.one_in);
  const rows = tab.by_hour;
  const known = new Map(rows.map(row => [row.hour, row]));
  const earlier = new Map(before?.tab.by_hour.map(row => [row.hour, row]));
  const hours = rows.length === 0 ? [] : Array.from({ length: 24 }, (_, hour) => hour);
  const line = (key: 'p50' | 'p95' | 'queue_mean') => ({
    points: hours.map(hour => {
      const row = known.get(hour);
      return row ? point(row[key], told) : { value: null, text: '–' };
    }),
    ...(before === null
      ? {}
      : {
          before: hours.map(hour => {
            const row = earlier.get(hour);
            return row ? point(row[key], counting(say, before.tab.one_in)) : null;
          }),
        }),
  });
  return lines(
    [
      { name: say.words.totalTime.p50, colour: look.series[0] ?? look.plain, ...line('p50') },
      { name: say.words.totalTime.p95, colour: look.series[1] ?? look.plain, ...line('p95') },
      { name: say.words.queueMean, colour: look.rest, ...line('queue_mean'), columns: true },
    ],
    ctx,
    {
      axis: hours.map(hour => String(hour).padStart(2, '0')),
      axisTitle: ctx.title('hour'),
      axisName: hour => hour,
      axisLong: hour => `${hour}:00 – ${hour}:59`,
      unit: 'ms',
      marks: index => [{ column: 'hour', value: hours[index] ?? null }],
      lines: index => [[say.words.n, told.count(known.get(hours[index] ?? -1)?.n ?? 0)]],
    },
  );
}
