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

function read(): Report | null {
  try {
    const found: unknown = JSON.parse(document.getElementById('report')?.textContent ?? '');
    return isReport(found) ? found : null;
  } catch {
    return null;
  }
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

preferences.start();
page.report = read();
const target = document.getElementById('app');
if (target) mount(App, { target });
