// A browser and a server for tests: the real binary where VERISCOPE_BIN names it, else the mock.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { chromium } from 'playwright-core';
import { startMock } from '../test/mock/server.mjs';

export const BINARY = process.env.VERISCOPE_BIN;
export const LAKE = process.env.VERISCOPE_E2E_LAKE;
const START_MS = 60_000;

/** Which lake of the binary stands for a kind of data; none: only the mock has it. */
export const LAKES = {
  month: LAKE,
  one: process.env.VERISCOPE_E2E_LAKE_ONE,
  empty: process.env.VERISCOPE_E2E_LAKE_EMPTY,
  odd: process.env.VERISCOPE_E2E_LAKE_ODD,
};

export function isReal(kind = 'month') {
  return Boolean(BINARY && LAKES[kind]);
}

/** Serves data of a kind: `month`, `one`, `odd`, `many`, `large`, `empty` or `loading`. */
export async function startServer(kind = 'month') {
  if (process.env.VERISCOPE_E2E_URL && kind === 'month') {
    return { address: process.env.VERISCOPE_E2E_URL, stop: () => {} };
  }
  return isReal(kind) ? serve(LAKES[kind]) : startMock({ kind });
}

/** Serves a lake by the binary on a free port, until it is stopped. */
export async function serve(lake) {
  const port = await freePort();
  const child = spawn(BINARY, ['serve', '--lake', lake, '--addr', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', data => {
    said += data;
  });
  const address = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`veriscope serve ended with ${child.exitCode}: ${said}`);
    const ready = await fetch(`${address}/health/ready`).then(
      response => response.ok,
      () => false,
    );
    if (ready) break;
    if (Date.now() > until) {
      child.kill();
      throw new Error(`veriscope serve was not ready in ${START_MS} ms: ${said}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return {
    address,
    stop: () =>
      new Promise(resolve => {
        child.once('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.VERISCOPE_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

/** A page that notes what it should not do: errors on the console, requests to elsewhere. */
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1440, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    locale: options.locale ?? 'en-GB',
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => {
    const url = request.url();
    if (!url.startsWith(server.address) && !url.startsWith('blob:') && !url.startsWith('data:')) {
      faults.push(`outside request: ${url}`);
    }
  });
  return { page, context, faults };
}

/** Goes to an address and waits until its charts are drawn. */
export async function visit(page, server, path) {
  await page.goto(server.address + path, { waitUntil: 'load' });
  await settled(page);
}

export async function settled(page) {
  await page.waitForFunction(() => {
    const main = document.querySelector('main');
    if (!main || main.querySelector('[aria-busy="true"]')) return false;
    return (main.querySelector('.grid') ?? main.querySelector('h2')) !== null;
  });
  await page.waitForTimeout(120);
}

/** The rows of the table behind a chart. */
export async function tableOf(page, card) {
  return page
    .locator(`[data-card="${card}"] table tbody tr`)
    .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim())));
}
