// Starts the report: reads the data that stands in the page, and shows it.
import { mount } from 'svelte';
import '../app.css';
import './report.css';
import { preferences } from '../state/preferences.svelte.ts';
import App from './App.svelte';
import type { Report } from './schema.d.ts';
import { page } from './state/page.svelte.ts';

/** Version of the form of the data that this page reads. */
const VERSION = 1;

/** What stands in the page: the report, or much of it compressed, as base64. */
async function read(): Promise<Report | null> {
  try {
    const standing: unknown = JSON.parse(document.getElementById('report')?.textContent ?? '');
    const found = typeof standing === 'string' ? await decompressed(standing) : standing;
    return isReport(found) ? found : null;
  } catch {
    return null;
  }
}

async function decompressed(base64: string): Promise<unknown> {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return await new Response(stream).json();
}

function isReport(found: unknown): found is Report {
  return (
    typeof found === 'object' &&
    found !== null &&
    'version' in found &&
    found.version === VERSION &&
    'columns' in found &&
    Array.isArray(found.columns)
  );
}

async function start() {
  preferences.start();
  page.report = await read();
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

void start();
