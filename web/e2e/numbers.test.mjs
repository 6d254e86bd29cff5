// Each visual shows the numbers that `veriscope metrics get` gives. Needs the binary.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { BINARY, isReal, LAKE, launch, openPage, startServer, visit } from './browser.mjs';

const skip = isReal() ? false : 'VERISCOPE_BIN and VERISCOPE_E2E_LAKE name no binary and lake';
const CLIENT = 'convenio_1';
const SELECTIONS = [
  { name: 'all', query: '', where: [] },
  { name: `of ${CLIENT}`, query: `?convenio=${CLIENT}`, where: ['--where', `convenio = '${CLIENT}'`] },
  {
    name: 'of three days',
    query: '?day=2025-01-22..2025-01-24',
    where: ['--from', '2025-01-22', '--to', '2025-01-24'],
  },
];
const RATES = [
  'acceptance',
  'acceptance_first',
  'acceptance_last',
  'acceptance_ever',
  'technical_error_rate',
];

let browser;
let server;
before(async () => {
  if (skip) return;
  server = await startServer();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Metrics as the command line gives them: for each, dimensions joined → number. */
async function asked(metrics, by, where) {
  const by_ = by.length > 0 ? ['--by', by.join(',')] : [];
  const args = ['metrics', 'get', ...metrics, ...by_, ...where, '--lake', LAKE, '--json', '--quiet'];
  const { stdout } = await promisify(execFile)(BINARY, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout).answers.map(({ rows, total }) =>
    by.length === 0
      ? new Map([['', total]])
      : new Map(rows.map(row => [row.dimensions.map(one => one ?? '').join('|'), row])),
  );
}

/** The rows of a card's CSV: raw numbers, as the page holds them. */
async function exported(page, card) {
  const place = page.locator(`[data-card="${card}"]`);
  const menu = place.getByRole('button', { name: /^Export/ });
  if (await menu.count()) await menu.click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    place.getByRole('button', { name: /^CSV/ }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  return text
    .trim()
    .split('\r\n')
    .slice(1)
    .map(line => line.split(','));
}

/** The number of a row, as a cell of a CSV has it: nothing where it rests on too few. */
const cellOf = row => (row.too_few || row.value === null ? '' : row.value);

function same(shown, wanted, about) {
  assert.deepEqual([...shown.keys()].sort(), [...wanted.keys()].sort(), about);
  for (const [key, row] of wanted) {
    const [is, should] = [shown.get(key), cellOf(row)];
    if (is === '' || should === '') {
      assert.equal(is, should, `${about} ${key}`);
      continue;
    }
    const difference = Math.abs(Number(is) - should);
    assert.ok(difference <= 1e-9 * Math.max(1, Math.abs(should)), `${about} ${key}: ${is} is not ${should}`);
  }
}

async function over(tab, query, run) {
  const { page, context, faults } = await openPage(browser, server);
  try {
    await visit(page, server, `/${tab}${query}`);
    await run(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** A card's rows by their first columns, against counts of transactions by the same. */
async function counted(page, card, by, where) {
  const rows = await exported(page, card);
  const shown = new Map(rows.map(row => [row.slice(0, by.length).join('|'), row[by.length]]));
  const [wanted] = await asked(['transactions'], by, where);
  same(shown, wanted, card);
}

for (const { name, query, where } of SELECTIONS) {
  test(`counts, ${name}: as the command line says`, { skip }, async () => {
    await over('clients', query, async page => {
      await counted(page, 'codes', ['summary_code'], where);
      await counted(page, 'outcomes', ['outcome'], where);
      // A chart over days stays whole where days are chosen, and dims the rest.
      const days = query.includes('day=') ? [] : where;
      await counted(page, 'per-day', ['day', 'convenio'], days);
      await counted(page, 'calendar', ['day'], days);
    });
  });

  test(`acceptance, ${name}: as the command line says, intervals and all`, { skip }, async () => {
    await over('clients', query, async page => {
      const totals = await asked(RATES, [], where);
      const ways = new Map((await exported(page, 'ways')).map(row => [row[0], row]));
      for (const [index, rate] of RATES.entries()) {
        const wanted = totals[index].get('');
        const [, value, interval] = ways.get(rate);
        same(new Map([['', value]]), new Map([['', wanted]]), rate);
        const ends = interval === '' ? [] : interval.split(' – ').map(Number);
        const should = wanted.too_few || wanted.low === null ? [] : [wanted.low, wanted.high];
        assert.deepEqual(
          ends.map(end => end.toFixed(9)),
          should.map(end => end.toFixed(9)),
          rate,
        );
      }
      const clients = query.includes('convenio=') ? [] : where;
      const rows = await exported(page, 'by-client');
      const wanted = await asked(RATES, ['convenio'], clients);
      for (const [index, rate] of RATES.entries()) {
        same(new Map(rows.map(row => [row[0], row[3 + index]])), wanted[index], `${rate} by client`);
      }
    });
  });

  test(`times, ${name}: as the command line says`, { skip }, async () => {
    await over('microservices', query, async page => {
      const rows = await exported(page, 'donut');
      const names = rows.map(row => row[0]);
      assert.equal(new Set(names).size, 10);
      const means = await asked(
        names.map(one => `time_${one}_mean`),
        [],
        where,
      );
      for (const [index, [one, value]] of rows.entries()) {
        same(new Map([['', value]]), means[index], one);
      }
      for (const column of ['image_quality_near_img', 'aspect_ratio_near_img']) {
        const cells = await exported(page, `code-by-${column}`);
        // The rows are called `1400 real image`; the code is what counts.
        const shown = new Map(cells.map(row => [`${Number.parseInt(row[0], 10)}|${row[1]}`, row[2]]));
        const [wanted] = await asked(['transactions'], ['summary_code', column], where);
        same(shown, wanted, column);
      }
      const by = ['total_time_p50', 'total_time_p95', 'total_time_p99'];
      const days = await asked(by, ['day'], query.includes('day=') ? [] : where);
      const shown = await exported(page, 'over-time');
      for (const [index, metric] of by.entries()) {
        const known = shown.filter(row => days[index].has(row[0]));
        if (query.includes('day=')) continue;
        same(new Map(known.map(row => [row[0], row[1 + index]])), days[index], metric);
      }
    });
  });
}
