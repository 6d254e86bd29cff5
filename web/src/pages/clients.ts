// Tab Client insights: its charts, made of the tab's answer.
import type { ClientsTab, FunnelStep, Headline } from '../api/types.ts';
import { type Bar, bars, metricBars } from '../charts/bars.ts';
import type { MetricTable, Num } from '../charts/data.ts';
import type { Ctx, Drawn } from '../charts/draw.ts';
import { lines } from '../charts/lines.ts';
import { ring, type Slice } from '../charts/parts.ts';
import { thenOf } from '../charts/then.ts';
import { type Dot, whiskers } from '../charts/whisker.ts';
import { daysBetween } from '../format/date.ts';
import type { Names } from '../state/names.ts';

export function codesChart(tab: ClientsTab, ctx: Ctx): Drawn {
  const rows = metricBars(tab.codes, ctx).map(row => ({ ...row, name: row.fullName }));
  return bars(rows, ctx, {
    log: true,
    unit: 'count',
    nameTitle: ctx.say.words.code,
    valueTitle: ctx.say.words.figures.transactions,
    names: 172,
  });
}

/** A ring of outcomes; in its middle the acceptance, unless it rests on too few. */
export function outcomesChart(tab: ClientsTab, ctx: Ctx): Drawn {
  const order = ['accepted', 'rejected', 'technical'];
  const slices: Slice[] = metricBars(tab.outcomes, ctx).sort(
    (a, b) => order.indexOf(String(a.raw)) - order.indexOf(String(b.raw)),
  );
  return ring(slices, ctx, {
    middle: { value: ctx.say.num(tab.headline.acceptance, 'share'), label: ctx.say.words.figures.acceptance },
    nameTitle: ctx.title('outcome'),
    valueTitle: ctx.say.words.figures.transactions,
  });
}

const WAYS = ['acceptance', 'acceptance_first', 'acceptance_last', 'acceptance_ever'] as const;

export function dotOf(num: Num, name: string, ctx: Ctx, colour: string): Dot {
  return {
    name,
    fullName: name,
    raw: name,
    value: num.too_few ? null : num.value,
    low: num.too_few ? null : num.low,
    high: num.too_few ? null : num.high,
    text: num.too_few ? `${ctx.say.words.tooFew} (${ctx.say.count(num.n)})` : ctx.say.num(num, 'share'),
    colour,
    marks: [],
    lines: ctx.say.basisOf(num, 'share'),
  };
}

/** Acceptance counted in four ways side by side, technical errors apart. */
export function waysChart(tab: ClientsTab, ctx: Ctx): Drawn {
  const words = ctx.say.words;
  const row = (key: keyof Headline, name: string, colour: string): Dot => {
    const now = tab.headline[key];
    const before = tab.previous?.transactions.value ? tab.previous[key] : null;
    return {
      ...dotOf(now, name, ctx, colour),
      raw: key,
      before: before ? thenOf(shown(now), shown(before), 'share', ctx.say) : null,
    };
  };
  const dots = WAYS.map(key =>
    row(key, key === 'acceptance' ? words.figures.transactions : words.figures[key], ctx.look.accepted),
  );
  dots.push(row('technical_error_rate', words.figures.technical_error_rate, ctx.look.technical));
  return whiskers(dots, ctx, { nameTitle: words.measure, valueTitle: words.share, names: 150 });
}

function shown(num: Num): number | null {
  return num.too_few ? null : num.value;
}

export function acceptancePerDay(table: MetricTable, ctx: Ctx, title: string): Drawn {
  const { say } = ctx;
  const rows = new Map(table.rows.map(row => [String(row.dimensions[0]), row]));
  const known = [...rows.keys()].sort();
  const [first, last] = [known[0], known.at(-1)];
  const days = first && last ? daysBetween(first, last) : [];
  const points = days.map(day => {
    const row = rows.get(day);
    return row && !row.too_few
      ? { value: row.value, low: row.low, high: row.high, text: say.num(row, 'share') }
      : { value: null, text: row ? say.num(row, 'share') : '–' };
  });
  return lines([{ name: title, colour: ctx.look.accepted, points }], ctx, {
    axis: days,
    axisTitle: ctx.title('day'),
    axisName: day => say.dayShort(day),
    axisLong: day => say.dayLong(day),
    unit: 'share',
    marks: index => [{ column: table.by[0] ?? 'day', value: days[index] ?? null }],
    lines: index => {
      const row = rows.get(days[index] ?? '');
      return row ? say.basisOf(row, 'share') : [];
    },
    brush: table.by[0] ?? 'day',
  });
}

export function funnelChart(steps: readonly FunnelStep[], ctx: Ctx, names: Names): Drawn {
  const { say, look } = ctx;
  const words = say.words;
  const first = steps[0]?.reached ?? 0;
  const nameOf = (step: FunnelStep) =>
    step.microservices.length === 0
      ? words.funnelStart
      : step.microservices.map(one => names.microservice(one)).join(', ');
  const rows: Bar[] = steps.map(step => ({
    name: nameOf(step),
    fullName: nameOf(step),
    raw: step.step,
    value: step.reached,
    text: first > 0 ? `${say.count(step.reached)} · ${say.share(step.reached / first, 0)}` : '–',
    colour: look.plain,
    // Those who stopped here, by the codes with which they did.
    marks: step.codes.flatMap(code => names.codeMarks(code.code)),
    lines: [
      [words.fell, say.count(step.fell)],
      ...step.codes
        .slice(0, 6)
        .map((code): [string, string] => [names.codeFull(code.code), say.count(code.n)]),
    ],
  }));
  const end = steps.at(-1);
  if (end) {
    const through = end.reached - end.fell;
    rows.push({
      name: words.funnelEnd,
      fullName: words.funnelEnd,
      raw: 'end',
      value: through,
      text: first > 0 ? `${say.count(through)} · ${say.share(through / first, 0)}` : '–',
      colour: look.accepted,
      marks: names.dimension('outcome') ? [{ column: 'outcome', value: 'accepted' }] : [],
      lines: [],
    });
  }
  const drawn = bars(rows, ctx, {
    unit: 'count',
    nameTitle: words.funnel,
    valueTitle: words.reached,
    names: ctx.look.narrow ? 140 : 200,
  });
  drawn.option.grid = {
    ...(drawn.option.grid as object),
    right: ctx.look.narrow ? 74 : Math.round(100 * ctx.look.scale),
  };
  drawn.table.columns.push({ title: words.fell, numeric: true });
  drawn.table.rows.forEach((row, index) => {
    const fell = steps[index]?.fell ?? 0;
    row.cells.push(say.count(fell));
    row.raw.push(fell);
  });
  return { ...drawn, height: Math.max(drawn.height ?? 0, 230) };
}
