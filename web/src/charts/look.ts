// Colours of charts in light and dark: apart for colour-blind eyes, 3:1 and more on their ground.

export type Look = {
  dark: boolean;
  /** Text is larger on a screen that is read from afar. */
  scale: number;
  /** As on a phone: names get less room. */
  narrow: boolean;
  surface: string;
  ink: string;
  soft: string;
  line: string;
  /** Bars that stand for one thing alone. */
  plain: string;
  /** Groups put together, and what has no name. */
  rest: string;
  series: readonly string[];
  accepted: string;
  rejected: string;
  technical: string;
  /** From little to much. */
  heat: readonly [string, string];
  font: string;
};

// Single quotes: ECharts puts the name as it is into attributes of SVG.
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', sans-serif";

export const LIGHT: Look = {
  dark: false,
  scale: 1,
  narrow: false,
  surface: '#ffffff',
  ink: '#1c2733',
  soft: '#566372',
  line: '#d9dfe5',
  plain: '#2a78ad',
  rest: '#808b96',
  series: [
    '#0072b2',
    '#c46a00',
    '#00875f',
    '#a8498a',
    '#7d6f00',
    '#3f51a3',
    '#b8433a',
    '#1a8a99',
    '#7a4fb3',
    '#5b6b2f',
  ],
  accepted: '#00875f',
  rejected: '#c9540a',
  technical: '#7a4fb3',
  heat: ['#eef4f9', '#0b5c8f'],
  font: FONT,
};

export const DARK: Look = {
  dark: true,
  scale: 1,
  narrow: false,
  surface: '#1a222b',
  ink: '#e8edf2',
  soft: '#a7b3bf',
  line: '#35414d',
  plain: '#5aa9dd',
  rest: '#8794a1',
  series: [
    '#56a8e0',
    '#e69f00',
    '#2bbf94',
    '#d98cc0',
    '#cfc243',
    '#93a2f5',
    '#f0837a',
    '#5fc9d6',
    '#bb9bf0',
    '#a9bd6c',
  ],
  accepted: '#2bbf94',
  rejected: '#f0914a',
  technical: '#bb9bf0',
  heat: ['#212d38', '#6cb8ec'],
  font: FONT,
};

/** A colour of a series by its place; more than there are colours begin again. */
export function seriesColour(look: Look, index: number): string {
  return look.series[index % look.series.length] ?? look.plain;
}

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour between two; `part` from 0 to 1. */
export function blend(from: string, to: string, part: number): string {
  const [r1, g1, b1] = channels(from);
  const [r2, g2, b2] = channels(to);
  const mix = (a: number, b: number) =>
    Math.round(a + (b - a) * part)
      .toString(16)
      .padStart(2, '0');
  return `#${mix(r1, r2)}${mix(g1, g2)}${mix(b1, b2)}`;
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map(c => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** The colour of text that reads best on a ground. */
export function textOn(ground: string): string {
  return contrast(ground, '#ffffff') >= contrast(ground, '#000000') ? '#ffffff' : '#000000';
}
