// Numbers as people read them in a language: counts, shares, times, intervals.

export type Language = 'en' | 'es';

const cache = new Map<string, Intl.NumberFormat>();

function formatter(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { useGrouping: true, ...options });
  cache.set(key, made);
  return made;
}

export function formatNumber(language: Language, value: number, digits = 0): string {
  return formatter(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A number with about three figures that matter. */
export function formatPlain(language: Language, value: number): string {
  if (Number.isInteger(value)) return formatNumber(language, value);
  return formatter(language, { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 }).format(value);
}

/** A short number for axes: 1.2K, 3 M. */
export function formatShort(language: Language, value: number): string {
  if (Math.abs(value) < 10_000) return formatPlain(language, value);
  return formatter(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

export function formatShare(language: Language, value: number, digits = 1): string {
  return formatter(language, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A difference of two shares, in points. */
export function formatPoints(language: Language, value: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' } as const;
  return formatter(language, digits).format(value * 100);
}

/** A difference of two counts, with its sign. */
export function formatDifference(language: Language, value: number): string {
  return formatter(language, { maximumFractionDigits: 0, signDisplay: 'exceptZero' }).format(value);
}

export function formatChange(language: Language, value: number): string {
  const options = { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' } as const;
  return formatter(language, options).format(value);
}

const UNITS: [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [10_000, 's'],
];

/** Milliseconds, as ms below ten seconds and in the largest fitting unit above. */
export function formatMs(language: Language, ms: number): string {
  const size = Math.abs(ms);
  for (const [from, unit] of UNITS) {
    if (size < from) continue;
    const per = unit === 's' ? 1000 : from;
    return `${formatter(language, { maximumSignificantDigits: 3 }).format(ms / per)} ${unit}`;
  }
  return `${formatter(language, size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).format(ms)} ms`;
}

/** Labels of an axis of times: one unit for all, by the largest value on it. */
export function formatMsOf(language: Language, ms: number, largest: number): string {
  if (largest < 8000) return formatMs(language, ms);
  const [per, unit] =
    largest < 60_000 ? [1000, 's'] : largest < 3_600_000 ? [60_000, 'min'] : [3_600_000, 'h'];
  return `${formatter(language, { maximumSignificantDigits: 3 }).format(ms / per)} ${unit}`;
}

/** How long something took, in seconds from one on. */
export function formatLasting(language: Language, ms: number): string {
  if (ms < 1000 || ms >= 10_000) return formatMs(language, ms);
  return `${formatter(language, { maximumSignificantDigits: 3 }).format(ms / 1000)} s`;
}

/** A value in the unit of its metric. */
export function formatUnit(language: Language, value: number, unit: string): string {
  switch (unit) {
    case 'count':
      return formatNumber(language, value);
    case 'share':
      return formatShare(language, value);
    case 'ms':
      return formatMs(language, value);
    case 'seconds':
      return formatMs(language, value * 1000);
    default:
      return formatPlain(language, value);
  }
}

/** `low – high` in a unit, which is written once where it is the same. */
export function formatRange(language: Language, low: number, high: number, unit: string): string {
  const from = formatUnit(language, low, unit);
  const to = formatUnit(language, high, unit);
  if (from === to) return from;
  const suffix = /[\s\u00a0]?(%|ms|s|min|h|d)$/.exec(to)?.[0];
  const head = suffix && from.endsWith(suffix) ? from.slice(0, -suffix.length) : from;
  return `${head} – ${to}`;
}
