// Invented columns of each kind, with figures that could be true.

export function exact(rows) {
  return { exactness: 'exact', rule: 'all_rows', rows };
}

export function sampled(rows, all) {
  return rows >= all ? exact(all) : { exactness: 'approximate', rule: 'sample', rows };
}

const EMOJI = '👩‍👩‍👧';

export function column(name, kind, of, ctx) {
  const { rows, next, codes } = ctx;
  const empty = kind === 'empty' || rows === 0;
  const share = kind === 'number' ? Math.round(next() * 3) / 10 : 0;
  const structural =
    empty || !of.microservice ? 0 : codes.slice(1, 4).reduce((sum, code) => sum + code[4], 0);
  const gaps =
    kind === 'empty' ? rows : empty || rows < 2 ? 0 : Math.round((rows - structural) * share * 0.2);
  const missing = structural + gaps;
  const present = rows - missing;
  const made = {
    name,
    kind: rows === 0 ? 'empty' : kind,
    arrow_type:
      {
        number: of.unit === 'ms' ? 'Int64' : 'Float64',
        datetime: 'Timestamp(ms, "UTC")',
        boolean: 'Boolean',
      }[kind] ?? 'Utf8',
    ...(ctx.card ? { description: `What the card says of ${name}` } : {}),
    ...pick(of, ['unit', 'measures', 'role', 'microservice', 'image']),
    identifying: of.identifying ?? false,
    counts: {
      rows,
      present,
      missing,
      sentinel: 0,
      out_of_range: 0,
      infinite: 0,
      structural,
      gaps,
      zeros: kind === 'number' ? Math.round(present * 0.01) : 0,
      negative: 0,
      empty_text: 0,
    },
    distinct: {
      values: distinct(kind, present),
      once: kind === 'identifier' ? present : Math.min(3, present),
      basis: exact(rows),
    },
    memory_bytes: rows * (kind === 'boolean' ? 1 : 8),
  };
  if (missing > 0 && codes.length > 0) {
    made.missing_by_code = codes.map((code, at) => {
      const stopped = structural > 0 && at > 0 && at < 4;
      return { missing: stopped ? code[4] : Math.round((gaps * code[4]) / rows), structural: stopped };
    });
  }
  if (present > 0) Object.assign(made, figures(made, kind, of, ctx, present));
  return made;
}

function distinct(kind, present) {
  return Math.min(
    present,
    {
      identifier: present,
      number: 9_000,
      category: 6,
      boolean: 2,
      constant: 1,
      empty: 0,
      text: 40,
      datetime: present,
    }[kind] ?? present,
  );
}

function figures(made, kind, of, ctx, present) {
  const { next, rows, periods } = ctx;
  const found = {};
  if (kind === 'number') {
    const scale =
      of.unit === 'ms' ? 400 + next() * 3000 : of.measures === 'probability' ? 1 : 5 * (1 + next());
    const tail = of.unit === 'ms';
    found.number = numbers(present, scale, tail, rows, next);
    found.common = {
      values: [1, 2, 3, 4, 5, 6].map(at => ({
        value: round(scale * at * 0.1),
        count: Math.max(1, Math.round(present / (at * 60))),
      })),
      rarer: { values: 8_990, rows: Math.round(present * 0.9) },
      shapes: false,
      basis: exact(rows),
    };
    found.extremes = {
      least: [1, 2, 3, 4, 5].map(at => ({ value: round(scale * at * 0.01), count: 1 })),
      greatest: [5, 4, 3, 2, 1].map(at => ({ value: round(scale * (1 + at * 0.3)), count: 1 })),
      basis: exact(rows),
    };
    if (ctx.codes.length > 0) found.by_outcome = outcome(scale, present, rows, next);
  } else if (kind === 'identifier') {
    found.common = {
      values: [{ value: { shape: `${made.name}_A26` }, count: present }],
      shapes: true,
      basis: exact(rows),
    };
  } else if (kind === 'datetime') {
    found.datetime = dates(present, rows, next);
  } else {
    found.common = {
      values: values(kind, of, present),
      ...(kind === 'text' ? { rarer: { values: 31, rows: 64 } } : {}),
      shapes: false,
      basis: exact(rows),
    };
    if (ctx.codes.length > 0 && kind === 'category') {
      found.by_outcome = {
        values: found.common.values.map(({ value, count }, at) => ({
          value,
          rows: count,
          accepted: Math.round(count * (0.7 - at * 0.08)),
          rejected: Math.round(count * (0.25 + at * 0.08)),
          technical: Math.round(count * 0.05),
        })),
        basis: exact(rows),
      };
    }
    if (kind === 'text' || kind === 'category') found.text = texts(of.odd, present, rows, next);
  }
  if (periods && ['number', 'category'].includes(kind)) found.drift = drift(found, periods, next);
  return found;
}

