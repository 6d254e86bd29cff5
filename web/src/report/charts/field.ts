// A field of cells, one column of the table a row: the darker a cell, the more.
import type { Table } from '../../charts/data.ts';
import { type Ctx, categoryAxis, type Drawn, nameLabel, textStyle } from '../../charts/draw.ts';
import { blend, textOn } from '../../charts/look.ts';

export type FieldCell = {
  x: number;
  y: number;
  /** From 0, the ground, to 1, the full colour. */
  part: number;
  lines: [string, string][];
  text?: string;
  /** Filled with the second colour, and outlined. */
  strong?: boolean;
};
export type FieldOptions = {
  rows: readonly string[];
  /** The same as they are said on the axis. */
  short: readonly string[];
  columns: readonly string[];
  /** Full names of the columns, on hover. */
  titles?: readonly string[];
  cells: readonly FieldCell[];
  table: Table;
  /** Pixels of a row, and room for names. */
  rowHeight?: number;
  names?: number;
  /** Names along the top; else there are too many to say. */
  top?: boolean;
  gap?: number;
};

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(span: [number, number]): [number, number];
};

export function field(ctx: Ctx, options: FieldOptions): Drawn {
  const { look } = ctx;
  const rowHeight = options.rowHeight ?? 15;
  const left = look.narrow ? 110 : (options.names ?? 260);
  const top = options.top ? 26 : 4;
  const bottom = 6;
  const painted = options.cells.map(cell => ({
    fill: blend(look.heat[0], cell.strong ? look.rest : look.heat[1], cell.part),
    text: cell.text ?? '',
  }));
  return {
    option: {
      grid: { left, right: 8, top, bottom, outerBoundsMode: 'none' },
      xAxis: {
        ...categoryAxis(look, options.columns, { interval: 'auto', show: options.top ?? false }),
        axisLine: { show: false },
        position: 'top',
      },
      yAxis: {
        ...categoryAxis(look, options.short, {
          ...textStyle(look, Math.min(11, rowHeight - 3)),
          ...nameLabel(look, left - 8),
          width: left - 10,
        }),
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
            cellShape(api, painted[params.dataIndex], options.gap ?? 0, ctx),
          data: options.cells.map(cell => ({
            value: [cell.x, cell.y, cell.part],
            tip: {
              title: `${options.rows[cell.y] ?? ''} · ${options.titles?.[cell.x] ?? options.columns[cell.x] ?? ''}`,
              lines: cell.lines,
            },
          })),
        },
      ],
    },
    table: options.table,
    legend: [],
    height: Math.ceil(options.rows.length * rowHeight + (top + bottom) / look.scale),
  };
}

function cellShape(api: Api, painted: { fill: string; text: string } | undefined, gap: number, ctx: Ctx) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([1, 1]);
  const fill = painted?.fill ?? ctx.look.surface;
  return {
    type: 'rect',
    // A hair wider than its place, so that no ground shines through between cells.
    shape: {
      x: x - width / 2 + gap,
      y: y - height / 2 + 0.5,
      width: width - 2 * gap + (gap === 0 ? 0.4 : 0),
      height: height - 1,
    },
    style: { fill },
    emphasis: { style: { stroke: ctx.look.ink, lineWidth: 1.5 } },
    ...(painted?.text && width >= 34
      ? {
          textContent: {
            style: {
              text: painted.text,
              fill: textOn(fill),
              font: `${Math.round(10 * ctx.look.scale)}px ${ctx.look.font}`,
            },
          },
          textConfig: { position: 'inside' },
        }
      : {}),
  };
}
