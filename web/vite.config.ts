// The build: one page, hashed assets, no source maps, the same bytes on every machine.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const api = process.env.VERISCOPE_API ?? 'http://127.0.0.1:4747';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // Assets stay files: a data: font or script would be refused by the CSP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': api, '/problems': api } },
  test: { include: ['test/unit/**/*.test.ts'], environment: 'node' },
});
