// Tab Retries: the figures at its top.
import type { RetriesTab, Share } from '../api/types.ts';
import { counting, type Say } from '../format/say.ts';
import type { Names } from '../state/names.ts';
import { LEAST } from './retries.ts';

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
  const estimate = counting(say, tab.one_in);
  const part = (n: number, of: number) => (of > 0 ? say.share(n / of) : '');
  const all = tab.basis.transactions;
  return [
    {
      id: 'processes',
      title: words.processes,
      value: estimate.count(p.n),
      under: estimate.counted(p.open, 'open'),
      about: names.definition('processes'),
    },
    {
      id: 'retried',
      title: words.retriedProcesses,
      value: estimate.count(p.retried),
      under: part(p.retried, p.n),
      about: words.about.retried,
    },
    { id: 'first', title: words.firstAccepted, ...shareText(p.first, say), about: words.about.firstAccepted },
    { id: 'ever', title: words.recovered, ...shareText(p.ever, say), about: words.about.recovered },
    {
      id: 'gone',
      title: words.gone,
      value: estimate.count(p.gone),
      under: part(p.gone, p.n),
      about: words.about.gone,
    },
    {
      id: 'retries',
      title: words.retriesTitle,
      value: estimate.count(cost.retries),
      under: part(cost.retries, all),
      about: names.definition('retries'),
    },
    {
      id: 'api-time',
      title: words.apiTime,
      value: estimate.ms(cost.api_ms),
      under: cost.api_share === null ? '' : say.share(cost.api_share),
      about: words.about.apiTime,
    },
    {
      id: 'person-time',
      title: words.personTime,
      value: estimate.ms(cost.person_minutes * 60_000),
      under: '',
      about: words.about.personTime,
    },
    {
      id: 'repeats',
      title: words.repeatsTitle,
      value: estimate.count(repeats.n),
      under: part(repeats.n, all),
      about: names.definition('repeats'),
    },
  ];
}
