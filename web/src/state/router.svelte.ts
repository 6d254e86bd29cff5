// The place the reader is at, kept in the address bar, so that it can be shared and gone back from.
import type { Mark } from '../charts/data.ts';
import { type Filters, toggleMarks, withFilter } from './filters.ts';
import { formatPlace, type Place, parsePlace, type Sheet, type Tab } from './url.ts';

class Router {
  place = $state.raw<Place>(parsePlace('/', ''));

  /** The same object until filters change, whatever else of the place does. */
  readonly filters = $derived(this.place.filters);

  start(): void {
    const read = () => {
      this.place = parsePlace(location.pathname, location.search);
    };
    read();
    // `/` and unknown paths get the address of what is shown.
    history.replaceState(null, '', formatPlace(this.place));
    addEventListener('popstate', read);
  }

  go(change: Partial<Place>): void {
    const next = { ...this.place, ...change };
    const address = formatPlace(next);
    if (address !== formatPlace(this.place)) history.pushState(null, '', address);
    this.place = next;
  }

  tab(tab: Tab): void {
    this.go({ tab, sheet: null });
  }

  filter(column: string, texts: readonly string[]): void {
    this.go({ filters: withFilter(this.place.filters, column, texts) });
  }

  setFilters(filters: Filters): void {
    this.go({ filters });
  }

  mark(marks: readonly Mark[], add: boolean): void {
    this.go({ filters: toggleMarks(this.place.filters, marks, add) });
  }

  open(sheet: Sheet | null): void {
    this.go({ sheet });
  }
}

export const router = new Router();
