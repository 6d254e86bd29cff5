// Where in the report the reader is: the hash of the address, the section in sight, and the way to
// a place that is not rendered yet.
import { flushSync, tick } from 'svelte';
import { columnId, formatHash, type Place, parseHash, type Section } from './hash.ts';

/** As long as things above a place may still take their height. */
const SETTLE_MS = 900;
/** What is left free above a place that was jumped to. */
const MARGIN_PX = 12;

class Places {
  /** Names of the table's columns: addresses say them. */
  names: readonly string[] = [];
  /** The section in sight. */
  section = $state<Section>('overview');
  /** The place that was asked for last: rendered wherever it stands. */
  target = $state.raw<Place>({ section: 'overview', column: null });

  start(names: readonly string[]): () => void {
    this.names = names;
    const follow = () => this.go(parseHash(location.hash, names), false);
    addEventListener('hashchange', follow);
    if (location.hash.length > 1) void tick().then(follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }

  /** Goes to a place; the address follows unless it was what asked. */
  go(place: Place, write = true): void {
    if (write) history.pushState(null, '', formatHash(place, this.names));
    flushSync(() => {
      this.target = place;
      this.section = place.section;
    });
    const element = document.getElementById(place.column === null ? place.section : columnId(place.column));
    if (element) settleAt(element);
  }
}

/** Keeps an element at the top while things above it take their height, unless the reader moves on. */
function settleAt(element: HTMLElement): void {
  const until = performance.now() + SETTLE_MS;
  let moved = false;
  const stop = () => {
    moved = true;
  };
  const kinds = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;
  for (const kind of kinds) addEventListener(kind, stop, { passive: true, once: true });
  const step = () => {
    if (moved || !element.isConnected) return;
    const off = element.getBoundingClientRect().top - topOf() - MARGIN_PX;
    if (Math.abs(off) > 1) scrollBy({ top: off, behavior: 'instant' });
    if (performance.now() < until) requestAnimationFrame(step);
    else for (const kind of kinds) removeEventListener(kind, stop);
  };
  step();
  element.focus({ preventScroll: true });
}

/** Height of what stays at the top of the window. */
function topOf(): number {
  const bar = document.querySelector<HTMLElement>('[data-topbar]');
  return bar && getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
}

export const places = new Places();
