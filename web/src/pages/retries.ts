// Tab Retries: its charts, made of the tab's answer.
import type { RetriesTab, Share } from '../api/types.ts';
import { bars } from '../charts/bars.ts';
import type { Mark } from '../charts/data.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { flow } from '../charts/flow.ts';
import { steps } from '../charts/steps.ts';
import { type Dot, whiskers } from '../charts/whisker.ts';
import { Estimates, type Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';

/** Rates that rest on fewer are shown as too few, as everywhere. */
export const LEAST = 30;
const LONGEST = 12;

/** Says counts as they are, or as estimates where one person in several was looked at. */
export function counting(say: Say, oneIn: number): Say {
  return oneIn > 1 ? new Estimates(say.language) : say;
}

export function attemptsChart(tab: RetriesTab, ctx: Ctx): Drawn {
  const { look } = ctx;
  const say = counting(ctx.say, tab.one_in);
  const rows = tab.attempts_per_process;
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

export function recoveryChart(tab: RetriesTab, ctx: Ctx): Drawn {
  const { say, look } = ctx;
  const estimate = counting(say, tab.one_in);
  const dots = tab.recovery.slice(0, 10).map(row => {
    const dot = shareDot(row.accepted, say.words.attempt(String(row.attempt)), ctx, look.accepted);
    const ends: [string, string][] = [
      [say.words.gone, estimate.count(row.gone)],
      [say.words.open, estimate.count(row.open)],
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

export function flowChart(tab: RetriesTab, ctx: Ctx, names: Names): Drawn {
  const say = counting(ctx.say, tab.one_in);
  return flow(
    tab.flow,
    { ...ctx, say },
    {
      ends: say.words.flowEnds,
      name: code => (ctx.look.narrow ? names.codeText(code) : names.codeFull(code)),
      fullName: code => names.codeFull(code),
      marks: code => codeMarks(names, code),
      most: 7,
      fromTitle: say.words.code,
      toTitle: '→',
    },
  );
}

export function curveChart(tab: RetriesTab, way: 'attempt' | 'minute', ctx: Ctx): Drawn {
  const say = counting(ctx.say, tab.one_in);
  const { words } = say;
  const points = way === 'attempt' ? tab.accepted_by_attempt : tab.accepted_by_minute;
  return steps(
    points,
    { ...ctx, say },
    {
      xTitle: way === 'attempt' ? words.attemptAxis : words.minutes,
      valueTitle: words.outcomes.accepted,
      colour: ctx.look.accepted,
      whole: way === 'attempt',
      // Those looked at are fewer than they stand for.
      least: LEAST * tab.one_in,
    },
  );
}

export function abandonmentChart(tab: RetriesTab, ctx: Ctx, names: Names): Drawn {
  const { look } = ctx;
  const say = counting(ctx.say, tab.one_in);
  const rows = tab.abandonment;
  const least = LEAST * tab.one_in;
  const most = Math.max(0.2, ...rows.filter(row => row.n >= least).map(row => row.high));
  const dots = rows.map((row): Dot => {
    const few = row.n < least;
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
