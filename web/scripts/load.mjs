// Asks a server for whole tabs, each time with other filters, as a person who clicks about does;
// prints a row of a table for each tab. The questions are the same at every run.
// `node scripts/load.mjs ADDRESS [QUESTIONS] [AT_ONCE]`
const [address, questions = '200', atOnce = '1'] = process.argv.slice(2);
if (!address) {
  console.error('load: give the address of a server, as `veriscope serve` prints it');
  process.exit(2);
}
const TABS = ['clients', 'microservices', 'retries'];
const api = new URL('/api/v1/', address);

async function ask(path) {
  const began = performance.now();
  const response = await fetch(new URL(path, api), { headers: { accept: 'application/json' } });
  const body = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${body.detail ?? ''}`);
  return { body, ms: performance.now() - began };
}

// A linear congruential generator (Numerical Recipes): the order of questions never differs.
let state = 1;
function randomInt(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const pick = values => values[randomInt(values.length)];

/** A question like those of a dashboard: one to three filters, a range of days in half of them. */
function question(dimensions) {
  const query = new URLSearchParams();
  const days = dimensions.find(one => one.kind === 'day')?.values.map(one => one.value) ?? [];
  if (days.length > 1 && randomInt(2) === 0) {
    const sorted = [...days].sort();
    const from = randomInt(sorted.length);
    query.set('day', `${sorted[from]}..${sorted[from + randomInt(sorted.length - from)]}`);
  }
  const others = dimensions.filter(one => one.kind !== 'day' && one.values.length > 1);
  for (let filters = randomInt(3); filters >= 0; filters -= 1) {
    const dimension = pick(others);
    query.set(dimension.column, String(pick(dimension.values).value ?? ''));
  }
  return query;
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const { body: meta } = await ask('meta');
const server = { clients: [], microservices: [], retries: [] };
const wall = { clients: [], microservices: [], retries: [] };
for (const tab of TABS) {
  let left = Number(questions);
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { body, ms } = await ask(`tabs/${tab}?${question(meta.dimensions)}`);
      wall[tab].push(ms);
      server[tab].push(body.basis.elapsed_ms);
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
}
for (const tab of TABS) {
  const cells = [server[tab], wall[tab]].flatMap(all => {
    all.sort((one, other) => one - other);
    return [quantile(all, 0.5), quantile(all, 0.95)].map(ms => `${ms.toFixed(0)} ms`);
  });
  console.log(`| tab \`${tab}\`, ${questions} questions, ${atOnce} at once | ${cells.join(' | ')} |`);
}
