// The answers of the mock: each tab, made of the rows of the month.
import { group, num, quantile, select, table, wilson } from './count.mjs';
import { codes, microservices, random } from './month.mjs';

const text = (en, es) => ({ en, es });
const codeText = code => codes.find(c => c.code === code)?.text ?? null;

function basis(rows, kind) {
  const days = rows.map(row => row.day).sort();
  return {
    transactions: rows.length,
    processes: new Set(rows.map(row => row.process)).size,
    persons: new Set(rows.map(row => row.documento)).size,
    first_day: days[0] ?? null,
    last_day: days.at(-1) ?? null,
    snapshot: 7,
    elapsed_ms: 12,
    excluded: [],
    outsize:
      kind === 'month' && rows.length > 3000
        ? [
            text(
              'One person has 771 processes, 17.5 % of all, and bends every rate; to leave it out: exclude: [{person: documento_0}]',
              'Una persona tiene 771 procesos, el 17,5 % de todos, y sesga todas las tasas; para excluirla: exclude: [{person: documento_0}]',
            ),
          ]
        : [],
  };
}

function headline(rows) {
  const lasts = rows.filter(row => row.is_last);
  const accepted = new Set(rows.filter(row => row.outcome === 'accepted').map(row => row.process));
  const processes = new Set(rows.map(row => row.process));
  const persons = new Set(rows.map(row => row.documento)).size;
  const few = processes.size < 30;
  const count = n => ({
    value: n,
    low: null,
    high: null,
    n: rows.length,
    persons,
    too_few: false,
    approximate: false,
  });
  return {
    transactions: num('transactions', rows),
    processes: count(lasts.length),
    persons: count(persons),
    acceptance: num('acceptance', rows),
    acceptance_first: num('acceptance_first', rows),
    acceptance_last: num('acceptance_last', rows),
    acceptance_ever: few
      ? { value: null, low: null, high: null, n: processes.size, persons, too_few: true, approximate: false }
      : {
          ...wilson(accepted.size, processes.size),
          n: processes.size,
          persons,
          too_few: false,
          approximate: false,
        },
    acceptance_decided: num('acceptance_decided', rows),
    technical_error_rate: num('technical_error_rate', rows),
  };
}

export function clients(all, filters, compare, kind) {
  const rows = select(all, filters);
  const byClient = group(select(all, filters, 'convenio'), ['convenio']).sort(
    (a, b) => b.rows.length - a.rows.length,
  );
  const before = compare ? periodBefore(filters, rows) : null;
  const earlier = before && select(all, before.filters);
  const fell = [
    [0, []],
    [1, ['accessory_detector'], [202, 203, 204, 205]],
    [2, ['face_detector'], [102, 103, 406]],
    [3, ['liqe', 'topiq', 'classic_metrics'], [302, 303, 304, 306, 301]],
    [4, ['geometry_check'], [3002]],
    [5, ['as_35_selfies', 'ibeta2_crops', 'ibeta2_full', 'ibeta2_clip'], [1402]],
  ];
  let reached = rows.length;
  const funnel = fell.map(([step, names, stops = []]) => {
    const counted = stops
      .map(code => ({ code, n: rows.filter(row => row.summary_code === code).length }))
      .filter(c => c.n > 0);
    const lost = counted.reduce((sum, c) => sum + c.n, 0);
    const out = { step, microservices: names, reached, fell: lost, codes: counted };
    reached -= lost;
    return out;
  });
  return {
    basis: basis(rows, kind),
    headline: headline(rows),
    previous: earlier && headline(earlier),
    previous_period: before?.period ?? null,
    per_day: table('transactions', all, filters, ['day', 'convenio']),
    per_day_previous: earlier && table('transactions', earlier, new Map(), ['day']),
    acceptance_per_day: table('acceptance', all, filters, ['day']),
    codes: table('transactions', all, filters, ['summary_code']),
    outcomes: table('transactions', all, filters, ['outcome']),
    by_client: byClient.slice(0, 200).map(g => {
      const h = headline(g.rows);
      return {
        client: g.dimensions[0],
        transactions: g.rows.length,
        persons: h.persons.value,
        acceptance: h.acceptance,
        acceptance_first: h.acceptance_first,
        acceptance_last: h.acceptance_last,
        acceptance_ever: h.acceptance_ever,
        technical_error_rate: h.technical_error_rate,
      };
    }),
    clients: byClient.length,
    funnel,
    hours: table('transactions', all, filters, ['weekday', 'hour'], 24),
    hours_acceptance: table('acceptance', all, filters, ['weekday', 'hour'], 24),
    reasons: group(rows, ['summary_code'])
      .filter(g => g.rows[0].outcome !== 'accepted')
      .sort((a, b) => b.rows.length - a.rows.length)
      .map(g => {
        const code = codes.find(c => c.code === g.dimensions[0]);
        return {
          code: code.code,
          n: g.rows.length,
          share: g.rows.length / rows.length,
          description: code.description,
          reason: code.reason,
          outcome: code.outcome,
        };
      }),
  };
}

