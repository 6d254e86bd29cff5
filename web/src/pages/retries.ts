// Tab Retries: its charts, made of the tab's answer.
import type { Abandonment, CurvePoint, FlowLink, Recovery, RetriesTab, Share } from '../api/types.ts';
import { bars } from '../charts/bars.ts';
import type { Mark } from '../charts/data.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { flow } from '../charts/flow.ts';
import { steps } from '../charts/steps.ts';
import { type Dot, whiskers } from '../charts/whisker.ts';
import type { Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';

/** Rates that rest on fewer are shown as too few, as everywhere. */
const LEAST = 30;
const LONGEST = 12;

export function attemptsChart(rows: RetriesTab['attempts_per_process'], ctx: Ctx): Drawn {
  const { say, look } = ctx;
  const total = rows.reduce((sum, row) => sum + row.processes, 0);
  const tail = rows.filter(row => row.attempts >= LONGEST);
  const shown = rows
    .filter(row => row.attempts < LONGEST)
    .map(row => ({ name: String(row.attempts), n: row.processes }));
  if (tail.length > 0)
    shown.push({ name: `${LONGEST}+`, n: tail.reduce((sum, row) => sum + row.processes, 0) });
  const drawn = bars(
    shown.map(row => ({
      name: row.name,
      fullName: row.name,
      raw: row.name,
      value: row.n,
      text: total > 0 ? `${say.count(row.n)} · ${say.share(row.n / total)}` : '–',
      colour: look.plain,
      marks: [],
      lines: [],
    })),
    ctx,
    { unit: 'count', nameTitle: say.words.attempts, valueTitle: say.words.processes, names: 40 },
  );
  drawn.option.grid = {
    ...(drawn.option.grid as object),
    right: ctx.look.narrow ? 84 : Math.round(100 * ctx.look.scale),
  };
  return drawn;
}

export function shareDot(share: Share, name: string, ctx: Ctx, colour: string): Dot {
  const { say } = ctx;
  const few = share.trials < LEAST;
  return {
    name,
    fullName: name,
    raw: name,
    value: few ? null : share.share,
    low: few ? null : share.low,
    high: few ? null : share.high,
    text: few ? `${say.words.tooFew} (${say.count(share.trials)})` : say.share(share.share),
    colour,
    marks: [],
    lines: [
      ...(few
        ? []
        : ([[say.words.interval, say.range(share.low, share.high, 'share')]] as [string, string][])),
      [say.words.n, say.count(share.trials)],
      [say.words.persons, say.count(share.persons)],
    ],
  };
}

export function recoveryChart(rows: readonly Recovery[], ctx: Ctx): Drawn {
  const { say, look } = ctx;
  const dots = rows.slice(0, 10).map(row => {
    const dot = shareDot(row.accepted, say.words.attempt(String(row.attempt)), ctx, look.accepted);
    const ends: [string, string][] = [
      [say.words.gone, say.count(row.gone)],
      [say.words.open, say.count(row.open)],
    ];
    return { ...dot, raw: row.attempt, lines: [...dot.lines, ...ends] };
  });
  return whiskers(dots, ctx, {
    nameTitle: say.words.attemptAxis,
    valueTitle: say.words.outcomes.accepted,
    names: 100,
  });
}

/** What a code filters by; a transaction without any says `none`. */
export function codeMarks(names: Names, code: string): Mark[] {
  return [{ column: names.meta.roles.code ?? 'code', value: /^\d+$/.test(code) ? Number(code) : null }];
}

export function flowChart(links: readonly FlowLink[], ctx: Ctx, names: Names): Drawn {
  const { say } = ctx;
  return flow(links, ctx, {
    ends: say.words.flowEnds,
    name: code => (ctx.look.narrow ? names.codeText(code) : names.codeFull(code)),
    fullName: code => names.codeFull(code),
    marks: code => codeMarks(names, code),
    most: 7,
    fromTitle: say.words.code,
    toTitle: '→',
  });
}

export function curveChart(points: readonly CurvePoint[], way: 'attempt' | 'minute', ctx: Ctx): Drawn {
  const words = ctx.say.words;
  return steps(points, ctx, {
    xTitle: way === 'attempt' ? words.attemptAxis : words.minutes,
    valueTitle: words.outcomes.accepted,
    colour: ctx.look.accepted,
    whole: way === 'attempt',
    least: LEAST,
  });
}

export function abandonmentChart(rows: readonly Abandonment[], ctx: Ctx, names: Names): Drawn {
  const { say, look } = ctx;
  const most = Math.max(0.2, ...rows.filter(row => row.n >= LEAST).map(row => row.high));
  const dots = rows.map((row): Dot => {
    const few = row.n < LEAST;
    const name = row.code === null ? say.words.allCodes : names.codeFull(row.code);
    const marks: Mark[] = row.code === null ? [] : codeMarks(names, row.code);
    return {
      name,
      fullName: name,
      raw: row.code,
      value: few ? null : row.share,
      low: few ? null : row.low,
      high: few ? null : row.high,
      text: few ? `${say.words.tooFew} (${say.count(row.n)})` : say.share(row.share),
      colour: row.code === null ? look.ink : look.rejected,
      marks,
      lines: [
        ...(few ? [] : ([[say.words.interval, say.range(row.low, row.high, 'share')]] as [string, string][])),
        [say.words.n, say.count(row.n)],
      ],
    };
  });
  return whiskers(dots.slice(0, 14), ctx, {
    nameTitle: say.words.code,
    valueTitle: say.words.share,
    names: 150,
    max: Math.min(1, Math.ceil(most * 10) / 10),
  });
}

function shareText(share: Share | null, say: Say): { value: string; under: string } {
  if (share === null) return { value: '–', under: '' };
  if (share.trials < LEAST) return { value: say.words.tooFew, under: `n = ${say.count(share.trials)}` };
  return { value: say.share(share.share), under: say.range(share.low, share.high, 'share') };
}

export type PlainFigure = {
  id: string;
  title: string;
  value: string;
  under: string;
  about: string | undefined;
};

/** The figures at the top of the tab. */
export function retriesFigures(tab: RetriesTab, names: Names): PlainFigure[] {
  const { say } = names;
  const { words } = say;
  const { processes: p, cost, repeats } = tab;
  const part = (n: number, of: number) => (of > 0 ? say.share(n / of) : '');
  const all = tab.basis.transactions;
  return [
    {
      id: 'processes',
      title: words.processes,
      value: say.count(p.n),
      under: say.counted(p.open, 'open'),
      about: names.definition('processes'),
    },
    {
      id: 'retried',
      title: words.retriedProcesses,
      value: say.count(p.retried),
      under: part(p.retried, p.n),
      about: words.about.retried,
    },
    { id: 'first', title: words.firstAccepted, ...shareText(p.first, say), about: words.about.firstAccepted },
    { id: 'ever', title: words.recovered, ...shareText(p.ever, say), about: words.about.recovered },
    {
      id: 'gone',
      title: words.gone,
      value: say.count(p.gone),
      under: part(p.gone, p.n),
      about: words.about.gone,
    },
    {
      id: 'retries',
      title: words.retriesTitle,
      value: say.count(cost.retries),
      under: part(cost.retries, all),
      about: names.definition('retries'),
    },
    {
      id: 'api-time',
      title: words.apiTime,
      value: say.ms(cost.api_ms),
      under: cost.api_share === null ? '' : say.share(cost.api_share),
      about: words.about.apiTime,
    },
    {
      id: 'person-time',
      title: words.personTime,
      value: say.ms(cost.person_minutes * 60_000),
      under: '',
      about: words.about.personTime,
    },
    {
      id: 'repeats',
      title: words.repeatsTitle,
      value: say.count(repeats.n),
      under: part(repeats.n, all),
      about: names.definition('repeats'),
    },
  ];
}
