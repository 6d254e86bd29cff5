// The report's words, by language; a key that one of them lacks is a type error.
import type { Language } from '../../format/number.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { methods as methodsEn } from './methods.en.ts';
import { methods as methodsEs } from './methods.es.ts';

type Loose<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : T[K] extends [string, string]
        ? [string, string]
        : Loose<T[K]>;
};

export type ReportWords = Loose<typeof en>;
export type Methods = Record<keyof typeof methodsEn, [string, string]>;
export type MethodId = keyof Methods;

const WORDS: Record<Language, ReportWords> = { en, es };
const METHODS: Record<Language, Methods> = { en: methodsEn, es: methodsEs };

export function reportWordsOf(language: Language): ReportWords {
  return WORDS[language];
}

export function methodsOf(language: Language): Methods {
  return METHODS[language];
}
