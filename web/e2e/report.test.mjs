// Reports in a browser: from disk, with the network off. Invented ones have every kind of data;
// VERISCOPE_REPORTS names a folder of those that the binary made.
import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { KINDS, writePages } from '../test/report/invent.mjs';
import { launch, openPage } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const REAL = process.env.VERISCOPE_REPORTS;
const INVENTED = join(tmpdir(), `veriscope-reports-${process.pid}`);
const PHONE = { width: 390, height: 844 };

/** Every report that there is to look at, by name. */
const reports = REAL
  ? Object.fromEntries(
      (await readdir(REAL)).filter(name => name.endsWith('.html')).map(name => [name, join(REAL, name)]),
    )
  : Object.fromEntries(KINDS.map(kind => [kind, join(INVENTED, `${kind}.html`)]));

let browser;
before(async () => {
  await writePages(INVENTED);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await rm(INVENTED, { recursive: true, force: true });
});

/** Opens a report from disk, without a network, and lets nothing go wrong unseen. */
async function over(path, options, run) {
  const { page, context, faults } = await openPage(browser, { address: 'file://' }, options);
  try {
    await context.setOffline(true);
    await page.goto(`file://${path}${options.query ?? ''}`, { waitUntil: 'load' });
    await page.locator('main h2').first().waitFor();
    await run(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const invented = kind => join(INVENTED, `${kind}.html`);

async function violations(page) {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations
    .filter(one => one.impact === 'serious' || one.impact === 'critical')
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).join(', ')}`);
}

/** Goes to each section, and waits until what it holds is there. */
async function walk(page) {
  const sections = await page.locator('[data-section]').evaluateAll(all => all.map(one => one.id));
  for (const id of sections) {
    await page.evaluate(hash => {
      location.hash = hash;
    }, id);
    await page.waitForFunction(wanted => {
      const top = document.getElementById(wanted)?.getBoundingClientRect().top ?? 9999;
      const end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
      return (top >= 0 && top < 120) || end;
    }, id);
  }
  return sections;
}

const overflow = page =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [name, path] of Object.entries(reports)) {
  test(`${name}: opens from disk, every section, light and English`, async () => {
    await over(path, { query: '?lang=en' }, async page => {
      const sections = await walk(page);
      assert.ok(sections.includes('overview') && sections.includes('methods'));
      assert.deepEqual(await violations(page), []);
      assert.ok((await overflow(page)) <= 0, 'nothing hangs over the side');
    });
  });

  test(`${name}: the same in the dark, in Spanish, on a phone`, async () => {
    await over(path, { query: '?lang=es', dark: true, viewport: PHONE }, async page => {
      await walk(page);
      assert.equal(await page.locator('#overview h2').innerText(), 'Resumen');
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
      assert.deepEqual(await violations(page), []);
      assert.ok((await overflow(page)) <= 0, 'nothing hangs over the side');
    });
  });
}

test('a column is found by the keyboard, and its address is a link to it', async () => {
  await over(invented('month'), { query: '?lang=en' }, async page => {
    await page.keyboard.press('/');
    await page.keyboard.type('liqe_far');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const card = page.locator('article[aria-labelledby]:focus');
    await card.locator('canvas, svg').first().waitFor();
    const hash = await page.evaluate(() => location.hash);
    assert.equal(hash, '#column=score_liqe_far_img');
    await page.reload();
    await page.waitForFunction(() => {
      const top = document.activeElement?.getBoundingClientRect().top ?? -1;
      return document.activeElement?.tagName === 'ARTICLE' && top > 0 && top < 150;
    });
    await page.goBack();
  });
});

test('what a figure means is one key away, in both languages', async () => {
  await over(invented('month'), { query: '?lang=en#column=total_time_ms' }, async page => {
    const term = page.locator('article:focus').getByRole('button', { name: 'Skewness' });
    await term.focus();
    await page.getByRole('tooltip').getByText('Fisher–Pearson').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('es');
    await page.getByRole('button', { name: 'Asimetría' }).first().focus();
    await page.getByRole('tooltip').getByText('Corregida de sesgo').waitFor();
  });
});

test('bins can be put together, and the numbers behind a chart are a table', async () => {
  await over(invented('month'), { query: '?lang=en#column=score_liqe_near_img' }, async page => {
    const card = page.locator('article', { has: page.getByRole('heading', { name: 'score_liqe_near_img' }) });
    const chart = card.locator('[data-card="distribution"]');
    await chart.getByRole('combobox', { name: /^Bins/ }).selectOption('few');
    await chart.getByRole('button', { name: 'Table' }).click();
    const rows = await chart.locator('tbody tr').count();
    assert.ok(rows > 4 && rows <= 12, `${rows} bins`);
  });
});

test('six measures of correlation, near and far marked', async () => {
  await over(invented('month'), { query: '?lang=en#correlations' }, async page => {
    for (const name of ['Pearson', 'Spearman', 'Kendall', 'Cramér’s V', 'Phi-k', 'Auto']) {
      await page.locator('#correlations').getByRole('button', { name, exact: true }).click();
      await page.getByRole('heading', { name: `Heat map: ${name}` }).waitFor();
    }
    await page.locator('[data-card="pairs"]').getByText('near × far').first().waitFor();
    await page.getByRole('searchbox', { name: 'Only pairs with' }).fill('topiq_near');
    const names = await page.locator('[data-card="pairs"] tbody tr').allInnerTexts();
    assert.ok(names.length > 0 && names.every(text => text.includes('topiq_near')));
  });
});

test('two columns are drawn against each other, by outcome or by rows', async () => {
  await over(invented('month'), { query: '?lang=en#interactions' }, async page => {
    await page.getByRole('combobox', { name: 'Across' }).selectOption({ label: 'total_time_ms' });
    await page.getByRole('button', { name: 'Rows', exact: true }).click();
    await page.getByRole('heading', { name: /^total_time_ms ×/ }).waitFor();
    await page.locator('[data-card="interaction"]').getByRole('button', { name: 'Table' }).click();
    assert.ok((await page.locator('[data-card="interaction"] tbody tr').count()) > 10);
  });
});

test('parts are compared side by side, those that differ most first', async () => {
  await over(invented('compare'), { query: '?lang=en#comparison' }, async page => {
    const first = page.locator('[data-card="ranking"] tbody button').nth(1);
    const name = await first.innerText();
    await first.click();
    await page.getByRole('heading', { name: `Side by side: ${name}` }).waitFor();
    assert.equal(await page.locator('[data-card="parts"] tbody tr').count(), 3);
  });
});

test('alerts lead to their columns, and can be narrowed', async () => {
  await over(invented('month'), { query: '?lang=en#alerts' }, async page => {
    await page.getByRole('button', { name: /^Warning/ }).click();
    assert.equal(await page.locator('[data-card="alert-skewed"]').count(), 0);
    const link = page.locator('[data-card="alert-high_correlation"] a').first();
    const name = await link.innerText();
    await link.click();
    await page.waitForFunction(() => document.activeElement?.tagName === 'ARTICLE');
    assert.ok((await page.locator('article:focus h4').innerText()).includes(name));
  });
});

test('500 columns: the page is there at once, and a far column stays where it was asked for', async () => {
  await over(invented('wide'), { query: '?lang=en' }, async page => {
    const shown = await page.locator('.lazy[data-shown="true"]').count();
    assert.ok(shown < 20, `${shown} parts are rendered at first`);
    await page.keyboard.press('/');
    await page.keyboard.type('measurement_451');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1100);
    const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? -1);
    assert.ok(top > 40 && top < 90, `top is ${top}`);
    assert.ok((await page.locator('.lazy[data-shown="true"]').count()) < 40);
  });
});

test('nothing of names and values is markup', async () => {
  await over(invented('odd'), { query: '?lang=en' }, async page => {
    await walk(page);
    for (let at = 0; at < 8; at++) await page.locator(`#column-${at}`).scrollIntoViewIfNeeded();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('main img').count(), 0);
    const text = await page.locator('#columns').innerText();
    assert.ok(text.includes('<img src=x onerror="window.hacked=1">'));
    assert.ok(text.includes('(no name)'));
    const longest = await page
      .locator('main')
      .evaluate(main =>
        Math.max(...[...main.querySelectorAll('th, td, h4, a')].map(one => one.textContent.length)),
      );
    assert.ok(longest < 400, `${longest} signs in one place`);
  });
});

for (const [kind, said] of Object.entries({
  none: 'The table has no rows',
  null: 'Every value is missing',
  one: 'Overview',
})) {
  test(`${kind}: says what there is`, async () => {
    await over(invented(kind), { query: '?lang=en' }, async page => {
      await page.getByText(said).first().waitFor();
      const shown = page.locator('[data-section]:not(#methods)');
      assert.ok(!(await shown.allInnerTexts()).join(' ').includes('NaN'));
    });
  });
}

test('prints every section and column on white, without what is only for a screen', async () => {
  await over(invented('month'), { query: '?lang=en', dark: true }, async page => {
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
    assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-');
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert.ok(pages > 15, `${pages} pages`);
    // Afterwards the screen is as it was.
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    assert.equal(await page.locator('.printing').count(), 0);
  });
});

test('a file that was cut short says so', async () => {
  const { page, context, faults } = await openPage(browser, { address: 'about:' }, {});
  const template = await readFile(new URL('../dist-report/report.html', import.meta.url), 'utf8');
  await page.setContent(template.replace('/*REPORT*/', '{"version": 1, "col'));
  await page.getByText('holds no report').waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
