// Language and theme of this reader, remembered on this machine.
import type { Language } from '../format/number.ts';

export type ThemeChoice = 'auto' | 'light' | 'dark';

function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage can be switched off; the page works without.
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

function watch(query: string, callback: (matches: boolean) => void): void {
  const list = matchMedia(query);
  callback(list.matches);
  list.addEventListener('change', event => callback(event.matches));
}

class Preferences {
  language = $state<Language>('en');
  theme = $state<ThemeChoice>('auto');
  prefersDark = $state(false);
  /** A phone; a wall screen. */
  narrow = $state(false);
  vast = $state(false);
  readonly dark = $derived(this.theme === 'dark' || (this.theme === 'auto' && this.prefersDark));

  start(): void {
    const asked = new URLSearchParams(location.search).get('lang') ?? remembered('lang');
    const first = asked ?? navigator.language;
    this.language = first.toLowerCase().startsWith('es') ? 'es' : 'en';
    if (asked) remember('lang', this.language);
    const theme = remembered('theme');
    this.theme = theme === 'light' || theme === 'dark' ? theme : 'auto';
    watch('(prefers-color-scheme: dark)', matches => {
      this.prefersDark = matches;
    });
    watch('(max-width: 600px)', matches => {
      this.narrow = matches;
    });
    watch('(min-width: 2200px)', matches => {
      this.vast = matches;
    });
  }

  setLanguage(language: Language): void {
    this.language = language;
    remember('lang', language);
  }

  setTheme(theme: ThemeChoice): void {
    this.theme = theme;
    remember('theme', theme);
  }
}

export const preferences = new Preferences();
