// The API with invented data, for looking at the dashboard and for tests without a lake.
// `node test/mock/server.mjs [--port N] [--case month|one|odd|many|large|empty|loading]`
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filtersOf, group, select, table } from './count.mjs';
import { codes, microservices, monthOf, runColumn } from './month.mjs';
import * as tabs from './tabs.mjs';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const text = (en, es) => ({ en, es });
const DIMENSIONS = [
  ['convenio', 'Client', 'Cliente', 'category'],
  ['user_name', 'Account', 'Cuenta', 'category'],
  ['day', 'Day', 'Día', 'day'],
  ['year', 'Year', 'Año', 'ordered'],
  ['month', 'Month', 'Mes', 'ordered'],
  ['weekday', 'Weekday', 'Día de la semana', 'ordered'],
  ['hour', 'Hour', 'Hora', 'ordered'],
  ['minute', 'Minute', 'Minuto', 'ordered'],
  ['summary_code', 'Response code', 'Código de respuesta', 'ordered'],
  ['outcome', 'Outcome', 'Resultado', 'category'],
  ['kind', 'Kind of attempt', 'Tipo de intento', 'category'],
  ['attempt', 'Attempt', 'Intento', 'ordered'],
  ['image_quality_near_img', 'Size class, near', 'Clase de tamaño, cerca', 'category'],
  ['aspect_ratio_near_img', 'Orientation, near', 'Orientación, cerca', 'category'],
  ['image_quality_far_img', 'Size class, far', 'Clase de tamaño, lejos', 'category'],
  ['aspect_ratio_far_img', 'Orientation, far', 'Orientación, lejos', 'category'],
  ['device', 'Device', 'Dispositivo', 'category'],
  ['browser', 'Browser', 'Navegador', 'category'],
  ['country', 'Country', 'País', 'category'],
  ['api_hash', 'Release', 'Versión', 'category'],
  ['policy_id', 'Policy', 'Política', 'category'],
  ['total_time_ms', 'Total time', 'Tiempo total', 'ordered'],
  ...microservices.map(one => [runColumn(one), `Code of ${one.title}`, `Código de ${one.title}`, 'category']),
];
const METRICS = [
  [
    'transactions',
    'Transactions',
    'Transacciones',
    'Number of transactions, that is of calls of the API.',
    'Número de transacciones, es decir, de llamadas a la API.',
    'count',
  ],
  ['processes', 'Processes', 'Procesos', 'Number of processes.', 'Número de procesos.', 'count'],
  [
    'persons',
    'Persons',
    'Personas',
    'Number of different persons with a transaction.',
    'Número de personas distintas con alguna transacción.',
    'count',
  ],
  [
    'acceptance',
    'Acceptance',
    'Aceptación',
    'Share of all transactions that were accepted.',
    'Proporción de todas las transacciones que fueron aceptadas.',
    'share',
  ],
  [
    'acceptance_first',
    'Acceptance of first attempts',
    'Aceptación de primeros intentos',
    'Share of first attempts of a process that were accepted.',
    'Proporción de primeros intentos de un proceso que fueron aceptados.',
    'share',
  ],
  [
    'acceptance_last',
    'Acceptance of last attempts',
    'Aceptación de últimos intentos',
    'Share of last attempts of a process that were accepted.',
    'Proporción de últimos intentos de un proceso que fueron aceptados.',
    'share',
  ],
  [
    'acceptance_ever',
    'Processes ever accepted',
    'Procesos aceptados alguna vez',
    'Share of processes in which any attempt was accepted.',
    'Proporción de procesos en los que algún intento fue aceptado.',
    'share',
  ],
  [
    'acceptance_decided',
    'Acceptance of decided transactions',
    'Aceptación de transacciones decididas',
    'Share of transactions accepted, of those accepted or rejected.',
    'Proporción de transacciones aceptadas, entre las aceptadas o rechazadas.',
    'share',
  ],
  [
    'technical_error_rate',
    'Technical error rate',
    'Tasa de error técnico',
    'Share of transactions that ended in an error of the API.',
    'Proporción de transacciones que acabaron en un error de la API.',
    'share',
  ],
  [
    'total_time_mean',
    'Total time, mean',
    'Tiempo total, media',
    'Mean total time of a transaction.',
    'Media del tiempo total de una transacción.',
    'ms',
  ],
  [
    'total_time_p50',
    'Total time, median',
    'Tiempo total, mediana',
    'Median total time of a transaction.',
    'Mediana del tiempo total de una transacción.',
    'ms',
  ],
  [
    'total_time_p95',
    'Total time, p95',
    'Tiempo total, p95',
    '95th percentile of the total time.',
    'Percentil 95 del tiempo total.',
    'ms',
  ],
  [
    'total_time_p99',
    'Total time, p99',
    'Tiempo total, p99',
    '99th percentile of the total time.',
    'Percentil 99 del tiempo total.',
    'ms',
  ],
];

