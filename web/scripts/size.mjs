// What a first visit loads, compressed, against its limit of 400 KB; and the template that every
// report holds, against 900 KB.
import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const LIMIT_BYTES = 400 * 1024;
const dist = new URL('../dist/', import.meta.url);
const page = await readFile(new URL('index.html', dist), 'utf8');
let first = gzipSync(page, { level: 9 }).length;
console.log(`index.html ${first}`);
for (const name of (await readdir(new URL('assets/', dist))).sort()) {
  const bytes = gzipSync(await readFile(new URL(`assets/${name}`, dist)), { level: 9 }).length;
  // What the page does not name is loaded when it is first needed.
  const later = !page.includes(name);
  console.log(`assets/${name} ${bytes}${later ? ' (later)' : ''}`);
  if (!later) first += bytes;
}
console.log(`first load: ${first} bytes of ${LIMIT_BYTES}`);

const REPORT_LIMIT_BYTES = 900 * 1024;
const report = await readFile(new URL('../dist-report/report.html', import.meta.url));
console.log(`template of a report: ${report.length} bytes of ${REPORT_LIMIT_BYTES}`);
if (first > LIMIT_BYTES || report.length > REPORT_LIMIT_BYTES) process.exit(1);
