// An invented month of transactions from one seed: the same rows on every machine.

const CODES = [
  [1400, 'real image', 'anti-spoofing', 'accepted', null, 9741],
  [302, 'blur/haze', 'image quality heuristics', 'rejected', 'person', 2378],
  [1402, 'spoof image', 'anti-spoofing', 'rejected', 'attack', 845],
  [406, 'non-frontal', 'ICAO', 'rejected', 'person', 683],
  [3002, 'geometry fail', 'geometry check', 'rejected', 'attack', 542],
  [202, 'hand', 'accessory detector', 'rejected', 'person', 217],
  [304, 'bad lights', 'image quality heuristics', 'rejected', 'person', 72],
  [203, 'hat', 'accessory detector', 'rejected', 'person', 59],
  [205, 'sunglasses', 'accessory detector', 'rejected', 'person', 59],
  [102, 'face not found', 'face detector', 'rejected', 'person', 27],
  [301, 'internal error', 'image quality heuristics', 'technical', 'ours', 14],
  [306, 'image not sharp', 'image quality heuristics', 'rejected', 'person', 12],
  [204, 'face mask', 'accessory detector', 'rejected', 'person', 9],
  [103, 'multiple faces', 'face detector', 'rejected', 'person', 7],
  [303, 'bad color', 'image quality heuristics', 'rejected', 'person', 2],
];
export const codes = CODES.map(([code, description, module, outcome, reason]) => ({
  code,
  text: String(code).padStart(4, '0'),
  description,
  module,
  outcome,
  reason,
}));

export const microservices = [
  ['accessory_detector', 'Accessory detector', 40],
  ['face_detector', 'Face detector', 57],
  ['liqe', 'LIQE', 92],
  ['topiq', 'TOPIQ', 230],
  ['classic_metrics', 'Classic metrics', 210],
  ['as_35_selfies', 'Anti-spoofing 3.5 selfies', 76],
  ['ibeta2_crops', 'iBeta2 crops', 74],
  ['ibeta2_full', 'iBeta2 full', 70],
  ['ibeta2_clip', 'iBeta2 CLIP', 24],
  ['geometry_check', 'Geometry check', 13],
].map(([name, title, mean]) => ({
  name,
  title,
  mean,
  images: name === 'geometry_check' ? [] : ['near_img', 'far_img'],
}));

/** How far a transaction gets: each step runs some microservices, and ends some transactions. */
const STEPS = [
  { runs: ['accessory_detector'], stops: [202, 203, 204, 205] },
  { runs: ['face_detector'], stops: [102, 103, 406] },
  { runs: ['liqe', 'topiq', 'classic_metrics'], stops: [301, 302, 303, 304, 306] },
  { runs: ['geometry_check'], stops: [3002] },
  { runs: ['as_35_selfies', 'ibeta2_crops', 'ibeta2_full', 'ibeta2_clip'], stops: [] },
];
/** The column that has a value where a microservice ran. */
export const runColumn = ({ name, images }) => `code_${name}${images.length > 0 ? `_${images[0]}` : ''}`;

function runsOf(code) {
  const stopped = STEPS.findIndex(step => step.stops.includes(code));
  const ran = STEPS.slice(0, stopped < 0 ? STEPS.length : stopped + 1).flatMap(step => step.runs);
  return Object.fromEntries(microservices.map(one => [runColumn(one), ran.includes(one.name) ? 'ok' : null]));
}

const WEEKDAY_WEIGHT = [0, 6, 9, 11, 14, 16, 15, 7];
const HOUR_WEIGHT = [
  2, 1, 1, 1, 0.4, 0.3, 0.6, 3, 18, 26, 38, 36, 30, 24, 37, 35, 46, 28, 25, 16, 7, 16, 9, 3,
];

