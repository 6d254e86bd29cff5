// The report's template: one file that holds all it needs, and a place for the data of a report.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Where the binary puts the data; must stand in the template once. */
const PLACE = '/*REPORT*/';
const CHARTS = fileURLToPath(new URL('src/charts/echarts.ts', import.meta.url));
const OWN_CHARTS = fileURLToPath(new URL('src/report/charts/echarts.ts', import.meta.url));

/** The report brings fewer parts of ECharts, and draws in SVG so that it prints at any size. */
function ownCharts(): Plugin {
  return {
    name: 'report-charts',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith('/echarts.ts') || importer === OWN_CHARTS) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === CHARTS ? OWN_CHARTS : null;
    },
  };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Puts script and style into the page, and a policy that allows these two and nothing else. */
function oneFile(): Plugin {
  return {
    name: 'report-one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const parts = Object.values(bundle);
      const chunks = parts.filter(part => part.type === 'chunk');
      const assets = parts.filter(part => part.type === 'asset');
      const page = assets.find(asset => asset.fileName === 'report.html');
      const styles = assets.filter(asset => asset.fileName.endsWith('.css'));
      const [chunk] = chunks;
      if (!page || !chunk || chunks.length !== 1 || assets.length !== styles.length + 1) {
        this.error(`the report must be one script and its styles, not ${parts.map(part => part.fileName)}`);
        return;
      }
      const script = chunk.code.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
      const style = styles.map(asset => String(asset.source).trim()).join('\n');
      // Charts set widths and the like as attributes; no other style or script can enter.
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(script)}`,
        `style-src-elem ${hashOf(style)}`,
        "style-src-attr 'unsafe-inline'",
        'img-src data: blob:',
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; ');
      const bare = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/g, '');
      const html = bare
        .replace(
          '<meta charset="utf-8" />',
          tag => `${tag}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace('</body>', () => `  <script>${script}</script>\n  </body>`);
      if (html.split(PLACE).length !== 2) this.error(`${PLACE} must stand in the template once`);
      page.source = html;
      for (const part of [chunk, ...styles]) delete bundle[part.fileName];
    },
  };
}

export default defineConfig({
  plugins: [ownCharts(), svelte(), oneFile()],
  publicDir: false,
  build: {
    outDir: 'dist-report',
    target: 'es2022',
    sourcemap: false,
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: 'report.html',
      // What loads parts of a page later asks where the page is; there is one part.
      transform: { define: { 'import.meta': '{}' } },
      output: { format: 'iife', codeSplitting: false },
    },
  },
});
