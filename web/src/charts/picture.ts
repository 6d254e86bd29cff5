// A chart as a picture, PNG or SVG, with its title and legend. Loaded when first asked for.
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Drawn, LegendItem } from './draw.ts';
import type { Look } from './look.ts';

use([SVGRenderer]);

type Frame = { title: string; note: string; drawn: Drawn; look: Look; width: number; height: number };

const PADDING = 16;
const LINE = 18;

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
}

/** The chart as an SVG document of its own. */
export function svgOf({ title, note, drawn, look, width, height }: Frame): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ ...drawn.option, animation: false });
  const inner = chart.renderToSVGString();
  chart.dispose();
  const legend = legendOf(drawn, width, look);
  const top = PADDING + 22 + (note ? LINE : 0) + legend.height + 6;
  const full = { width: width + 2 * PADDING, height: top + height + PADDING };
  const text = (y: number, size: number, fill: string, words: string, weight = 400) =>
    `<text x="${PADDING}" y="${y}" font-family="${escapeText(look.font)}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeText(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${full.width}" height="${full.height}" viewBox="0 0 ${full.width} ${full.height}">`,
    `<rect width="100%" height="100%" fill="${look.surface}"/>`,
    text(PADDING + 14, 16, look.ink, title, 600),
    note ? text(PADDING + 14 + LINE, 12, look.soft, note) : '',
    `<g transform="translate(${PADDING} ${PADDING + 22 + (note ? LINE : 0)})">${legend.svg}</g>`,
    `<svg x="${PADDING}" y="${top}" width="${width}" height="${height}">${inner}</svg>`,
    '</svg>',
  ].join('');
}

function legendOf(drawn: Drawn, width: number, look: Look): { svg: string; height: number } {
  let x = 0;
  let y = 0;
  const parts = drawn.legend.map(item => {
    const label = `${item.label}${item.value ? `  ${item.value}` : ''}`;
    const wide = 26 + label.length * 6.6;
    if (x > 0 && x + wide > width) {
      x = 0;
      y += LINE;
    }
    const svg =
      `<g transform="translate(${x} ${y + 3})">${signOf(item)}</g>` +
      `<text x="${x + 16}" y="${y + 13}" font-family="${escapeText(look.font)}" font-size="12" fill="${look.soft}">${escapeText(label)}</text>`;
    x += wide;
    return svg;
  });
  return { svg: parts.join(''), height: parts.length > 0 ? y + LINE : 0 };
}

/** As on the page: a square, a line, or what stands for the period before. */
function signOf({ shape, colour }: LegendItem): string {
  switch (shape) {
    case 'diamond':
      return `<path d="M6 1l5 5-5 5-5-5z" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    case 'dashed':
      return `<path d="M0 6h4.5m3 0H12" stroke="${colour}" stroke-width="2"/>`;
    case 'line':
      return `<rect y="4" width="11" height="3" rx="1" fill="${colour}"/>`;
    default:
      return `<rect width="11" height="11" rx="2" fill="${colour}"/>`;
  }
}

/** The same as a PNG, at twice the size. */
export async function pngOf(frame: Frame): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svgOf(frame)], { type: 'image/svg+xml' }));
  try {
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.scale(2, 2);
    context.drawImage(image, 0, 0);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