/** mulberry32: small, seeded, good enough for a fixture. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick(next, weighted) {
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  let at = next() * total;
  for (const [value, weight] of weighted) {
    at -= weight;
    if (at < 0) return value;
  }
  return weighted.at(-1)[0];
}

const CLIENTS = {
  month: [
    ['convenio_1', 55],
    ['convenio_6', 20],
    ['convenio_2', 15],
    ['convenio_4', 6],
    ['convenio_5', 3],
    ['convenio_3', 1],
  ],
  one: [['convenio_1', 1]],
  odd: [
    ['<img src=x onerror="window.hacked=1">"Ban & Co"\'', 60],
    [
      'A client whose name is so long that no card, chip or axis of any chart has room for the whole of it',
      30,
    ],
    [null, 10],
  ],
  many: Array.from({ length: 3000 }, (_, i) => [`client ${String(i + 1).padStart(4, '0')}`, 3000 / (i + 5)]),
};

/** The rows of a month; `kind` is `month`, `one` (client), `odd` (names), `many` (clients), `large` or `empty`. */
export function monthOf(kind) {
  if (kind === 'empty') return [];
  const next = random(20250108);
  const clients = CLIENTS[kind] ?? CLIENTS.month;
  const rows = [];
  const days = Array.from({ length: 24 }, (_, i) => `2025-01-${String(i + 8).padStart(2, '0')}`);
  const dayWeights = days
    .filter(day => !['2025-01-11', '2025-01-12', '2025-01-18'].includes(day))
    .map(day => [day, WEEKDAY_WEIGHT[weekday(day)] * (0.5 + next())]);
  let process = 0;
  while (rows.length < (kind === 'one' ? 1200 : 14654)) {
    process += 1;
    const shared = {
      process: `procesoConvenioGuid_${process}`,
      documento: `documento_${Math.floor(next() ** 1.4 * 3000)}`,
      convenio: pick(next, clients),
      day: pick(next, dayWeights),
      image_quality_near_img: pick(next, [
        ['SD', 80],
        ['FULLHD', 18],
        ['XGA', 2],
      ]),
      aspect_ratio_near_img: pick(next, [
        ['PORTRAIT', 84],
        ['LANDSCAPE', 15],
        ['SQUARE', 1],
      ]),
      device: pick(next, [
        ['phone model A', 40],
        ['phone model B', 30],
        ['phone model D', 12],
        ['', 18],
      ]),
      browser: pick(next, [
        ['Chrome', 50],
        ['Safari', 20],
        ['megvii', 30],
      ]),
      country: pick(next, [
        ['CO', 95],
        ['VE', 2],
        ['EC', 2],
        ['US', 1],
      ]),
    };
    let accepted = false;
    const attempts = next() < 0.6 ? 1 : 1 + Math.floor(next() * 7);
    let hour = Number(
      pick(
        next,
        HOUR_WEIGHT.map((weight, i) => [i, weight]),
      ),
    );
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const code = pick(
        next,
        CODES.map(c => [c, c[5]]),
      );
      if (next() < 0.02) hour = Math.min(23, hour + 1);
      const total = Math.round(
        500 +
          900 * next() +
          1200 * next() ** 4 +
          (shared.image_quality_near_img === 'FULLHD' ? 2400 * next() : 0) +
          (code[0] === 1400 ? 500 : 0),
      );
      rows.push({
        file_token: `t${String(rows.length).padStart(6, '0')}`,
        ...shared,
        week: monday(shared.day),
        month: 1,
        year: 2025,
        weekday: weekday(shared.day),
        image_quality_far_img: shared.image_quality_near_img,
        aspect_ratio_far_img: shared.aspect_ratio_near_img,
        hour,
        minute: Math.floor(next() * 60),
        user_name: `user_name_${1 + Math.floor(next() * 3)}`,
        summary_code: code[0],
        outcome: code[3],
        kind: attempt === 1 ? 'first' : accepted ? 'repeat' : 'retry',
        attempt,
        is_last: attempt === attempts,
        api_hash: shared.day < '2025-01-20' ? '1decade' : '2decade',
        policy_id: shared.day < '2025-01-22' ? 'b4b3cd46a8625728' : '77aa1e02c4419d20',
        total_time_ms: total,
        ...runsOf(code[0]),
      });
      if (code[3] === 'accepted') accepted = true;
    }
  }
  return rows;
}

function weekday(day) {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

function monday(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1 - weekday(day));
  return date.toISOString().slice(0, 10);
}