/** As many days right before those filtered by, or those with data. */
function periodBefore(filters, rows) {
  const days = rows.map(row => row.day).sort();
  const asked = filters.get('day')?.[0];
  const [first, last] = asked?.includes('..') ? asked.split('..') : [asked ?? days[0], asked ?? days.at(-1)];
  if (first === undefined) return null;
  const ms = 86_400_000;
  const length = (Date.parse(last) - Date.parse(first)) / ms + 1;
  const day = count => new Date(Date.parse(first) - count * ms).toISOString().slice(0, 10);
  const period = { from: day(length), to: day(1) };
  const kept = [...filters].filter(([column]) => !['day', 'week', 'month', 'year'].includes(column));
  return { period, filters: new Map([...kept, ['day', [`${period.from}..${period.to}`]]]) };
}

function times(mean, n, spread = 2) {
  return { n, mean, p50: mean * 0.8, p95: mean * spread, p99: mean * spread * 1.5, approximate: false };
}

function bars(scale) {
  const steps = [
    [['accessory_detector'], 2],
    [['face_detector'], 2],
    [['liqe', 'topiq', 'classic_metrics'], 1],
    [['liqe', 'topiq', 'classic_metrics'], 1, 'far_img'],
    [['geometry_check'], 1, null],
    [['as_35_selfies', 'ibeta2_crops', 'ibeta2_full', 'ibeta2_clip'], 1],
    [['as_35_selfies', 'ibeta2_crops', 'ibeta2_full', 'ibeta2_clip'], 1, 'far_img'],
  ];
  const out = [];
  let at = 20;
  for (const [names, both, image] of steps) {
    const runs = names.flatMap(name =>
      (both === 2 ? ['near_img', 'far_img'] : [image === undefined ? 'near_img' : image]).map((img, i) => ({
        microservice: name,
        image: img,
        start_ms: at,
        queue_ms: name === 'classic_metrics' ? 0 : Math.round(6 * scale),
        service_ms: Math.round(microservices.find(m => m.name === name).mean * scale * (1 + 0.1 * i)),
        on_path: false,
      })),
    );
    const longest = runs.reduce((a, b) => (a.queue_ms + a.service_ms >= b.queue_ms + b.service_ms ? a : b));
    longest.on_path = true;
    at += longest.queue_ms + longest.service_ms;
    out.push(...runs);
  }
  return out;
}

export function transactionBars(row) {
  return bars(row.total_time_ms / 920);
}