/** Starts the mock; answers its address and how to stop it. */
export function startMock({ kind = 'month', port = 0 } = {}) {
  const rows = monthOf(kind === 'loading' ? 'month' : kind);
  let loads = kind === 'loading' ? 3 : 0;
  const streams = new Set();
  const snapshot = {
    version: 7,
    published_at: '2025-02-01T09:12:00Z',
    transactions: rows.length,
    processes: new Set(rows.map(r => r.process)).size,
    persons: new Set(rows.map(r => r.documento)).size,
    first_day: rows.length ? '2025-01-08' : null,
    last_day: rows.length ? '2025-01-31' : null,
    state: rows.length ? 'ready' : 'empty',
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    response.setHeader('content-security-policy', CSP);
    if (url.pathname === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    if (url.pathname.startsWith('/api/v1/')) {
      if (loads > 0) {
        loads -= 1;
        return problem(response, 503, 'loading', 'the snapshot is being read', { 'retry-after': '1' });
      }
      const answer = answerOf(url.pathname.slice(8), url.searchParams);
      if (!answer) return problem(response, 404, 'not-found', 'no such thing');
      if (answer.status) return problem(response, answer.status, answer.slug, answer.detail);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
      return;
    }
    await file(response, url.pathname);
  });

  function answerOf(path, params) {
    const filters = filtersOf(params);
    for (const column of filters.keys()) {
      if (!DIMENSIONS.some(([name]) => name === column))
        return { status: 400, slug: 'bad-filter', detail: `no column ${column} to filter by` };
    }
    switch (path) {
      case 'meta':
        return meta();
      case 'tabs/clients':
        return tabs.clients(rows, filters, params.get('compare') === 'previous', kind);
      case 'tabs/microservices':
        return tabs.microservicesTab(rows, filters, kind);
      case 'tabs/retries':
        return tabs.retries(rows, filters, kind);
      case 'tabs/data':
        return tabs.data(rows, snapshot);
      case 'what-if':
        return tabs.whatIf(rows, filters, params);
      case 'why':
        return why(params, filters);
      case 'transactions':
        return list(params, filters);
      default:
    }
    const dimension = /^dimensions\/([^/]+)\/values$/.exec(path);
    if (dimension) return values(decodeURIComponent(dimension[1]), params, filters);
    const token = /^transactions\/([^/]+)$/.exec(path);
    if (token) return one(decodeURIComponent(token[1]));
    const metric = /^metrics\/([^/]+)$/.exec(path);
    if (metric) return table(metric[1], rows, filters, params.getAll('by'), 1e9);
    return null;
  }

  function counted(column, of) {
    return group(of, [column])
      .map(g => ({ value: g.dimensions[0], n: g.rows.length }))
      .sort((a, b) => b.n - a.n);
  }

  function meta() {
    return {
      version: '0.1.0',
      card: { name: 'veriface', title: 'Validation of identity from a near and a far selfie' },
      snapshot,
      dimensions: DIMENSIONS.map(([column, en, es, kindOf]) => {
        const found = counted(column, rows);
        return {
          column,
          title: text(en, es),
          kind: kindOf,
          distinct: found.length,
          values: found.slice(0, 200),
        };
      }),
      metrics: METRICS.map(([id, en, es, defEn, defEs, unit]) => ({
        id,
        title: text(en, es),
        definition: text(defEn, defEs),
        unit,
        expression: 'count()',
        view: 'attempts',
      })),
      codes,
      microservices: microservices.map(one => ({
        name: one.name,
        title: one.title,
        images: one.images,
        ran: { column: runColumn(one), value: '..' },
      })),
      images: ['near_img', 'far_img'],
      roles: {
        client: 'convenio',
        user: 'user_name',
        person: 'documento',
        code: 'summary_code',
        release: 'api_hash',
        total_time: 'total_time_ms',
      },
      columns: {
        size_class: ['image_quality_near_img', 'image_quality_far_img'],
        orientation: ['aspect_ratio_near_img', 'aspect_ratio_far_img'],
      },
      exclusions: [],
    };
  }

  function values(column, params, filters) {
    const search = (params.get('search') ?? '').toLowerCase();
    const found = counted(column, select(rows, filters, column)).filter(v =>
      String(v.value ?? '')
        .toLowerCase()
        .includes(search),
    );
    return { column, distinct: found.length, values: found.slice(0, Number(params.get('limit') ?? 50)) };
  }

  function list(params, filters) {
    const found = select(rows, filters);
    const key = params.get('sort') === 'total_time' ? 'total_time_ms' : 'day';
    const sign = params.get('order') === 'asc' ? 1 : -1;
    const sorted = [...found].sort(
      (a, b) => sign * (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : a.file_token < b.file_token ? -1 : 1),
    );
    const from = Number(params.get('after') ?? 0);
    const limit = Number(params.get('limit') ?? 50);
    const page = sorted.slice(from, from + limit);
    return {
      total: found.length,
      columns: LISTED.map(column),
      rows: page.map(row => LISTED.map(([name]) => cellOf(row, name))),
      next: from + limit < sorted.length ? String(from + limit) : null,
    };
  }

  function one(tokenText) {
    const row = rows.find(r => r.file_token === tokenText);
    if (!row) return { status: 404, slug: 'not-found', detail: 'no such transaction' };
    const names = Object.keys(row).map(name => [name, name, name, name.endsWith('_ms') ? 'ms' : null]);
    return {
      columns: names.map(column),
      row: names.map(([name]) => row[name]),
      bars: tabs.transactionBars(row),
    };
  }

  function why(params, filters) {
    const chosen = filtersOf(params, 'select.');
    const frame = select(rows, filters);
    const selected = select(frame, chosen);
    const rest = frame.filter(row => !selected.includes(row));
    const side = (of, words) => ({ words, n: of.length, persons: new Set(of.map(r => r.documento)).size });
    const findings = DIMENSIONS.filter(([name, , , kindOf]) => kindOf === 'category' && !chosen.has(name))
      .map(([name, en, es]) => finding(name, en, es, selected, rest))
      .sort((a, b) => b.effect - a.effect);
    if (!chosen.has('total_time_ms')) findings.unshift(numeric(selected, rest));
    findings.sort((a, b) => b.effect - a.effect);
    const words = [...chosen].map(([name, texts]) => `${name} = ${texts.join(', ')}`).join(' and ') || 'all';
    return {
      selection: side(selected, words),
      against: side(rest, 'the rest'),
      tested: 93,
      found: findings.filter(f => f.effect > 0.05),
      weak: findings.filter(f => f.effect <= 0.05).slice(0, 10),
      sampled: false,
    };
  }

  function finding(name, en, es, selected, rest) {
    const all = new Map();
    for (const row of selected)
      all.set(row[name], [(all.get(row[name])?.[0] ?? 0) + 1, all.get(row[name])?.[1] ?? 0]);
    for (const row of rest)
      all.set(row[name], [all.get(row[name])?.[0] ?? 0, (all.get(row[name])?.[1] ?? 0) + 1]);
    const categories = [...all]
      .map(([value, [a, b]]) => ({
        value,
        selected: a / (selected.length || 1),
        against: b / (rest.length || 1),
        selected_n: a,
        against_n: b,
      }))
      .sort((a, b) => b.selected - a.selected)
      .slice(0, 6);
    const effect = categories.reduce((sum, c) => sum + Math.abs(c.selected - c.against), 0) / 2;
    return {
      column: name,
      title: text(en, es),
      kind: 'category',
      effect,
      effect_name: 'cramers_v',
      p_adjusted: effect > 0.05 ? 1e-9 : 0.4,
      few: selected.length < 100,
      sentence: text(
        `${en}: the share of the first value is ${(100 * (categories[0]?.selected ?? 0)).toFixed(1)} % here and ${(100 * (categories[0]?.against ?? 0)).toFixed(1)} % in the rest.`,
        `${es}: la proporción del primer valor es ${(100 * (categories[0]?.selected ?? 0)).toFixed(1)} % aquí y ${(100 * (categories[0]?.against ?? 0)).toFixed(1)} % en el resto.`,
      ),
      categories,
      bins: [],
      medians: null,
    };
  }

  function numeric(selected, rest) {
    const edges = [0, 500, 1000, 1500, 2000, 2500, 3000, 4000, 6000];
    const shareIn = (of, a, b) =>
      of.filter(r => r.total_time_ms >= a && r.total_time_ms < b).length / (of.length || 1);
    return {
      column: 'total_time_ms',
      title: text('Total time', 'Tiempo total'),
      kind: 'number',
      effect: 0.31,
      effect_name: 'cliffs_delta',
      p_adjusted: 1e-12,
      few: false,
      sentence: text(
        'Total time: the median is 1,610 here and 1,790 in the rest.',
        'Tiempo total: la mediana es 1.610 aquí y 1.790 en el resto.',
      ),
      categories: [],
      bins: edges.slice(1).map((to, i) => ({
        from: edges[i],
        to,
        selected: shareIn(selected, edges[i], to),
        against: shareIn(rest, edges[i], to),
      })),
      medians: { selected: 1610, against: 1790 },
    };
  }

  server.listen(port, '127.0.0.1');
  return new Promise(resolve =>
    server.on('listening', () =>
      resolve({
        address: `http://127.0.0.1:${server.address().port}`,
        publish: version => {
          for (const stream of streams) stream.write(`event: snapshot\ndata: {"version": ${version}}\n\n`);
        },
        stop: () => {
          for (const stream of streams) stream.end();
          server.close();
          server.closeAllConnections();
        },
      }),
    ),
  );
}