function numbers(n, scale, tail, rows, next) {
  const bins = 120;
  const shape = at =>
    tail ? Math.exp(-(((Math.log(at + 3) - 2.6) / 0.5) ** 2)) : Math.exp(-(((at - 60) / 22) ** 2));
  const raw = Array.from({ length: bins }, (_, at) => shape(at) * (0.8 + 0.4 * next()));
  const sum = raw.reduce((a, b) => a + b, 0);
  const counts = raw.map(one => Math.round((one / sum) * n));
  const at = share => round(scale * (tail ? 0.1 + share ** 3 * 1.6 : 0.1 + share * 0.8));
  const histogram = {
    low: 0,
    high: scale * 1.2,
    counts,
    below: 0,
    above: 0,
    suggested: { sqrt: Math.ceil(Math.sqrt(n)), sturges: Math.ceil(Math.log2(n) + 1), freedman_diaconis: 42 },
  };
  return {
    n,
    whole: false,
    min: 0,
    max: round(scale * (tail ? 9 : 1.2)),
    mean: round(scale * 0.55),
    sum: round(scale * 0.55 * n),
    ...(n > 1
      ? {
          sd: round(scale * 0.2),
          variance: round((scale * 0.2) ** 2),
          cv: 0.3636,
          skewness: tail ? 3.71 : -0.12,
          kurtosis: tail ? 22.4 : 0.31,
        }
      : {}),
    range: round(scale * 1.2),
    iqr: round(scale * 0.3),
    mad: round(scale * 0.13),
    quantiles: [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99].map(share => ({
      at: share,
      value: at(share),
    })),
    order: 'none',
    histogram: tail
      ? {
          ...histogram,
          high: scale * 9,
          counts: counts.map((one, index) => (index < 12 ? one * 8 : index % 17 === 0 ? 1 : 0)),
        }
      : histogram,
    ...(tail ? { central: { ...histogram, above: Math.round(n * 0.005) } } : {}),
    basis: exact(rows),
  };
}

function outcome(scale, n, rows, next) {
  const group = (of, middle, share) => ({
    outcome: of,
    rows: Math.round(n * share),
    n: Math.round(n * share),
    mean: round(scale * middle),
    sd: round(scale * 0.2),
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map(at => ({
      at,
      value: round(scale * (middle + (at - 0.5) * 0.5)),
    })),
    counts: Array.from({ length: 40 }, (_, at) =>
      Math.round(n * share * 0.05 * Math.exp(-(((at / 40 - middle) / 0.18) ** 2)) * (0.85 + 0.3 * next())),
    ),
  });
  const shift = next() * 0.25;
  return {
    groups: [group('accepted', 0.55, 0.66), group('rejected', 0.55 - shift, 0.29)],
    low: 0,
    high: scale,
    auc: round(0.5 + shift * 1.5),
    ks: round(shift * 2.2),
    basis: exact(rows),
  };
}

function drift(found, periods, next) {
  const psi = periods.map(() => round(next() ** 4 * 0.6));
  const greatest = Math.max(...psi);
  const middle = found.number?.quantiles[4].value ?? 0.62;
  return {
    psi,
    greatest,
    period: psi.indexOf(greatest),
    verdict: greatest >= 0.25 ? 'strong' : greatest >= 0.1 ? 'moderate' : 'stable',
    series: periods.map(() => round(middle * (0.95 + 0.1 * next()))),
    missing: periods.map(() => round(0.1 + 0.02 * next())),
    by_hour: 0.031,
    by_weekday: 0.004,
    seasonal: false,
  };
}

