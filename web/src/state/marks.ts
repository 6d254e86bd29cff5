// What marks that are no value of a column filter by: runs of microservices, attempts, codes.
import type { Meta } from '../api/types.ts';
import type { Mark } from '../charts/data.ts';

/** A filter that lets any value pass, but not none. */
const ANY = '..';
/** The same of a time, where one below nothing stands for none. */
const ANY_TIME = '0..';

export function isAny(texts: readonly string[]): boolean {
  return texts.length === 1 && (texts[0] === ANY || texts[0] === ANY_TIME);
}

/** What keeps the transactions in which a microservice ran, of those that a column tells. */
export function runColumns(meta: Meta): Map<string, Mark> {
  return new Map(meta.microservices.flatMap(({ name, ran }) => (ran ? [[name, ran] as const] : [])));
}