const LISTED = [
  ['date', 'Date', 'Fecha', null],
  ['convenio', 'Client', 'Cliente', null],
  ['outcome', 'Outcome', 'Resultado', null],
  ['summary_code', 'Response code', 'Código de respuesta', null],
  ['kind', 'Kind of attempt', 'Tipo de intento', null],
  ['total_time_ms', 'Total time', 'Tiempo total', 'ms'],
  ['documento', 'Person', 'Persona', null],
  ['file_token', 'Transaction', 'Transacción', null],
];
const column = ([name, en, es, unit]) => ({ name, title: text(en, es), unit });

function cellOf(row, name) {
  return name === 'date'
    ? `${row.day}T${String(row.hour).padStart(2, '0')}:${String(row.minute).padStart(2, '0')}:00`
    : row[name];
}

function problem(response, status, slug, detail, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  response.end(JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail, instance: null }));
}

async function file(response, pathname) {
  const asset = normalize(pathname).replace(/^(\.\.[/\\])+/, '');
  const path = extname(asset) ? asset : 'index.html';
  try {
    const bytes = await readFile(join(DIST, path));
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(bytes);
  } catch {
    response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : process.argv[at + 1];
  };
  const mock = await startMock({ kind: option('case', 'month'), port: Number(option('port', '4747')) });
  console.log(mock.address);
}
