// From code to code: what follows a refused attempt, as a Sankey diagram.
import { type Mark, tableOf } from './data.ts';
import { type Ctx, type Drawn, textStyle } from './draw.ts';

export type Link = { from: string; to: string; n: number };
export type FlowOptions = {
  ends: { accepted: string; gone: string; open: string };
  /** Short and full name of a code. */
  name: (code: string) => string;
  fullName: (code: string) => string;
  /** What a code filters by, and the end `accepted`. */
  marks: (code: string) => Mark[];
  /** Codes beyond so many are put together. */
  most: number;
  fromTitle: string;
  toTitle: string;
};

const OTHER = '…';

/** Left are codes, right what came next: both sides apart, for a code may follow itself. */
export function flow(links: readonly Link[], ctx: Ctx, options: FlowOptions): Drawn {
  const { look, say } = ctx;
  const isEnd = (to: string): to is 'accepted' | 'gone' | 'open' => Object.hasOwn(options.ends, to);
  const kept = new Set(largest(links, options.most));
  const grouped = new Map<string, Link>();
  for (const link of links) {
    const from = kept.has(link.from) ? link.from : OTHER;
    const to = isEnd(link.to) || kept.has(link.to) ? link.to : OTHER;
    const key = `${from}>${to}`;
    grouped.set(key, { from, to, n: (grouped.get(key)?.n ?? 0) + link.n });
  }
  const full = (code: string) =>
    isEnd(code) ? options.ends[code] : code === OTHER ? OTHER : options.fullName(code);
  const colour = (code: string) => {
    if (code === 'accepted') return look.accepted;
    if (code === 'gone') return look.rejected;
    return code === 'open' || code === OTHER ? look.rest : look.plain;
  };
  const sums = new Map<string, number>();
  for (const link of grouped.values()) {
    sums.set(`>${link.from}`, (sums.get(`>${link.from}`) ?? 0) + link.n);
    sums.set(`<${link.to}`, (sums.get(`<${link.to}`) ?? 0) + link.n);
  }
  const total = [...grouped.values()].reduce((sum, link) => sum + link.n, 0);
  const nodes = [...sums].map(([id, n]) => {
    const code = id.slice(1);
    const left = id.startsWith('>');
    return {
      name: id,
      // Sides must not be swapped by the layout where a node has no link on.
      depth: left ? 0 : 1,
      marks: code === 'gone' || code === 'open' || code === OTHER ? [] : options.marks(code),
      tip: { title: full(code), lines: [[say.words.n, say.count(n)]] },
      itemStyle: { color: colour(code), borderWidth: 0 },
      label: {
        position: left ? 'right' : 'left',
        ...textStyle(look, 11),
        color: look.ink,
        width: look.narrow ? 110 : Math.round(180 * look.scale),
        overflow: 'truncate',
        // A label in a sliver would run into its neighbours.
        show: n / total > 0.03,
        formatter: () =>
          `${isEnd(code) || code === OTHER ? full(code) : options.name(code)}  ${say.count(n)}`,
      },
    };
  });
  const table = tableOf([
    [options.fromTitle, false],
    [options.toTitle, false],
    [say.words.n, true],
    [say.words.share, true],
  ]);
  const failures = new Map<string, number>();
  for (const link of links) failures.set(link.from, (failures.get(link.from) ?? 0) + link.n);
  table.rows = links.map(link => {
    const share = link.n / (failures.get(link.from) ?? 1);
    return {
      cells: [full(link.from), full(link.to), say.count(link.n), say.share(share)],
      raw: [link.from, link.to, link.n, share],
      marks: options.marks(link.from),
    };
  });
  return {
    option: {
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'sankey',
          left: 4,
          right: 4,
          top: 8,
          bottom: 8,
          nodeWidth: 12,
          nodeGap: 9,
          layoutIterations: 0,
          draggable: false,
          data: nodes,
          links: [...grouped.values()].map(link => ({
            source: `>${link.from}`,
            target: `<${link.to}`,
            value: link.n,
            marks: link.from === OTHER ? [] : options.marks(link.from),
            tip: {
              title: `${full(link.from)} → ${full(link.to)}`,
              lines: [
                [say.words.n, say.count(link.n)],
                [full(link.from), say.share(link.n / (sums.get(`>${link.from}`) ?? 1))],
              ],
            },
            lineStyle: { color: isEnd(link.to) ? colour(link.to) : look.rest, opacity: 0.35, curveness: 0.5 },
          })),
          emphasis: { focus: 'adjacency' },
        },
      ],
    },
    table,
    legend: [],
    height: 360,
  };
}

function largest(links: readonly Link[], most: number): string[] {
  const sums = new Map<string, number>();
  for (const link of links) sums.set(link.from, (sums.get(link.from) ?? 0) + link.n);
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([code]) => code);
}
