// Each published visual shows the numbers that `veriscope metrics get` gives. Needs the binary.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { BINARY, isReal, LAKE, launch, openPage, startServer, visit } from './browser.mjs';

const skip = isReal() ? false : 'VERISCOPE_BIN and VERISCOPE_E2E_LAKE name no binary and lake';
const FILTER = { query: '?convenio=convenio_1', where: "convenio = 'convenio_1'" };
const ALL = { query: '', where: null };

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

/** A metric's rows as the command line gives them: dimensions joined → value. */
async function asked(metric, by, where) {
  const by_ = by.length > 0 ? ['--by', by.join(',')] : [];
  const where_ = where ? ['--where', where] : [];
  const args = ['metrics', 'get', metric, ...by_, ...where_, '--lake', LAKE, '--json', '--quiet'];
  const { stdout } = await promisify(execFile)(BINARY, args, { maxBuffer: 1 << 28 });
  const rows = JSON.parse(stdout).answers[0].rows;
  return new Map(rows.map(row => [row.dimensions.map(one => one ?? '').join('|'), row.value]));
}

/** The rows of a chart's CSV: raw numbers, as the page holds them. */
async function exported(page, card) {
  const place = page.locator(`[data-card="${card}"]`);
  await place.getByRole('button', { name: /^Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    place.getByRole('button', { name: 'CSV', exact: true }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  return text
    .trim()
    .split('\r\n')
    .slice(1)
    .map(line => line.split(','));
}

function same(shown, wanted, about) {
  assert.deepEqual([...shown.keys()].sort(), [...wanted.keys()].sort(), about);
  for (const [key, value] of wanted) {
    const difference = Math.abs(shown.get(key) - value);
    assert.ok(
      difference <= 1e-9 * Math.max(1, Math.abs(value)),
      `${about} ${key}: ${shown.get(key)} is not ${value}`,
    );
  }
}

const VISUALS = [
  { tab: 'clients', card: 'per-day', by: ['day', 'convenio'], keys: 2 },
  { tab: 'clients', card: 'codes', by: ['summary_code'], keys: 1 },
  { tab: 'clients', card: 'outcomes', by: ['outcome'], keys: 1 },
  { tab: 'clients', card: 'calendar', by: ['day'], keys: 1 },
];

for (const { query, where } of [ALL, FILTER]) {
  for (const { tab, card, by, keys } of VISUALS) {
    test(`${card}${where ? `, where ${where}` : ''}: as the command line says`, { skip }, async () => {
      const { page, context } = await openPage(browser, server);
      await visit(page, server, `/${tab}${query}`);
      const rows = await exported(page, card);
      const shown = new Map(rows.map(row => [row.slice(0, keys).join('|'), Number(row[keys])]));
      same(shown, await asked('transactions', by, where), card);
      await context.close();
    });
  }

  test(`microservice means${where ? `, where ${where}` : ''}: as the command line says`, {
    skip,
  }, async () => {
    const { page, context } = await openPage(browser, server);
    await visit(page, server, `/microservices${query}`);
    const rows = await exported(page, 'donut');
    assert.equal(rows.length, 10);
    for (const [name, value] of rows) {
      const wanted = await asked(`time_${name}_mean`, [], where);
      same(new Map([['', Number(value)]]), wanted, name);
    }
    await context.close();
  });

  for (const column of ['image_quality_near_img', 'aspect_ratio_near_img']) {
    test(`code by ${column}${where ? `, where ${where}` : ''}: as the command line says`, {
      skip,
    }, async () => {
      const { page, context } = await openPage(browser, server);
      await visit(page, server, `/microservices${query}`);
      const rows = await exported(page, `code-by-${column}`);
      // The rows are called `1400 real image`; the code is what counts.
      const shown = new Map(rows.map(row => [`${Number.parseInt(row[0], 10)}|${row[1]}`, Number(row[2])]));
      same(shown, await asked('transactions', ['summary_code', column], where), column);
      await context.close();
    });
  }
}
