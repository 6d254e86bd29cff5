// What holds for the whole page: what the server says of itself, and news of snapshots.
import { endpoints, fetchJson, onSnapshot } from '../api/client.ts';
import type { Meta } from '../api/types.ts';
import { DARK, LIGHT } from '../charts/look.ts';
import { Say } from '../format/say.ts';
import { Colours, contextOf, Names } from './names.ts';
import { preferences } from './preferences.svelte.ts';
import { Resource } from './resource.svelte.ts';
import { router } from './router.svelte.ts';

class Session {
  readonly meta = new Resource<Meta>();
  /** Goes up when everything is to be asked for again. */
  epoch = $state(0);
  /** A newer snapshot than the one shown. */
  news = $state<number | null>(null);
  readonly say = $derived(new Say(preferences.language));
  readonly look = $derived({
    ...(preferences.dark ? DARK : LIGHT),
    narrow: preferences.narrow,
    scale: preferences.vast ? 1.2 : 1,
  });

  start(): () => void {
    this.load();
    return onSnapshot(version => {
      const shown = this.known?.snapshot;
      if (shown?.state !== 'ready') this.refresh();
      else if (version > shown.version) this.news = version;
    });
  }

  get known(): Meta | null {
    return this.meta.loaded.state === 'ready' ? this.meta.loaded.value : null;
  }

  load(): void {
    this.meta.load(signal => fetchJson(endpoints.meta, [], signal));
  }

  refresh(): void {
    this.news = null;
    this.load();
    this.epoch += 1;
  }
}

export const session = new Session();

class Vocabulary {
  readonly #colours = $derived(session.known ? new Colours(session.known) : null);
  readonly names = $derived(session.known ? new Names(session.known, session.say) : null);
  readonly ctx = $derived(
    this.names && this.#colours ? contextOf(this.names, session.look, this.#colours, router.filters) : null,
  );
}

export const vocabulary = new Vocabulary();
