// Types of the API and of a report, from the descriptions that tests of the crates write.
// `--check`: only says whether they are current.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = path => fileURLToPath(new URL(`../${path}`, import.meta.url));
const GENERATOR = at('node_modules/openapi-typescript/bin/cli.js');

function generate(from, to) {
  const roots = ['--root-types', '--root-types-no-schema-prefix'];
  const all = [GENERATOR, from, '--output', at(to), ...roots, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, all, { stdio: 'inherit', cwd: at('.') });
  if (status !== 0) process.exitCode = 1;
}

/** A JSON Schema as the schemas of an OpenAPI document, which is what the generator reads. */
function wrapped(schema) {
  const { $defs = {}, $schema: _, title = 'Report', ...root } = schema;
  const text = JSON.stringify({ ...$defs, [title]: root }).replaceAll('#/$defs/', '#/components/schemas/');
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    paths: {},
    components: { schemas: JSON.parse(text) },
  };
}

generate('openapi.json', 'src/api/schema.d.ts');
const folder = await mkdtemp(join(tmpdir(), 'veriscope-types-'));
try {
  const schema = JSON.parse(await readFile(at('../docs/profile.schema.json'), 'utf8'));
  const file = join(folder, 'report.json');
  await writeFile(file, JSON.stringify(wrapped(schema)));
  generate(file, 'src/report/schema.d.ts');
} finally {
  await rm(folder, { recursive: true });
}