export function microservicesTab(all, filters, kind) {
  const rows = select(all, filters);
  const totals = rows.map(row => row.total_time_ms).sort((a, b) => a - b);
  const persons = new Set(rows.map(row => row.documento)).size;
  const time = (value, low, high, least) => {
    const few = rows.length < least || persons < 10;
    return {
      value: few ? null : value,
      low: few ? null : low,
      high: few ? null : high,
      n: rows.length,
      persons,
      too_few: few,
      approximate: false,
    };
  };
  const mean = totals.length ? totals.reduce((a, b) => a + b, 0) / totals.length : null;
  const undecided = new Set(['as_35_selfies', 'ibeta2_crops', 'ibeta2_full', 'ibeta2_clip']);
  const shares = {
    topiq: [0.149, 0.776],
    classic_metrics: [0.119, 0.243],
    face_detector: [0.032, 0.98],
    accessory_detector: [0.021, 1],
    geometry_check: [0.005, 0.75],
    liqe: [0.002, 0.025],
  };
  const half = Math.floor(totals.length / 2);
  const days = group(rows, ['day']).sort((a, b) => (a.dimensions[0] < b.dimensions[0] ? -1 : 1));
  const q = (of, share, least = 30) =>
    of.length < least
      ? null
      : quantile(
          of.map(row => row.total_time_ms).sort((a, b) => a - b),
          share,
        );
  return {
    basis: basis(rows, kind),
    total: {
      mean: time(mean, mean * 0.97, mean * 1.03, 30),
      p50: time(totals[half], null, null, 30),
      p95: time(quantile(totals, 0.95), null, null, 200),
      p99: time(quantile(totals, 0.99), null, null, 1000),
    },
    donut: rows.length
      ? microservices.map(m => ({
          microservice: m.name,
          mean: time(m.mean * (m.images.length || 1), m.mean * 1.9, m.mean * 2.1, 30),
        }))
      : [],
    code_by_size: ['near', 'far'].map(image =>
      table('transactions', all, filters, ['summary_code', `image_quality_${image}_img`]),
    ),
    code_by_orientation: ['near', 'far'].map(image =>
      table('transactions', all, filters, ['summary_code', `aspect_ratio_${image}_img`]),
    ),
    path: rows.length
      ? microservices.map(m => {
          const [share, on] = shares[m.name] ?? [0.03, 0.5];
          const wide = undecided.has(m.name);
          return {
            microservice: m.name,
            n: rows.length,
            mean_ms: m.mean * 2,
            share_of_total: { low: share, high: wide ? share * 2 : share },
            share_if_serial: (m.mean * 2) / (mean || 1),
            on_path: { low: on, high: wide ? Math.min(1, on * 1.4) : on },
            longest: on,
            slack_ms: { low: 0, high: 20 },
          };
        })
      : [],
    remainder: { serial_mean_ms: 380, path_mean_ms: { low: 985, high: 1197 } },
    path_sample: rows.length,
    one_in: 1,
    over_time: {
      grain: 'day',
      rows: days.map(g => ({
        at: g.dimensions[0],
        n: g.rows.length,
        p50: q(g.rows, 0.5),
        p95: q(g.rows, 0.95, 200),
        p99: q(g.rows, 0.99, 500),
      })),
    },
    service_queue: microservices.map(m => ({
      microservice: m.name,
      service: rows.length < 30 ? null : times(m.mean, rows.length),
      queue:
        rows.length < 30 || m.name === 'classic_metrics' ? null : times(m.mean * 0.12 + 2, rows.length, 4),
    })),
    by_hour: group(select(all, filters, 'hour'), ['hour'])
      .sort((a, b) => a.dimensions[0] - b.dimensions[0])
      .map(g => ({
        hour: g.dimensions[0],
        n: g.rows.length,
        p50: q(g.rows, 0.5),
        p95: q(g.rows, 0.95, 200),
        queue_mean: g.rows.length < 30 ? null : 60 + 5 * Math.abs(12 - g.dimensions[0]),
      })),
    waterfall: rows.length
      ? [
          { share: 0.5, file_token: rows[0].file_token, total_ms: 1749, bars: bars(1.9) },
          { share: 0.95, file_token: rows.at(-1).file_token, total_ms: 5199, bars: bars(5.8) },
        ]
      : [],
    verdict: {
      sentence: text(
        "The card's pipeline stands the test: of its steps and groups 9 are supported by the data, 1 undecided, none contradicted.",
        'La secuencia de la ficha supera la prueba: de sus pasos y grupos, los datos respaldan 9, 1 queda sin decidir y ninguno se contradice.',
      ),
      supported: 9,
      contradicted: 0,
      undecided: 1,
      path_longer: 0,
      steps: [
        {
          words: text(
            'LIQE, TOPIQ and Classic metrics run at once',
            'LIQE, TOPIQ y Classic metrics corren a la vez',
          ),
          verdict: 'supported',
        },
        {
          words: text(
            'the anti-spoofing models run at once or one after the other',
            'los modelos antifraude corren a la vez o uno tras otro',
          ),
          verdict: 'undecided',
        },
        ...[
          'integrity before the rest',
          'near beside far, accessories',
          'near beside far, faces',
          'quality, near before far',
          'geometry after quality',
          'anti-spoofing after geometry',
          'anti-spoofing, near before far',
          'the gateway apart',
        ].map(words => ({
          words: text(words, words),
          verdict: 'supported',
        })),
      ],
      rows: all.length,
    },
  };
}

