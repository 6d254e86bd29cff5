// What every part of the report knows: the report, the language, the look of charts.

import type { Ctx } from '../../charts/draw.ts';
import { DARK, LIGHT } from '../../charts/look.ts';
import { Say } from '../../format/say.ts';
import { preferences } from '../../state/preferences.svelte.ts';
import type { Report } from '../schema.d.ts';
import { Tell } from '../tell.ts';
import { methodsOf, reportWordsOf } from '../words/index.ts';
import { printing } from './printing.svelte.ts';

class Page {
  report = $state.raw<Report | null>(null);
  readonly say = $derived(new Say(preferences.language));
  readonly words = $derived(reportWordsOf(preferences.language));
  readonly methods = $derived(methodsOf(preferences.language));
  /** Paper is light, and as wide as it is. */
  readonly dark = $derived(preferences.dark && !printing.on);
  readonly look = $derived({
    ...(this.dark ? DARK : LIGHT),
    narrow: preferences.narrow && !printing.on,
    scale: preferences.vast && !printing.on ? 1.2 : 1,
  });
  readonly tell = $derived(new Tell(this.report?.columns ?? [], this.say, this.words));
  readonly ctx: Ctx = $derived({
    say: this.say,
    look: this.look,
    title: (column: string) => column,
    name: (_: string, value: unknown) => String(value),
    fullName: (_: string, value: unknown) => String(value),
    colour: () => this.look.plain,
    chosen: () => null,
  });
}

export const page = new Page();
