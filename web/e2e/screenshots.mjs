// Pictures of every tab and of every section of a report, to be looked at:
// `node e2e/screenshots.mjs [folder] [name part]`.
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writePages } from '../test/report/invent.mjs';
import { launch, openPage, settled, startServer, visit } from './browser.mjs';

const folder = process.argv[2] ?? 'test-output/looks';
const only = process.argv[3] ?? '';
const SIZES = {
  phone: { width: 390, height: 844 },
  desk: { width: 1440, height: 900 },
  wall: { width: 2560, height: 1440 },
};
const TABS = ['clients', 'microservices', 'retries', 'data'];
const SHEETS = {
  why: '/clients?open=why&select.summary_code=1402',
  transactions: '/clients?open=transactions',
};

await mkdir(folder, { recursive: true });
const server = await startServer(process.env.VERISCOPE_LOOK_CASE ?? 'month');
const browser = await launch();
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const dark of [false, true]) {
    for (const [name, path] of [...TABS.map(tab => [tab, `/${tab}`]), ...Object.entries(SHEETS)]) {
      // English by day, Spanish by night: each layout is seen with both, at half the pictures.
      const file = `${name}-${size}-${dark ? 'dark-es' : 'light-en'}`;
      if (!file.includes(only)) continue;
      const { page, context, faults } = await openPage(browser, server, { viewport, dark });
      await visit(page, server, `${path}${path.includes('?') ? '&' : '?'}lang=${dark ? 'es' : 'en'}`);
      await settled(page);
      if (name in SHEETS) await page.locator('dialog [data-finding], dialog tbody tr').first().waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${folder}/${file}.png`, fullPage: !(name in SHEETS) });
      for (const fault of faults) console.error(file, fault);
      await context.close();
    }
  }
}
await server.stop();

/** Places of a report, by the kind of report that shows them best. */
const PLACES = {
  compare: [
    'overview',
    'alerts',
    'comparison',
    'outcome',
    'drift',
    'missing',
    'correlations',
    'interactions',
  ],
  month: [
    'column=summary_code',
    'column=date',
    'column=total_time_ms',
    'column=score_liqe_near_img',
    'column=summary_desc',
    'column=documento',
    'sample',
    'methods',
  ],
  foreign: ['overview', 'duplicates', 'column=age', 'column=city'],
  wide: ['correlations', 'missing', 'column=measurement_300'],
  odd: ['overview', 'missing', 'column=repeated'],
  none: ['overview'],
  null: ['overview'],
  one: ['overview'],
};
const own = process.env.VERISCOPE_REPORT;
const reports = own ? { month: resolve(own) } : await writePages(resolve(folder, 'reports'));
const WAIT_MS = 1100; // As long as a place may take to settle.
for (const [kind, places] of Object.entries(own ? { month: Object.values(PLACES).flat() } : PLACES)) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const dark = size === 'wall';
    const names = places.map(place => [place, `report-${kind}-${place.replace(/\W/g, '-')}-${size}`]);
    if (!names.some(([, name]) => name.includes(only))) continue;
    const { page, context, faults } = await openPage(browser, { address: 'file://' }, { viewport, dark });
    await page.goto(`file://${reports[kind]}?lang=${size === 'phone' ? 'es' : 'en'}`);
    for (const [place, name] of names) {
      if (!name.includes(only)) continue;
      await page.evaluate(hash => {
        location.hash = hash;
      }, place);
      await page.waitForTimeout(WAIT_MS);
      await page.screenshot({ path: `${folder}/${name}.png` });
    }
    for (const fault of faults) console.error(kind, size, fault);
    await context.close();
  }
}
await browser.close();
