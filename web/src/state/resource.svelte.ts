// Something asked from the server: the last answer stays while the next one is under way.
import { Problem } from '../api/problem.ts';

export type Loaded<T> =
  | { state: 'waiting' }
  | { state: 'ready'; value: T }
  | { state: 'failed'; problem: Problem };

const RETRY_MS = 1000;

export class Resource<T> {
  loaded = $state.raw<Loaded<T>>({ state: 'waiting' });
  /** An answer is shown, and a newer one is being waited for. */
  busy = $state(false);
  /** The server said that it is still reading the snapshot. */
  preparing = $state(false);
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  load(ask: (signal: AbortSignal) => Promise<T>): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    ask(abort.signal).then(
      value => {
        if (abort.signal.aborted) return;
        this.busy = false;
        this.preparing = false;
        this.loaded = { state: 'ready', value };
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = error instanceof Problem ? error : unexpected(error);
        this.preparing = problem.loading;
        if (problem.loading) {
          this.#timer = setTimeout(() => this.load(ask), problem.retryAfterMs ?? RETRY_MS);
          return;
        }
        this.busy = false;
        this.loaded = { state: 'failed', problem };
      },
    );
  }

  stop(): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
    this.busy = false;
  }
}

function unexpected(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ type: '/problems/front-end', title: 'unexpected', status: 0, detail });
}
