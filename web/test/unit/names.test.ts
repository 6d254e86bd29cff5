// What columns and values are called, from what the server says of itself.
import { expect, test } from 'vitest';
import type { Dimension, Meta } from '../../src/api/types.ts';
import type { Cell } from '../../src/charts/data.ts';
import { LIGHT } from '../../src/charts/look.ts';
import { Say } from '../../src/format/say.ts';
import { Colours, contextOf, Names } from '../../src/state/names.ts';

function dimension(column: string, kind: Dimension['kind'], values: Cell[]): Dimension {
  const title = { en: column, es: column };
  return { column, title, kind, distinct: values.length, values: values.map(value => ({ value, n: 1 })) };
}

const meta: Meta = {
  version: '0',
  card: { name: 'c', title: 'C' },
  snapshot: {
    version: 1,
    published_at: null,
    transactions: 1,
    processes: 1,
    persons: 1,
    first_day: null,
    last_day: null,
    state: 'ready',
  },
  dimensions: [
    dimension('client', 'category', ['007', 'a..b', null]),
    dimension('weekday', 'ordered', [1, 2]),
    dimension('summary_code', 'ordered', [302, 1400]),
    dimension('resized', 'category', [true, false]),
    dimension('day', 'day', ['2025-01-08']),
  ],
  metrics: [],
  codes: [
    {
      code: 302,
      text: '0302',
      description: 'blur/haze',
      module: 'quality',
      outcome: 'rejected',
      reason: 'person',
    },
  ],
  microservices: [{ name: 'topiq', title: 'TOPIQ', images: [] }],
  images: ['near_img'],
  roles: {
    client: 'client',
    user: null,
    person: null,
    code: 'summary_code',
    release: null,
    total_time: null,
  },
  columns: { size_class: [], orientation: [] },
  exclusions: [],
};
const names = new Names(meta, new Say('en'));

test('a client called 007 keeps its noughts, and dots make no range of a name', () => {
  expect(names.filterWords('client', ['007'])).toBe('007');
  expect(names.filterWords('client', ['a..b'])).toBe('a..b');
  expect(names.filterWords('client', [''])).toBe('none');
});

test('codes have the four figures and the text of the dictionary', () => {
  expect(names.filterWords('summary_code', ['302'])).toBe('0302 blur/haze');
  expect(names.codeFull('3002')).toBe('3002');
  expect(names.codeText(null)).toBe('none');
});

test('calendar, flags and ranges are said in the language', () => {
  expect(names.filterWords('weekday', ['1', '2'])).toBe('Monday, Tuesday');
  expect(names.filterWords('resized', ['true'])).toBe('yes');
  expect(names.filterWords('day', ['2025-01-08..2025-01-10'])).toBe('8 Jan 2025 – 10 Jan 2025');
  expect(names.filterWords('day', ['2025-01-08..'])).toBe('≥ 8 Jan 2025');
  expect(new Names(meta, new Say('es')).filterWords('weekday', ['1'])).toBe('lunes');
});

test('a client keeps its colour whatever is filtered', () => {
  const colours = new Colours(meta);
  const all = contextOf(names, LIGHT, colours, {});
  const filtered = contextOf(names, LIGHT, colours, { client: ['a..b'] });
  expect(filtered.colour('client', 'a..b')).toBe(all.colour('client', 'a..b'));
  expect(all.colour('client', 'a..b')).not.toBe(all.colour('client', '007'));
  expect(filtered.chosen('client', '007')).toBe(false);
  expect(filtered.chosen('client', 'a..b')).toBe(true);
  expect(all.chosen('client', '007')).toBeNull();
});
