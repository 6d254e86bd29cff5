// The HTTP client: one way in, each answer checked for its parts, every failure a Problem.
import { queryText } from '../state/url.ts';
import { Problem, problemOf, unreachable } from './problem.ts';
import type {
  ClientsTab,
  DataTab,
  DimensionValues,
  Meta,
  MicroservicesTab,
  RetriesTab,
  Transaction,
  Transactions,
  WhatIfResult,
  Why,
} from './types.ts';

export type Params = readonly (readonly [string, string])[];

/** An endpoint: its path, and the fields without which its answer is no answer. */
type Endpoint<T> = { path: string; fields: readonly (keyof T & string)[] };

export const endpoints = {
  meta: {
    path: 'meta',
    fields: ['snapshot', 'dimensions', 'metrics', 'codes', 'microservices', 'roles', 'columns'],
  } satisfies Endpoint<Meta> as Endpoint<Meta>,
  clients: {
    path: 'tabs/clients',
    fields: ['basis', 'headline', 'per_day', 'codes', 'outcomes', 'by_client', 'funnel', 'hours', 'reasons'],
  } as Endpoint<ClientsTab>,
  microservices: {
    path: 'tabs/microservices',
    fields: ['basis', 'total', 'donut', 'path', 'remainder', 'over_time', 'service_queue', 'by_hour'],
  } as Endpoint<MicroservicesTab>,
  retries: {
    path: 'tabs/retries',
    fields: ['basis', 'kinds', 'processes', 'recovery', 'flow', 'abandonment', 'fix', 'cost'],
  } as Endpoint<RetriesTab>,
  data: {
    path: 'tabs/data',
    fields: ['snapshot', 'runs', 'quarantine', 'policies', 'freshness', 'per_day'],
  } as Endpoint<DataTab>,
  whatIf: { path: 'what-if', fields: ['before', 'after', 'saved_mean'] } as Endpoint<WhatIfResult>,
  why: { path: 'why', fields: ['selection', 'against', 'found', 'weak'] } as Endpoint<Why>,
  transactions: {
    path: 'transactions',
    fields: ['total', 'columns', 'rows'],
  } as Endpoint<Transactions>,
};

export function values(column: string): Endpoint<DimensionValues> {
  return { path: `dimensions/${encodeURIComponent(column)}/values`, fields: ['values'] };
}

export function transaction(token: string): Endpoint<Transaction> {
  return { path: `transactions/${encodeURIComponent(token)}`, fields: ['columns', 'row', 'bars'] };
}

export async function fetchJson<T>(
  endpoint: Endpoint<T>,
  params: Params = [],
  signal?: AbortSignal,
): Promise<T> {
  const query = queryText(params);
  const address = `/api/v1/${endpoint.path}${query ? `?${query}` : ''}`;
  let response: Response;
  try {
    response = await fetch(address, { headers: { accept: 'application/json' }, signal: signal ?? null });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw unreachable(cause);
  }
  if (!response.ok) throw await problemOf(response);
  const body: unknown = await response.json().catch(() => null);
  if (!hasFields(body, endpoint.fields)) {
    throw new Problem({
      type: '/problems/unexpected-answer',
      title: 'unexpected answer',
      status: response.status,
      detail: `the answer of ${endpoint.path} lacks a part that it must have`,
    });
  }
  return body as T;
}

export function hasFields(body: unknown, fields: readonly string[]): boolean {
  return typeof body === 'object' && body !== null && fields.every(field => field in body);
}

/** Calls back with the version of each new snapshot; the browser reconnects by itself. */
export function onSnapshot(callback: (version: number) => void): () => void {
  const events = new EventSource('/api/v1/events');
  events.addEventListener('snapshot', event => {
    try {
      const data: unknown = JSON.parse(String(event.data));
      if (
        typeof data === 'object' &&
        data !== null &&
        'version' in data &&
        typeof data.version === 'number'
      ) {
        callback(data.version);
      }
    } catch {
      // A message that is no news is none.
    }
  });
  return () => events.close();
}
