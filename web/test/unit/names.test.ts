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
    dimension('attempt', 'ordered', [1, 2]),
    dimension('code_topiq_far', 'category', ['0300', null]),
    dimension('code_topiq_near', 'category', ['0300', null]),
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
  microservices: [
    { name: 'topiq', title: 'TOPIQ', images: ['near'], ran: { column: 'code_topiq_near', value: '..' } },
    { name: 'gateway', title: 'Gateway', images: [], ran: null },
  ],
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

test('a microservice filters by the column that tells whether it ran, or by none', () => {
  expect(names.runMarks('topiq')).toEqual([{ column: 'code_topiq_near', value: '..' }]);
  expect(names.runMarks('gateway')).toEqual([]);
  expect(names.filterText('code_topiq_near', ['..'])).toBe('TOPIQ: ran');
  expect(names.filterText('code_topiq_far', ['..'])).toBe('code_topiq_far: any value');
  expect(names.fullName('code_topiq_near', '..')).toBe('TOPIQ: ran');
});

test('codes and attempts filter where the server has such columns', () => {
  expect(names.codeMarks('0302')).toEqual([{ column: 'summary_code', value: 302 }]);
  expect(names.codeMarks('none')).toEqual([{ column: 'summary_code', value: null }]);
  expect(names.attemptMarks('12..')).toEqual([{ column: 'attempt', value: '12..' }]);
  expect(names.filterText('attempt', ['12..'])).toBe('attempt: ≥ 12');
  const bare = new Names({ ...meta, dimensions: [] }, new Say('en'));
  expect(bare.codeMarks('0302')).toEqual([]);
  expect(bare.attemptMarks(2)).toEqual([]);
});
