// What the address bar says: tab, filters, comparison, and which sheet is open.
import { type Filters, filterParams } from './filters.ts';

export const TABS = ['clients', 'microservices', 'retries', 'data'] as const;
export type Tab = (typeof TABS)[number];

/** A sheet over the page; `select` narrows the filters to what it is about. */
export type Sheet =
  | { kind: 'transactions'; select: Filters; token: string | null }
  | { kind: 'why'; select: Filters };

export type Place = { tab: Tab; filters: Filters; compare: boolean; sheet: Sheet | null };

const OWN = new Set(['compare', 'lang', 'open', 'token']);
const SELECT = 'select.';

export function isTab(text: string): text is Tab {
  return (TABS as readonly string[]).includes(text);
}

export function parsePlace(pathname: string, search: string): Place {
  const name = pathname.replace(/^\/+|\/+$/g, '');
  const params = new URLSearchParams(search);
  const filters: Record<string, string[]> = {};
  const select: Record<string, string[]> = {};
  for (const [key, value] of params) {
    if (OWN.has(key)) continue;
    const into = key.startsWith(SELECT) ? select : filters;
    const column = key.startsWith(SELECT) ? key.slice(SELECT.length) : key;
    if (column === '' || Object.hasOwn(Object.prototype, column)) continue;
    const texts = into[column] ?? [];
    if (!texts.includes(value)) texts.push(value);
    into[column] = texts;
  }
  const open = params.get('open');
  const sheet: Sheet | null =
    open === 'why'
      ? { kind: 'why', select }
      : open === 'transactions'
        ? { kind: 'transactions', select, token: params.get('token') }
        : null;
  return {
    tab: isTab(name) ? name : 'clients',
    filters,
    compare: params.get('compare') === 'previous',
    sheet,
  };
}

/** The query string, readable: what needs no escape in a query is left as it is. */
export function queryText(params: readonly (readonly [string, string])[]): string {
  return params.map(([key, value]) => `${escapePart(key)}=${escapePart(value)}`).join('&');
}

function escapePart(text: string): string {
  return encodeURIComponent(text).replace(/%3A/gi, ':').replace(/%2C/gi, ',').replace(/%2F/gi, '/');
}

export function formatPlace(place: Place): string {
  const params = filterParams(place.filters);
  if (place.compare) params.push(['compare', 'previous']);
  if (place.sheet) {
    params.push(['open', place.sheet.kind], ...filterParams(place.sheet.select, SELECT));
    if (place.sheet.kind === 'transactions' && place.sheet.token) params.push(['token', place.sheet.token]);
  }
  return `/${place.tab}${params.length > 0 ? `?${queryText(params)}` : ''}`;
}
