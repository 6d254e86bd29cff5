// Unusual data: one client, none, names full of markup, thousands of clients, a slow start.
// Kinds of data that no lake of the binary is given for are shown by the mock.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startMock } from '../test/mock/server.mjs';
import {
  BINARY,
  isReal,
  LAKES,
  launch,
  openPage,
  serve,
  settled,
  startServer,
  tableOf,
  visit,
} from './browser.mjs';

const DOCUMENTS = fileURLToPath(new URL('../../examples/transactions.ndjson', import.meta.url));
/** What the mock alone can show is shown once, when there is nothing else. */
const mockOnly = { skip: isReal() };

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

async function over(server, run) {
  const { page, context, faults } = await openPage(browser, server);
  try {
    await run(page, faults);
  } finally {
    await context.close();
    await server.stop();
  }
}

test('one client: every tab is whole', async () => {
  const server = await startServer('one');
  await over(server, async (page, faults) => {
    for (const tab of ['clients', 'microservices', 'retries', 'data']) {
      await visit(page, server, `/${tab}`);
      assert.ok((await page.locator('[data-card]').count()) >= 5);
    }
    assert.deepEqual(faults, []);
  });
});

test('an empty lake says how to fill it, and its Data tab is there', async () => {
  const server = await startServer('empty');
  await over(server, async (page, faults) => {
    await page.goto(`${server.address}/clients`);
    await page.getByText('The lake is empty').waitFor();
    await page.getByText('veriscope run').waitFor();
    await page.getByRole('link', { name: 'Data' }).click();
    await settled(page);
    assert.deepEqual(faults, []);
  });
});

test('a client named with markup and quotes is text everywhere', async () => {
  const server = await startServer('odd');
  await over(server, async (page, faults) => {
    await visit(page, server, '/clients');
    const card = page.locator('[data-card="by-client"]');
    const odd = card.locator('tbody button', { hasText: '<img' }).first();
    const name = (await odd.textContent()).trim();
    assert.ok(name.includes('<') && name.includes('"'));
    await odd.click();
    await settled(page);
    assert.equal(new URL(page.url()).searchParams.get('convenio'), name);
    assert.ok((await page.locator('.chips').innerText()).includes(name.slice(0, 20)));
    const canvas = page.locator('[data-card="per-day"] canvas');
    const box = await canvas.boundingBox();
    for (let step = 1; step < 12; step++) {
      await page.mouse.move(box.x + (box.width * step) / 12, box.y + box.height * 0.82);
    }
    await page.reload();
    await settled(page);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('main img').count(), 0);
    assert.deepEqual(faults, []);
  });
});

test('thousands of clients are searched on the server, and block no chart', mockOnly, async () => {
  const server = await startMock({ kind: 'many' });
  await over(server, async (page, faults) => {
    await visit(page, server, '/clients');
    assert.ok((await page.locator('[data-card="per-day"] .legend').innerText()).includes('others'));
    await page.getByRole('button', { name: 'Client', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search: Client' }).fill('client 0777');
    await page.getByLabel('client 0777').check();
    await settled(page);
    assert.equal(new URL(page.url()).searchParams.get('convenio'), 'client 0777');
    assert.deepEqual(faults, []);
  });
});

test(
  'where one person in several was looked at, the page says so and counts are estimates',
  mockOnly,
  async () => {
    const server = await startMock({ kind: 'large' });
    await over(server, async (page, faults) => {
      await visit(page, server, '/retries');
      assert.ok((await page.locator('.basis').innerText()).includes('Worked out on one person in 4'));
      const text = id => page.locator(`[data-figure="${id}"] .value`).innerText();
      assert.match(await text('processes'), /^≈ [\d,]+$/);
      assert.match(await text('person-time'), /^≈ /);
      assert.match(await text('first'), /^\d/, 'a share is no count');
      const rows = await tableOf(page, 'flow');
      assert.ok(rows.every(row => row[2].startsWith('≈')));
      assert.ok((await tableOf(page, 'fix')).every(row => row[1].startsWith('≈')));
      await visit(page, server, '/retries?lang=es');
      assert.ok((await page.locator('.basis').innerText()).includes('una de cada 4 personas'));
      await visit(page, server, '/clients');
      assert.match(await text('transactions'), /^\d/, 'other tabs count all');
      assert.deepEqual(faults, []);
    });
  },
);

test('while the snapshot is being read the page waits, and goes on by itself', mockOnly, async () => {
  const server = await startMock({ kind: 'loading' });
  await over(server, async page => {
    await page.goto(`${server.address}/clients`);
    await page.getByText('The snapshot is being read').waitFor();
    await settled(page);
    assert.ok((await page.locator('[data-card]').count()) > 5);
  });
});

test('a new snapshot is offered, not forced', mockOnly, async () => {
  const server = await startMock();
  await over(server, async (page, faults) => {
    await visit(page, server, '/clients');
    server.publish(8);
    await page.getByText('New data').waitFor();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('New data').waitFor({ state: 'detached' });
    await settled(page);
    assert.deepEqual(faults, []);
  });
});

test('a server that went away is said, and asked again', mockOnly, async () => {
  const server = await startMock();
  await over(server, async page => {
    await visit(page, server, '/clients');
    await page.route('**/api/v1/tabs/**', route => route.abort());
    await page.getByRole('link', { name: 'Retries' }).click();
    await page.getByText('The server does not answer').waitFor();
    await page.unroute('**/api/v1/tabs/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await settled(page);
  });
});

test('what a run publishes is offered, and shown after a click', { skip: !isReal('one') }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'veriscope-'));
  const lake = join(folder, 'lake');
  try {
    await cp(LAKES.one, lake, { recursive: true });
    const server = await serve(lake);
    await over(server, async (page, faults) => {
      await visit(page, server, '/clients');
      const count = () => page.locator('[data-figure="transactions"] .value').innerText();
      const before = await count();
      const key = ['--key-file', `${LAKES.one}.key`];
      await promisify(execFile)(BINARY, ['run', DOCUMENTS, '--lake', lake, '--quiet', ...key]);
      await page.getByText('New data').waitFor();
      assert.equal(await count(), before, 'what is read does not change under the reader');
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.waitForFunction(
        old => document.querySelector('[data-figure="transactions"] .value')?.innerText !== old,
        before,
      );
      assert.deepEqual(faults, []);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
