// Checks that the committed bundle is the one that the source gives.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = await mkdtemp(join(tmpdir(), 'veriscope-web-'));
try {
  await build({ root, logLevel: 'error', build: { outDir: made, emptyOutDir: true } });
  const [wanted, found] = await Promise.all([contents(made), contents(join(root, 'dist'))]);
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  const differ = names.filter(name => wanted.get(name) !== found.get(name));
  for (const name of differ) console.error(`web/dist/${name} is not what the source gives`);
  if (differ.length > 0) {
    console.error('run: npm run build, and commit web/dist');
    process.exitCode = 1;
  }
} finally {
  await rm(made, { recursive: true });
}

/** Path → bytes, as text that can be compared. */
async function contents(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const read = files.map(async path => [
    path.slice(folder.length + 1),
    (await readFile(path)).toString('base64'),
  ]);
  return new Map(await Promise.all(read));
}
