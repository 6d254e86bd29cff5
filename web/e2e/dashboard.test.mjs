// Journeys through the dashboard in a browser, over the real binary where there is one.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch, openPage, settled, startServer, tableOf, visit } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TABS = ['clients', 'microservices', 'retries', 'data'];
const PHONE = { width: 390, height: 844 };

let browser;
let server;
before(async () => {
  server = await startServer();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Runs a journey in a page of its own, which must do nothing that it should not. */
async function journey(options, run) {
  const { page, context, faults } = await openPage(browser, server, options);
  try {
    await run(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Findings of axe that count: its script is run from outside, past the page's CSP. */
async function violations(page) {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).join(', ')}`);
}

const figure = (page, id) => page.locator(`[data-figure="${id}"] .value`).innerText();
const query = page => new URL(page.url()).searchParams;
const digits = text => Number(text.replace(/\D/g, ''));

/** The middle of the first bar of a chart of horizontal bars. */
async function clickFirstBar(page, card, options = {}) {
  const canvas = page.locator(`[data-card="${card}"] canvas`);
  await canvas.scrollIntoViewIfNeeded();
  const rows = (await tableOf(page, card)).length;
  const box = await canvas.boundingBox();
  await page.mouse.click(box.x + box.width * 0.45, box.y + 12 + ((box.height - 40) / rows) * 0.5, options);
}

for (const tab of TABS) {
  for (const dark of [false, true]) {
    test(`${tab}: opens without a fault and can be read by all, ${dark ? 'dark and Spanish' : 'light and English'}`, async () => {
      await journey({ dark }, async page => {
        await visit(page, server, `/${tab}?lang=${dark ? 'es' : 'en'}`);
        assert.equal(await page.locator('html').getAttribute('lang'), dark ? 'es' : 'en');
        assert.equal(await page.locator('html').getAttribute('data-theme'), dark ? 'dark' : 'light');
        assert.ok((await page.locator('[data-card]').count()) >= 5);
        const widths = await page.locator('[data-card]').evaluateAll(all => all.map(one => one.clientWidth));
        assert.ok(Math.min(...widths) > 240, `a card of ${Math.min(...widths)} pixels`);
        assert.deepEqual(await violations(page), []);
      });
    });
  }
  test(`${tab}: a phone scrolls down and never sideways`, async () => {
    await journey({ viewport: PHONE }, async page => {
      await visit(page, server, `/${tab}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide`);
      assert.deepEqual(await violations(page), []);
    });
  });
}

test('a click on a mark filters everything else, stays marked, and again undoes', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const all = digits(await figure(page, 'transactions'));
    const first = (await tableOf(page, 'codes'))[0];
    await clickFirstBar(page, 'codes');
    await settled(page);
    assert.equal(query(page).getAll('summary_code').length, 1);
    assert.ok(first[0].startsWith(query(page).get('summary_code').padStart(4, '0')));
    assert.equal(digits(await figure(page, 'transactions')), digits(first[1]));
    assert.ok(digits(first[1]) < all);
    assert.ok((await tableOf(page, 'codes')).length > 1, 'other codes stay, dimmed');
    await clickFirstBar(page, 'codes');
    await settled(page);
    assert.equal(query(page).size, 0);
    assert.equal(digits(await figure(page, 'transactions')), all);
  });
});

test('filters are in the address: other tabs, Back, Forward and reload keep them', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const name = page.locator('[data-card="by-client"] tbody button').first();
    const client = (await name.innerText()).trim();
    await name.click();
    await settled(page);
    const filtered = await figure(page, 'transactions');
    await page.getByRole('link', { name: 'Retries' }).click();
    await settled(page);
    assert.equal(query(page).get('convenio'), client);
    assert.ok((await page.locator('.chips').innerText()).includes(client));
    await page.goBack();
    await settled(page);
    assert.ok(page.url().includes('/clients'));
    await page.goBack();
    await settled(page);
    assert.equal(query(page).size, 0);
    await page.goForward();
    await settled(page);
    await page.reload();
    await settled(page);
    assert.equal(await figure(page, 'transactions'), filtered);
    await page.getByRole('button', { name: /Remove filter/ }).click();
    await settled(page);
    assert.equal(query(page).size, 0);
  });
});

test('days are chosen by dragging over them', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const box = await page.locator('[data-card="per-day"] canvas').boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 80);
    await page.mouse.move(box.x + box.width * 0.7, box.y + 80);
    await page.mouse.up();
    await settled(page);
    assert.match(query(page).get('day'), /^\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d$/);
  });
});

test('slicers filter by values, ranges and any other column', async () => {
  await journey({}, async page => {
    await visit(page, server, '/microservices');
    await page.getByRole('button', { name: 'Weekday', exact: true }).click();
    await page.getByLabel('Friday').check();
    await settled(page);
    assert.deepEqual(query(page).getAll('weekday'), ['5']);
    await page.getByRole('button', { name: 'Hour', exact: true }).click();
    await page.getByLabel('From', { exact: true }).selectOption('9');
    await settled(page);
    await page.getByLabel('To', { exact: true }).selectOption('11');
    await settled(page);
    assert.equal(query(page).get('hour'), '9..11');
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByLabel('Choose a column').selectOption('outcome');
    await page.getByRole('checkbox', { name: 'Accepted' }).check();
    await settled(page);
    assert.equal(query(page).get('outcome'), 'accepted');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await settled(page);
    assert.equal(query(page).size, 0);
  });
});

test('all can be done by keys: the table behind a chart filters', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    await page.locator('[data-card="outcomes"]').getByRole('button', { name: 'Table' }).focus();
    await page.keyboard.press('Enter');
    const mark = page.locator('[data-card="outcomes"] tbody button').first();
    await mark.focus();
    await page.keyboard.press('Enter');
    await settled(page);
    assert.ok(query(page).get('outcome'));
    assert.equal(await mark.getAttribute('aria-pressed'), 'true');
  });
});

test('the period before stands beside each figure after one switch', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients?day=2025-01-24..2025-01-28');
    await page.getByRole('switch').check();
    await settled(page);
    assert.equal(query(page).get('compare'), 'previous');
    assert.ok((await page.locator('[data-figure="transactions"]').innerText()).includes('before'));
    assert.ok((await page.locator('.basis').innerText()).includes('Previous period'));
  });
});

test('the period before stands beside the figures of the other tabs too', async () => {
  await journey({}, async page => {
    for (const [tab, figure_] of [
      ['microservices', 'total_time_mean'],
      ['retries', 'processes'],
    ]) {
      await visit(page, server, `/${tab}?day=2025-01-24..2025-01-28&compare=previous`);
      await page.locator(`[data-figure="${figure_}"] .before`).waitFor();
      assert.ok(
        (await page.locator('.basis').innerText()).includes('Previous period: 19 Jan 2025 – 23 Jan 2025'),
      );
    }
  });
});

const COMPARED = '?day=2025-01-24..2025-01-28&compare=previous';

/** The titles of the columns of the table behind a chart. */
function columnsOf(page, card) {
  return page
    .locator(`[data-card="${card}"] table thead th`)
    .evaluateAll(all => all.map(one => one.textContent.trim()).filter(title => title !== ''));
}

test('the period before stands in the charts of times and retries, and in their tables', async () => {
  await journey({}, async page => {
    const cards = {
      microservices: ['donut', 'path', 'over-time', 'by-hour', 'service-queue'],
      retries: ['recovery', 'curve', 'abandonment', 'attempts', 'kinds-per-day'],
    };
    for (const [tab, ids] of Object.entries(cards)) {
      await visit(page, server, `/${tab}${COMPARED}`);
      await page.locator('[data-figure] .before').first().waitFor();
      for (const id of ids) {
        const titles = await columnsOf(page, id);
        assert.ok(
          titles.some(title => title.endsWith(', before')),
          `${id}: ${titles}`,
        );
        const rows = await tableOf(page, id);
        assert.ok(
          rows.every(row => row.length === titles.length),
          `${id}: as many cells as columns`,
        );
      }
      assert.deepEqual(await violations(page), []);
    }
    const legend = page.locator('[data-card="curve"] .legend');
    assert.ok((await legend.innerText()).includes('before'));
    assert.match(
      await page.locator('[data-card="fix"] .then').first().innerText(),
      /^before [\d,]+ \([+-]?[\d,]+\)$/,
    );
    await page.getByRole('switch').uncheck();
    await settled(page);
    await legend.waitFor({ state: 'detached' });
    assert.equal((await columnsOf(page, 'curve')).length, 4);
  });
});

test('a day is compared with the day that stands in its place in the period before', async () => {
  await journey({}, async page => {
    const times = async query => {
      await visit(page, server, `/microservices${query}`);
      if (query.includes('compare')) await page.locator('[data-figure] .before').first().waitFor();
      return tableOf(page, 'over-time');
    };
    const before = await times('?day=2025-01-19..2025-01-23');
    const compared = await times(COMPARED);
    const column = (await columnsOf(page, 'over-time')).indexOf('Median, before');
    const inPeriod = compared.filter(row => row[column] !== '–');
    assert.ok(inPeriod.length > 0);
    const known = before.map(row => row[1]);
    for (const row of inPeriod) assert.ok(known.includes(row[column]), `${row}`);
  });
});

test('a step of the funnel filters by the codes with which people stopped there', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const rows = await tableOf(page, 'funnel');
    const at = rows.findIndex(row => digits(row.at(-1)) > 0);
    const card = page.locator('[data-card="funnel"]');
    await card.getByRole('button', { name: 'Table' }).click();
    const mark = card.locator('tbody tr').nth(at).getByRole('button').first();
    await mark.click();
    await settled(page);
    assert.ok(query(page).getAll('summary_code').length >= 1);
    assert.equal(digits(await figure(page, 'transactions')), digits(rows[at].at(-1)));
    assert.equal(await mark.getAttribute('aria-pressed'), 'true');
    await mark.click();
    await settled(page);
    assert.equal(query(page).size, 0);
    await card.locator('tbody tr').last().getByRole('button').first().click();
    await settled(page);
    assert.deepEqual(query(page).getAll('outcome'), ['accepted']);
  });
});

test('a microservice filters by the transactions in which it ran', async () => {
  await journey({}, async page => {
    await visit(page, server, '/microservices');
    const entry = page.locator('[data-card="donut"] .legend button', { hasText: 'TOPIQ' });
    await entry.click();
    await settled(page);
    assert.equal([...query(page).values()].join(), '..');
    assert.ok((await page.locator('.chips').innerText()).includes('TOPIQ: ran'));
    await visit(page, server, `/clients${new URL(page.url()).search}`);
    assert.ok(digits(await figure(page, 'transactions')) > 0);
    await visit(page, server, `/microservices${new URL(page.url()).search}`);
    await entry.click();
    await settled(page);
    assert.equal(query(page).size, 0);
    for (const card of ['path', 'service-queue']) {
      await page.locator(`[data-card="${card}"]`).getByRole('button', { name: 'Table' }).click();
      const mark = page.locator(`[data-card="${card}"] tbody button`, { hasText: 'TOPIQ' });
      await mark.click();
      await settled(page);
      assert.equal(query(page).size, 1);
      await mark.click();
      await settled(page);
      assert.equal(query(page).size, 0);
    }
  });
});

test('an attempt, and a code after which nobody came back, filter', async () => {
  await journey({}, async page => {
    await visit(page, server, '/retries');
    for (const [card, wanted] of [
      ['recovery', ['attempt', '2']],
      ['attempts', ['attempt', '2']],
    ]) {
      const place = page.locator(`[data-card="${card}"]`);
      await place.getByRole('button', { name: 'Table' }).click();
      await place.locator('tbody tr').nth(1).getByRole('button').first().click();
      await settled(page);
      assert.deepEqual([...query(page)], [wanted]);
      await page.getByRole('button', { name: 'Clear all' }).first().click();
      await settled(page);
    }
    const place = page.locator('[data-card="abandonment"]');
    await place.getByRole('button', { name: 'Table' }).click();
    assert.equal(
      await place.locator('tbody tr').first().getByRole('button').count(),
      0,
      'all codes are no code',
    );
    await place.locator('tbody tr').nth(1).getByRole('button').first().click();
    await settled(page);
    assert.equal(query(page).getAll('summary_code').length, 1);
  });
});

test('a mark that filters nothing does not look as if it did', async () => {
  await journey({}, async page => {
    await visit(page, server, '/microservices');
    const cursorOver = async (card, x, y) => {
      const canvas = page.locator(`[data-card="${card}"] canvas`);
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      await page.mouse.move(box.x + box.width * x, box.y + y(box.height));
      await page.mouse.move(box.x + box.width * x + 1, box.y + y(box.height));
      return canvas.evaluate(one => getComputedStyle(one.parentElement).cursor);
    };
    const firstRow = (rows, place) => height => 12 + ((height - 40) / rows) * place;
    const path = (await tableOf(page, 'path')).length;
    assert.equal(await cursorOver('service-queue', 0.4, firstRow(path, 0.5)), 'pointer');
    const runs = (await tableOf(page, 'waterfall-50')).length;
    // The first run of the waterfall stands at the left of its line.
    const found = [];
    for (let x = 0.3; x < 0.95; x += 0.01)
      found.push(await cursorOver('waterfall-50', x, firstRow(runs, 0.5)));
    assert.ok(!found.includes('pointer'), 'a run of one transaction filters nothing');
  });
});

test('a right click on a mark leads to the transactions behind it', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const first = (await tableOf(page, 'codes'))[0];
    await clickFirstBar(page, 'codes', { button: 'right' });
    const menu = page.locator('.marks');
    assert.ok((await menu.innerText()).includes(first[0]));
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await clickFirstBar(page, 'codes', { button: 'right' });
    await menu.getByRole('button', { name: 'Transactions' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').first().waitFor();
    assert.equal(digits(await dialog.locator('.listed').innerText()), digits(first[1]));
    assert.equal(query(page).getAll('summary_code').length, 0, 'a look behind a mark filters nothing');
  });
});

test('transactions behind the filters are listed page by page, and each opens', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    await page.locator('.ask').getByRole('button', { name: 'Transactions' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('tbody tr').nth(49).waitFor();
    await dialog.getByRole('button', { name: 'Show more' }).click();
    await dialog.locator('tbody tr').nth(99).waitFor();
    await dialog.locator('tbody button').first().click();
    await dialog.locator('dl dt').first().waitFor();
    assert.ok(query(page).get('token'));
    assert.deepEqual(await violations(page), []);
    await page.goBack();
    await dialog.locator('tbody tr').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(query(page).size, 0);
  });
});

test('what is chosen is compared with the rest', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients?summary_code=1402');
    await page.getByRole('button', { name: 'Why is this different?' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('[data-finding]').first().waitFor();
    assert.ok((await dialog.innerText()).includes('1402'));
    assert.deepEqual(await violations(page), []);
    await page.reload();
    await dialog.locator('[data-finding]').first().waitFor();
  });
});

test('a comparison that takes long counts the seconds, and can be cancelled', async () => {
  await journey({}, async page => {
    let asked = 0;
    await page.route('**/api/v1/why**', async route => {
      asked += 1;
      if (asked > 1) await route.continue();
    });
    await page.goto(`${server.address}/clients?open=why&select.summary_code=1402`);
    const dialog = page.getByRole('dialog');
    const cancel = dialog.getByRole('button', { name: 'Cancel' });
    await cancel.waitFor();
    assert.match(await dialog.getByRole('timer').innerText(), /^Waiting for \d+ s/);
    assert.deepEqual(await violations(page), []);
    await cancel.click();
    await dialog.getByText('Cancelled before there was an answer').waitFor();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.locator('[data-finding]').first().waitFor();
  });
});

test('what is shown is exported as CSV, PNG and SVG', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    const card = page.locator('[data-card="codes"]');
    const files = {};
    for (const kind of ['CSV', 'PNG', 'SVG']) {
      await card.getByRole('button', { name: /^Export/ }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        card.getByRole('button', { name: kind, exact: true }).click(),
      ]);
      files[kind] = await readFile(await download.path());
    }
    const rows = await tableOf(page, 'codes');
    const lines = files.CSV.toString('utf8').trim().split('\r\n');
    assert.equal(lines.length, rows.length + 1);
    assert.equal(Number(lines[1].split(',').at(-1)), digits(rows[0][1]));
    assert.deepEqual([...files.PNG.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(files.PNG.length > 5000);
    const svg = files.SVG.toString('utf8');
    assert.ok(svg.startsWith('<svg') && svg.includes('Response codes'));
  });
});

test('a faster microservice is worked out by the server', async () => {
  await journey({}, async page => {
    await visit(page, server, '/microservices');
    const card = page.locator('[data-card="what-if"]');
    await card.locator('tbody').waitFor();
    const nothing = await card.locator('tbody').innerText();
    await card.locator('input[type=range]').first().fill('50');
    await page.waitForFunction(
      old => document.querySelector('[data-card="what-if"] tbody')?.innerText !== old,
      nothing,
    );
    assert.match(await card.locator('tbody tr').last().innerText(), /[1-9]/);
  });
});

test('language and theme are remembered', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients');
    await page.getByLabel('Language').selectOption('es');
    await page.getByLabel('Tema').selectOption('dark');
    await visit(page, server, '/clients');
    assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
    assert.ok((await page.locator('h2').first().innerText()).includes('Transacciones'));
  });
});

test('filters that nothing passes say so, and lead back', async () => {
  await journey({}, async page => {
    await visit(page, server, '/clients?hour=3&minute=61..62');
    await page.getByText('No transactions under these filters').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).last().click();
    await settled(page);
    assert.ok(digits(await figure(page, 'transactions')) > 0);
  });
});

test('a filter of no column is a problem in words', async () => {
  const { page, context } = await openPage(browser, server);
  await page.goto(`${server.address}/clients?no_such_column=1`);
  await page.getByRole('alert').waitFor();
  assert.ok((await page.getByRole('alert').innerText()).includes('no_such_column'));
  await context.close();
});
