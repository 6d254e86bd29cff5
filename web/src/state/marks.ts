// What marks that are no value of a column filter by: runs of microservices, attempts, codes.
import type { Meta } from '../api/types.ts';
import type { Mark } from '../charts/data.ts';

/** A filter that lets any value pass, but not none. */
export const ANY = '..';
/** The same of a time, where one below nothing stands for none. */
const ANY_TIME = '0..';

export function isAny(texts: readonly string[]): boolean {
  return texts.length === 1 && (texts[0] === ANY || texts[0] === ANY_TIME);
}

/**
 * The column of each microservice that has a value where it ran: the first that is called after
 * it, once a transaction or on its first picture. Without such a column nothing is filtered.
 */
export function runColumns(meta: Meta): Map<string, Mark> {
  const found = new Map<string, Mark>();
  for (const { name, images } of meta.microservices) {
    const [image] = images;
    const ends = image === undefined ? [''] : ['', `_${image}`, `_${image}_img`];
    const isItsOwn = (column: string) =>
      ends.some(end => column.endsWith(`_${name}${end}`) && !isOfLonger(column, name, end, meta));
    const dimension = meta.dimensions.find(one => isItsOwn(one.column));
    if (!dimension) continue;
    found.set(name, {
      column: dimension.column,
      value: dimension.kind === 'category' ? ANY : ANY_TIME,
    });
  }
  return found;
}

/** `code_face_detector` is of `face_detector`, whatever `detector` is. */
function isOfLonger(column: string, name: string, end: string, meta: Meta): boolean {
  return meta.microservices.some(
    other => other.name.length > name.length && column.endsWith(`_${other.name}${end}`),
  );
}
