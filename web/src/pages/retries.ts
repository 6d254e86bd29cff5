// Tab Retries: its charts, made of the tab's answer.
import type { RetriesTab, Share } from '../api/types.ts';
import { bars } from '../charts/bars.ts';
import type { Mark, Then } from '../charts/data.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { flow } from '../charts/flow.ts';
import { steps } from '../charts/steps.ts';
import { thenOf } from '../charts/then.ts';
import { type Dot, whiskers } from '../charts/whisker.ts';
import { counting, type Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';
import type { Earlier } from '../state/previous.ts';

/** The tab over the period before, where it is compared. */
export type Before = Earlier<RetriesTab> | null;

/** Rates that rest on fewer are shown as too few, as everywhere. */
export const LEAST = 30;
const LONGEST = 12;

type Attempts = { name: string; n: number; filter: number | string };

/** Processes by how many attempts they took, the longest together. */
function byAttempts(rows: RetriesTab['attempts_per_process']): Attempts[] {
  const tail = rows.filter(row => row.attempts >= LONGEST);
  const shown = rows
    .filter(row => row.attempts < LONGEST)
    .map((row): Attempts => ({ name: String(row.attempts), n: row.processes, filter: row.attempts }));
  if (tail.length > 0) {
    const n = tail.reduce((sum, row) => sum + row.processes, 0);
    shown.push({ name: `${LONGEST}+`, n, filter: `${LONGEST}..` });
  }
  return shown;
}

export function attemptsChart(tab: RetriesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { look } = ctx;
  const say = counting(ctx.say, tab.one_in);
  const rows = tab.attempts_per_process;
  const total = rows.reduce((sum, row) => sum + row.processes, 0);
  const shown = byAttempts(rows);
  const known = new Map(before && byAttempts(before.tab.attempts_per_process).map(row => [row.name, row.n]));
  const estimate = counting(ctx.say, before?.tab.one_in ?? 1);
  const drawn = bars(
    shown.map(row => ({
      name: row.name,
      fullName: row.name,
      raw: row.name,
      value: row.n,
      text: total > 0 ? `${say.count(row.n)} · ${say.share(row.n / total)}` : '–',
      colour: look.plain,
      marks: names.attemptMarks(row.filter),
      lines: [],
      before: before === null ? null : thenOf(row.n, known.get(row.name) ?? 0, 'count', estimate),
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

/** A share of the period before, unless it rests on too few. */
function shareBefore(now: Share, then: Share | undefined, say: Say): Then | null {
  if (then === undefined) return null;
  return thenOf(now.trials < LEAST ? null : now.share, then.trials < LEAST ? null : then.share, 'share', say);
}

export function recoveryChart(tab: RetriesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { say, look } = ctx;
  const estimate = counting(say, tab.one_in);
  const dots = tab.recovery.slice(0, 10).map(row => {
    const dot = shareDot(row.accepted, say.words.attempt(String(row.attempt)), ctx, look.accepted);
    const ends: [string, string][] = [
      [say.words.gone, estimate.count(row.gone)],
      [say.words.open, estimate.count(row.open)],
    ];
    const earlier = before?.tab.recovery.find(one => one.attempt === row.attempt);
    const then = shareBefore(row.accepted, earlier?.accepted, say);
    const marks = names.attemptMarks(row.attempt);
    return { ...dot, raw: row.attempt, marks, before: then, lines: [...dot.lines, ...ends] };
  });
  return whiskers(dots, ctx, {
    nameTitle: say.words.attemptAxis,
    valueTitle: say.words.outcomes.accepted,
    names: 100,
  });
}

/** Other ends of a process are no values of a column. */
function acceptedMarks(names: Names): Mark[] {
  return names.dimension('outcome') ? [{ column: 'outcome', value: 'accepted' }] : [];
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
      marks: code => (code === 'accepted' ? acceptedMarks(names) : names.codeMarks(code)),
      most: 7,
      fromTitle: say.words.code,
      toTitle: '→',
    },
  );
}

type Way = 'attempt' | 'minute';

function pointsOf(tab: RetriesTab, way: Way): RetriesTab['accepted_by_attempt'] {
  return way === 'attempt' ? tab.accepted_by_attempt : tab.accepted_by_minute;
}

export function curveChart(tab: RetriesTab, way: Way, ctx: Ctx, before: Before = null): Drawn {
  const say = counting(ctx.say, tab.one_in);
  const { words } = say;
  return steps(
    pointsOf(tab, way),
    { ...ctx, say },
    {
      xTitle: way === 'attempt' ? words.attemptAxis : words.minutes,
      valueTitle: words.outcomes.accepted,
      colour: ctx.look.accepted,
      whole: way === 'attempt',
      // A few are accepted after weeks, and would leave the others no room.
      ...(way === 'minute' ? { ends: 0.99 } : {}),
      // Those looked at are fewer than they stand for.
      least: LEAST * tab.one_in,
      before: before === null ? null : pointsOf(before.tab, way),
    },
  );
}

export function abandonmentChart(tab: RetriesTab, ctx: Ctx, names: Names, before: Before = null): Drawn {
  const { look } = ctx;
  const say = counting(ctx.say, tab.one_in);
  const rows = tab.abandonment;
  const least = LEAST * tab.one_in;
  const known = new Map(before?.tab.abandonment.map(row => [row.code, row]));
  const leastBefore = LEAST * (before?.tab.one_in ?? 1);
  const most = Math.max(
    0.2,
    ...rows.filter(row => row.n >= least).map(row => row.high),
    ...[...known.values()].filter(row => row.n >= leastBefore).map(row => row.share),
  );
  const dots = rows.map((row): Dot => {
    const few = row.n < least;
    const name = row.code === null ? say.words.allCodes : names.codeFull(row.code);
    const marks: Mark[] = row.code === null ? [] : names.codeMarks(row.code);
    const earlier = known.get(row.code);
    const share = earlier === undefined || earlier.n < leastBefore ? null : earlier.share;
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
      before: earlier === undefined ? null : thenOf(few ? null : row.share, share, 'share', say),
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