export function whatIf(all, filters, params) {
  const rows = select(all, filters);
  const faster = params.getAll('faster').map(text => text.split(':'));
  const weight = {
    topiq: 200,
    classic_metrics: 160,
    face_detector: 60,
    accessory_detector: 40,
    geometry_check: 10,
    liqe: 5,
  };
  const saved = faster.reduce(
    (sum, [name, percent]) => sum + ((weight[name] ?? 55) * Number(percent)) / 100,
    0,
  );
  const totals = rows.map(row => row.total_time_ms).sort((a, b) => a - b);
  const before = {
    mean: totals.reduce((a, b) => a + b, 0) / (totals.length || 1),
    p50: quantile(totals, 0.5) ?? 0,
    p95: quantile(totals, 0.95) ?? 0,
  };
  const ranged = (value, part) => ({ low: value - saved * part * 1.2, high: value - saved * part });
  return {
    rows: rows.length,
    of: rows.length,
    before,
    after: { mean: ranged(before.mean, 1), p50: ranged(before.p50, 0.9), p95: ranged(before.p95, 1.4) },
    saved_mean: { low: saved, high: saved * 1.2 },
    saved_share: { low: saved / (before.mean || 1), high: (saved * 1.2) / (before.mean || 1) },
  };
}

function share(hits, trials) {
  const { value, low, high } = wilson(hits, trials);
  return { share: value, low, high, hits, trials, persons: Math.round(trials * 0.7) };
}

/** Of the largest lakes one person in so many is looked at. */
const ONE_IN = 4;

export function retries(all, filters, kind) {
  const answer = allRetries(all, filters, kind);
  return kind === 'large' ? estimated(answer) : answer;
}

/** The same, as if a quarter of the persons had been found: counts are so many times those. */
function estimated(answer) {
  const times = (row, fields) => ({
    ...row,
    ...Object.fromEntries(fields.map(field => [field, row[field] * ONE_IN])),
  });
  return {
    ...answer,
    processes: times(answer.processes, ['n', 'retried', 'accepted', 'gone', 'open']),
    attempts_per_process: answer.attempts_per_process.map(row => times(row, ['processes'])),
    recovery: answer.recovery.map(row => times(row, ['gone', 'open'])),
    flow: answer.flow.map(row => times(row, ['n'])),
    accepted_by_attempt: answer.accepted_by_attempt.map(row => times(row, ['at_risk'])),
    accepted_by_minute: answer.accepted_by_minute.map(row => times(row, ['at_risk'])),
    abandonment: answer.abandonment.map(row => times(row, ['n'])),
    fix: answer.fix.map(row =>
      times(row, ['failures', 'lost', 'lost_for_good', 'extra_attempts', 'extra_minutes']),
    ),
    cost: times(answer.cost, ['retries', 'api_ms', 'person_minutes']),
    repeats: times(answer.repeats, ['n', 'processes', 'accepted']),
    one_in: ONE_IN,
  };
}