function dates(n, rows, next) {
  const hours = Array.from({ length: 24 }, (_, hour) =>
    Math.round((n / 10) * Math.exp(-(((hour - 14) / 4.5) ** 2)) * (0.9 + 0.2 * next())),
  );
  const series = Array.from({ length: 31 }, (_, day) => ({
    start: new Date(Date.UTC(2025, 0, 8 + day)).toISOString().slice(0, 10),
    count: day % 7 === 4 ? 0 : Math.round((n / 31) * (0.7 + 0.6 * next())),
  }));
  return {
    n,
    first: '2025-01-08',
    last: '2025-02-07',
    span_ms: 30 * 86_400_000,
    offset_minutes: -300,
    whole_days: false,
    hours,
    weekdays: [0.18, 0.17, 0.17, 0.16, 0.16, 0.1, 0.06].map(share => Math.round(n * share)),
    weekday_hours: Array.from({ length: 168 }, (_, at) =>
      Math.round((hours[at % 24] ?? 0) * (at >= 120 ? 0.06 : 0.17)),
    ),
    series,
    series_unit: 'day',
    gaps: {
      median_ms: 61_000,
      longest: [
        { from: '2025-01-12', to: '2025-01-13', length_ms: 86_000_000 },
        { from: '2025-01-19', to: '2025-01-20', length_ms: 41_000_000 },
      ],
      days_without_rows: 4,
    },
    order: 'none',
    basis: exact(rows),
  };
}

function values(kind, of, n) {
  if (kind === 'boolean')
    return [
      { value: true, count: Math.ceil(n * 0.7) },
      ...(n > 1 ? [{ value: false, count: Math.floor(n * 0.3) }] : []),
    ];
  if (kind === 'constant') return [{ value: 'validate', count: n }];
  if (of.role === 'code')
    return [0, 1402, 301, 1105]
      .slice(0, n)
      .map((value, at) => ({ value, count: Math.ceil(n / (at + 1) ** 2 / 2) }));
  const names = of.odd
    ? ['<b>bold</b>', `"' onload=alert(1)`, `${EMOJI} family`, `${'x'.repeat(119)}…`, '', ' padded ']
    : ['PORTRAIT', 'LANDSCAPE', 'SQUARE', 'FULLHD', 'HD', 'SD'];
  return names
    .slice(0, n)
    .map((value, at) => ({ value, count: Math.max(1, Math.ceil(n / (at + 1) ** 2 / 2)) }));
}

function texts(odd, n, rows, next) {
  const counts = Array.from({ length: 60 }, (_, at) =>
    Math.round(n * 0.04 * Math.exp(-(((at - 20) / 12) ** 2)) * (0.8 + 0.4 * next())),
  );
  const longest = odd ? 1_048_576 : 60;
  return {
    lengths: {
      min: 3,
      max: longest,
      mean: 21.4,
      median: 20,
      histogram: {
        low: 0,
        high: longest,
        counts,
        below: 0,
        above: 0,
        suggested: { sqrt: 20, sturges: 10, freedman_diaconis: 24 },
      },
    },
    characters: n * 21,
    distinct_characters: 74,
    common_characters: [' ', 'e', 'a', odd ? EMOJI : 'o', 'i', '\u200b', 'ñ', '<'].map((name, at) => ({
      name,
      count: Math.max(1, Math.round((n * 4) / (at + 1))),
    })),
    categories: [
      ['Ll', 15],
      ['Zs', 3],
      ['Lu', 2],
      ['Nd', 1],
    ].map(([name, share]) => ({ name, count: n * share })),
    scripts: [
      ['Latin', 17],
      ['Common', 4],
    ].map(([name, share]) => ({ name, count: n * share })),
    words: n * 4,
    common_words: ['picture', 'the', 'face', 'quality', 'far', 'near', odd ? '<script>' : 'found'].map(
      (word, at) => ({ word, count: Math.max(1, Math.round(n / (at + 1))) }),
    ),
    words_basis: exact(rows),
    forms: { number: 3, date: 0, boolean: 0, blank: 2, other: Math.max(0, n - 5), padded: 7 },
    basis: exact(rows),
  };
}

function pick(from, keys) {
  return Object.fromEntries(keys.filter(key => from[key] !== undefined).map(key => [key, from[key]]));
}

function round(value) {
  return Number(value.toPrecision(5));
}
