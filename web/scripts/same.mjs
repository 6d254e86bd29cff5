// Checks that the committed bundles are those that the source gives.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The dashboard, and the template of reports. */
const BUNDLES = { dist: 'vite.config.ts', 'dist-report': 'vite.report.config.ts' };

for (const [folder, config] of Object.entries(BUNDLES)) {
  const made = await mkdtemp(join(tmpdir(), 'veriscope-web-'));
  try {
    await build({
      root,
      configFile: join(root, config),
      logLevel: 'error',
      build: { outDir: made, emptyOutDir: true },
    });
    const [wanted, found] = await Promise.all([contents(made), contents(join(root, folder))]);
    const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
    const differ = names.filter(name => wanted.get(name) !== found.get(name));
    for (const name of differ) console.error(`web/${folder}/${name} is not what the source gives`);
    if (differ.length > 0) {
      console.error(`run: npm run build, and commit web/${folder}`);
      process.exitCode = 1;
    }
  } finally {
    await rm(made, { recursive: true });
  }
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