function allRetries(all, filters, kind) {
  const rows = select(all, filters);
  const byProcess = group(rows, ['process']).map(g => g.rows.sort((a, b) => a.attempt - b.attempt));
  const accepted = byProcess.filter(p => p.some(row => row.outcome === 'accepted'));
  const steps = [];
  const flow = new Map();
  let curve = 0;
  const curvePoints = [{ x: 0, share: 0, low: 0, high: 0, at_risk: byProcess.length }];
  for (let k = 1; k <= 6; k++) {
    const reached = byProcess.filter(
      p => p.length >= k && !p.slice(0, k - 1).some(row => row.outcome === 'accepted'),
    );
    if (reached.length === 0) break;
    const won = reached.filter(p => p[k - 1].outcome === 'accepted');
    const left = reached.filter(p => p.length === k && p[k - 1].outcome !== 'accepted');
    steps.push({ attempt: k, accepted: share(won.length, reached.length), gone: left.length, open: 0 });
    curve += (1 - curve) * (won.length / reached.length);
    curvePoints.push({
      x: k,
      share: curve,
      low: Math.max(0, curve - 0.02),
      high: Math.min(1, curve + 0.02),
      at_risk: reached.length,
    });
  }
  for (const process of byProcess) {
    for (const [i, row] of process.entries()) {
      if (row.outcome === 'accepted') break;
      const next = process[i + 1];
      const to = !next ? 'gone' : next.outcome === 'accepted' ? 'accepted' : codeText(next.summary_code);
      const key = `${codeText(row.summary_code)}>${to}`;
      flow.set(key, (flow.get(key) ?? 0) + 1);
    }
  }
  const failures = codes
    .filter(c => c.outcome === 'rejected')
    .map(c => {
      const links = [...flow].filter(([key]) => key.startsWith(`${c.text}>`));
      const n = links.reduce((sum, [, count]) => sum + count, 0);
      return { code: c, n, gone: flow.get(`${c.text}>gone`) ?? 0 };
    })
    .filter(f => f.n > 0);
  const all_n = failures.reduce((sum, f) => sum + f.n, 0);
  const retriesN = rows.filter(row => row.kind === 'retry').length;
  const repeats = rows.filter(row => row.kind === 'repeat');
  const attempts = new Map();
  for (const process of byProcess) {
    const tries = process.filter(row => row.kind !== 'repeat').length;
    attempts.set(tries, (attempts.get(tries) ?? 0) + 1);
  }
  const next = random(5);
  const minutes = [0, 0.2, 0.5, 1, 2, 3, 5, 8, 12, 20, 40, 60].map((x, i) => {
    const value = rows.length ? 0.66 + 0.27 * (1 - Math.exp(-x / 2)) + next() * 0.001 : 0;
    return {
      x,
      share: value,
      low: value - 0.012,
      high: value + 0.012,
      at_risk: Math.round(byProcess.length / (i + 1)),
    };
  });
  return {
    basis: basis(rows, kind),
    kinds: table('transactions', all, filters, ['kind']),
    kinds_per_day: table('transactions', all, filters, ['day', 'kind']),
    processes: {
      n: byProcess.length,
      retried: byProcess.filter(p => p.length > 1).length,
      accepted: accepted.length,
      gone: byProcess.length - accepted.length,
      open: 1,
      first: byProcess.length
        ? share(byProcess.filter(p => p[0].outcome === 'accepted').length, byProcess.length)
        : null,
      ever: byProcess.length ? share(accepted.length, byProcess.length) : null,
    },
    attempts_per_process: [...attempts]
      .sort((a, b) => a[0] - b[0])
      .map(([n, processes]) => ({ attempts: n, processes })),
    recovery: steps,
    flow: [...flow]
      .map(([key, n]) => ({ from: key.split('>')[0], to: key.split('>')[1], n }))
      .sort((a, b) => b.n - a.n),
    accepted_by_attempt: rows.length ? curvePoints : [],
    accepted_by_minute: rows.length ? minutes : [],
    abandonment: all_n
      ? [
          {
            code: null,
            n: all_n,
            ...part(
              failures.reduce((sum, f) => sum + f.gone, 0),
              all_n,
            ),
          },
          ...failures.map(f => ({ code: f.code.text, n: f.n, ...part(f.gone, f.n) })),
        ]
      : [],
    fix: failures
      .map(f => ({
        code: f.code.text,
        description: f.code.description,
        reason: f.code.reason,
        failures: f.n,
        lost: f.gone,
        lost_for_good: Math.round(f.gone * 0.6),
        extra_attempts: f.n - f.gone,
        extra_minutes: (f.n - f.gone) * 0.4,
      }))
      .sort((a, b) => b.lost - a.lost),
    cost: {
      retries: retriesN,
      api_ms: retriesN * 1700,
      api_share: rows.length ? retriesN / rows.length : null,
      person_minutes: retriesN * 1.4,
    },
    repeats: {
      n: repeats.length,
      processes: new Set(repeats.map(row => row.process)).size,
      accepted: repeats.filter(row => row.outcome === 'accepted').length,
    },
    horizon_ms: 1_194_000,
    one_in: 1,
  };
}

