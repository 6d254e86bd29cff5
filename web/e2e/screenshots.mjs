// Pictures of every tab, to be looked at: `node e2e/screenshots.mjs [folder] [name part]`.
import { mkdir } from 'node:fs/promises';
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
await browser.close();
await server.stop();
