// What groups of columns are called.
import type { Group } from './schema.d.ts';
import type { ReportWords } from './words/index.ts';

export function groupTitle(group: Group, words: ReportWords): string {
  if (group.by === 'transaction') return words.groupTransaction;
  const name = group.name ?? null;
  if (group.by === 'kind') {
    const known: Record<string, string> = words.measures;
    if (name === null) return words.groupRest;
    return group.title ?? (Object.hasOwn(known, name) ? (known[name] ?? name) : name);
  }
  return group.title ?? name ?? words.groupRest;
}
