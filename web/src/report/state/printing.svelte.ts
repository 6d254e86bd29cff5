// Before it is printed the page renders all that it holds, in the light theme and as wide as paper.
import { flushSync } from 'svelte';
import { fitAll } from '../charts/echarts.ts';

class Printing {
  on = $state(false);

  start(): () => void {
    const before = () => this.#set(true);
    const after = () => this.#set(false);
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }

  /** All in one go: the browser takes the page as it is when the handler returns. */
  #set(on: boolean): void {
    document.documentElement.classList.toggle('printing', on);
    this.on = on;
    flushSync();
    fitAll();
  }
}

export const printing = new Printing();
