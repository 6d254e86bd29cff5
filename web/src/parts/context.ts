// What parts know of the page around them: how to say things, and what clicks do.
import { getContext, setContext } from 'svelte';
import type { Mark } from '../charts/data.ts';
import type { Ctx } from '../charts/draw.ts';

export type PageContext = {
  readonly ctx: Ctx;
  /** Filters in force, in words, for exported pictures. */
  readonly filterWords: string;
  onmark(marks: Mark[], add: boolean): void;
  onstretch(column: string, low: string, high: string): void;
  /** Opens the transactions behind marks; absent where there are none to open. */
  onlist?(marks: Mark[]): void;
  onwhy?(marks: Mark[]): void;
};

const KEY = Symbol('page');

export function providePage(page: PageContext): void {
  setContext(KEY, page);
}

export function usePage(): PageContext {
  return getContext<PageContext>(KEY);
}
