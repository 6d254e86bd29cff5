// A square of coefficients between columns: cool below nothing, warm above, the ground at nothing.
import { tableOf } from '../../charts/data.ts';
import { type Ctx, categoryAxis, type Drawn, nameLabel } from '../../charts/draw.ts';
import { blend, textOn } from '../../charts/look.ts';

export type SquareOptions = {
  names: readonly string[];
  /** The same as they are said on axes. */
  short: readonly string[];
  /** Coefficient of two places; null where there is none. */
  at: (row: number, column: number) => number | null;
  /** Two places are near and far of one thing. */
  pair?: (row: number, column: number) => boolean;
  columnTitle: string;
  otherTitle: string;
  valueTitle: string;
  pairNote: string;
  value: (value: number) => string;
  /** Pixels from edge to edge that there are. */
  width: number;
};

/** Names along the top take room of their own. */
const NAMES = 170;
const TOP = 120;

/** The colour of a coefficient from −1 to 1, told apart by colour-blind eyes: orange and blue. */
export function diverging(ctx: Ctx, value: number): string {
  const ground = ctx.look.dark ? '#212d38' : '#f4f6f8';
  const part = Math.min(Math.abs(value), 1);
  return value >= 0 ? blend(ground, ctx.look.heat[1], part) : blend(ground, ctx.look.rejected, part);
}

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(span: [number, number]): [number, number];
};

export function square(ctx: Ctx, options: SquareOptions): Drawn {
  const { look } = ctx;
  const { names } = options;
  const table = tableOf([
    [options.columnTitle, false],
    [options.otherTitle, false],
    [options.valueTitle, true],
  ]);
  const data: object[] = [];
  const marks: { value: number; pair: boolean }[] = [];
  for (let row = 0; row < names.length; row += 1) {
    for (let column = 0; column < names.length; column += 1) {
      const value = row === column ? null : options.at(row, column);
      if (value === null) continue;
      const pair = options.pair?.(row, column) ?? false;
      const title = `${names[row]} × ${names[column]}`;
      if (column < row) {
        table.rows.push({
          cells: [names[row] ?? '', names[column] ?? '', options.value(value)],
          raw: [names[row] ?? '', names[column] ?? '', value],
          marks: [],
        });
      }
      marks.push({ value, pair });
      data.push({
        value: [column, row, value],
        tip: {
          title,
          lines: [[options.valueTitle, options.value(value)]],
          ...(pair ? { note: options.pairNote } : {}),
        },
      });
    }
  }
  table.rows.sort((a, b) => Math.abs(Number(b.raw[2])) - Math.abs(Number(a.raw[2])));
  const left = look.narrow ? 90 : NAMES;
  const cell = Math.max(4, Math.min(28, (options.width - left - 24) / Math.max(names.length, 1)));
  const label = { fontSize: Math.max(7, Math.min(11, cell)) * look.scale };
  const show = cell >= 7;
  return {
    option: {
      grid: {
        left: show ? left : 8,
        top: show ? TOP : 8,
        width: cell * names.length,
        height: cell * names.length,
        outerBoundsMode: 'none',
      },
      xAxis: {
        ...categoryAxis(look, options.short, {
          ...nameLabel(look, TOP - 8),
          ...label,
          rotate: 90,
          show,
        }),
        axisLine: { show: false },
        position: 'top',
      },
      yAxis: {
        ...categoryAxis(look, options.short, { ...nameLabel(look, left - 8), ...label, show }),
        axisLine: { show: false },
        inverse: true,
      },
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          // All at once: paper does not wait for the rest.
          progressive: 0,
          encode: { x: 0, y: 1 },
          renderItem: (params: { dataIndex: number }, api: Api) =>
            cellShape(api, marks[params.dataIndex], ctx, options),
          data,
        },
      ],
    },
    table,
    legend: [],
    height: Math.ceil((cell * names.length + (show ? TOP : 8) + 12) / look.scale),
  };
}

function cellShape(
  api: Api,
  mark: { value: number; pair: boolean } | undefined,
  ctx: Ctx,
  options: SquareOptions,
) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([1, 1]);
  const fill = diverging(ctx, mark?.value ?? 0);
  const gap = width > 8 ? 0.5 : 0;
  return {
    type: 'rect',
    shape: {
      x: x - width / 2 + gap,
      y: y - height / 2 + gap,
      width: width - 2 * gap,
      height: height - 2 * gap,
    },
    style: mark?.pair ? { fill, stroke: ctx.look.ink, lineWidth: 1.2 } : { fill },
    emphasis: { style: { stroke: ctx.look.ink, lineWidth: 1.5 } },
    ...(width >= 26 && mark
      ? {
          textContent: {
            style: {
              text: options.value(mark.value),
              fill: textOn(fill),
              font: `${Math.round(9.5 * ctx.look.scale)}px ${ctx.look.font}`,
            },
          },
          textConfig: { position: 'inside' },
        }
      : {}),
  };
}