function part(hits, n) {
  const { value, low, high } = wilson(hits, n);
  return { share: value, low, high };
}

export function data(all, snapshot) {
  const now = '2025-02-01T10:00:00Z';
  const empty = all.length === 0;
  const run = (i, state, quarantined) => ({
    run: `01JK${String(900 - i).padStart(6, '0')}`,
    state,
    began_at: `2025-01-${String(31 - i).padStart(2, '0')}T04:00:00Z`,
    ended_at: state === 'running' ? null : `2025-01-${String(31 - i).padStart(2, '0')}T04:00:0${i % 9}Z`,
    command: 'run',
    read: 2093 - i,
    inserted: 2090 - i - quarantined,
    updated: 1,
    unchanged: 2,
    quarantined,
    reconciles: state === 'finished',
    snapshot: state === 'finished' ? 7 - i : null,
  });
  return {
    snapshot,
    now,
    runs: empty
      ? []
      : [
          run(0, 'finished', 3),
          run(1, 'finished', 0),
          run(2, 'failed', 0),
          run(3, 'finished', 0),
          run(4, 'finished', 12),
        ],
    quarantine: empty
      ? []
      : [
          { reason: 'unreadable date', n: 9, last_at: '2025-01-31T04:00:00Z' },
          { reason: 'broken JSON', n: 6, last_at: '2025-01-27T04:00:00Z' },
        ],
    quarantined: empty ? 0 : 15,
    policies: empty
      ? []
      : [
          ['77aa1e02c4419d20', '2025-01-22', '2025-01-31', 3.1],
          ['b4b3cd46a8625728', '2025-01-08', '2025-01-21', 2.7],
        ].map(([policy_id, first_day, last_day, liqe]) => ({
          policy_id,
          first_day,
          last_day,
          n: all.filter(row => row.policy_id === policy_id).length,
          settings: [
            { name: 'liqe_thr', value: liqe },
            { name: 'topiq_thr', value: 0.4 },
            { name: 'with_icao', value: true },
          ],
          clients: 6,
        })),
    policies_per_week: table('transactions', all, new Map(), ['week', 'policy_id']),
    freshness: {
      last_transaction: empty ? null : '2025-01-31T23:52:10-05:00',
      published_at: snapshot.published_at,
    },
    exclusions: [],
    per_day: table('transactions', all, new Map(), ['day']),
  };
}
