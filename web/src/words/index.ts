// Words of a page in the reader's language.
import type { Language } from '../format/number.ts';
import { en } from './en.ts';
import { es } from './es.ts';

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends string[]
      ? string[]
      : { [K in keyof T]: Widened<T[K]> };

export type Words = Widened<typeof en>;

export function wordsOf(language: Language): Words {
  return language === 'es' ? es : en;
}
