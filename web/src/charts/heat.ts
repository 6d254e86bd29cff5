// Fields of colour: weekday by hour, days of a calendar, codes by size class.
import { daysBetween, mondayOf, weekdayOf } from '../format/date.ts';
import { type Mark, type MetricTable, type NumRow, tableOf } from './data.ts';
import {
  type Ctx,
  categoryAxis,
  DIMMED,
  type Drawn,
  grid,
  isChosen,
  nameLabel,
  opacity,
  rowsHeight,
} from './draw.ts';
import { blend, textOn } from './look.ts';

type HeatCell = { x: number; y: number; row: NumRow; marks: Mark[]; title: string };
type HeatOptions = {
  columns: readonly string[];
  rows: readonly string[];
  cells: readonly HeatCell[];
  unit: string;
  metricTitle: string;
  /** Colour by the logarithm, where few cells would swallow all others. */
  log?: boolean;
  /** Say the numbers in the cells. */
  numbers?: boolean;
  columnTitle: string;
  rowTitle: string;
  names?: number;
  top?: boolean;
};

/** Where a value stands between the least and the most, 0 to 1. */
function scaleOf(cells: readonly HeatCell[], unit: string, log: boolean): (value: number) => number {
  const values = cells.flatMap(cell => (cell.row.value === null ? [] : [cell.row.value]));
  const at = (value: number) => (log ? Math.log10(Math.max(value, 1)) : value);
  const high = Math.max(...values.map(at), unit === 'share' ? 0.01 : 1);
  const low = unit === 'share' ? Math.min(...values.map(at), high) : 0;
  return value => (high > low ? 0.06 + (0.94 * (at(value) - low)) / (high - low) : 0.6);
}

function heat(ctx: Ctx, options: HeatOptions): Drawn {
  const { look, say } = ctx;
  const scale = scaleOf(options.cells, options.unit, options.log ?? false);
  const table = tableOf([
    [options.rowTitle, false],
    [options.columnTitle, false],
    [options.metricTitle, true],
    [say.words.n, true],
  ]);
  table.rows = options.cells.map(cell => ({
    cells: [
      options.rows[cell.y] ?? '',
      options.columns[cell.x] ?? '',
      say.num(cell.row, options.unit),
      say.count(cell.row.n),
    ],
    raw: [options.rows[cell.y] ?? null, options.columns[cell.x] ?? null, cell.row.value, cell.row.n],
    marks: cell.marks,
  }));
  const data = options.cells.map(cell => {
    const colour =
      cell.row.value === null ? look.surface : blend(look.heat[0], look.heat[1], scale(cell.row.value));
    return {
      value: [cell.x, cell.y, cell.row.value ?? 0],
      marks: cell.marks,
      tip: {
        title: cell.title,
        lines: [
          [options.metricTitle, say.num(cell.row, options.unit)],
          ...(options.unit === 'count' ? [] : say.basisOf(cell.row, options.unit)),
        ],
      },
      itemStyle: {
        color: colour,
        opacity: opacity(ctx, cell.marks),
        borderColor: isChosen(ctx, cell.marks)
          ? look.ink
          : cell.row.value === null
            ? look.line
            : look.surface,
        borderWidth: isChosen(ctx, cell.marks) ? 2 : 1,
      },
    };
  });
  const painted = options.cells.map((cell, index) => {
    const style = data[index]?.itemStyle;
    const text = cell.row.too_few ? '·' : say.num(cell.row, options.unit);
    return { style, text: options.numbers ? text : '' };
  });
  return {
    option: {
      grid: grid(),
      xAxis: {
        ...categoryAxis(look, options.columns, { hideOverlap: true }),
        axisLine: { show: false },
        ...(options.top ? { position: 'top' } : {}),
      },
      yAxis: {
        ...categoryAxis(look, options.rows, nameLabel(look, options.names ?? 90)),
        axisLine: { show: false },
        inverse: true,
      },
      tooltip: { trigger: 'item' },
      series: [
        {
          type: 'custom',
          encode: { x: 0, y: 1 },
          renderItem: (params: { dataIndex: number }, api: Api) =>
            cellShape(api, painted[params.dataIndex], ctx),
          data,
        },
      ],
    },
    table,
    legend: [],
  };
}

type Api = {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
  size(span: [number, number]): [number, number];
};
type Painted = {
  style: { color: string; opacity: number; borderColor: string; borderWidth: number } | undefined;
  text: string;
};

function cellShape(api: Api, painted: Painted | undefined, ctx: Ctx) {
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([1, 1]);
  const style = painted?.style;
  return {
    type: 'rect',
    shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 2 },
    style: {
      fill: style?.color,
      opacity: style?.opacity,
      stroke: style?.borderColor,
      lineWidth: style?.borderWidth,
    },
    emphasis: { style: { stroke: ctx.look.ink, lineWidth: 2 } },
    textContent:
      painted?.text && width > 26
        ? {
            style: {
              text: painted.text,
              // A cell that is filtered away is near the colour of the card.
              fill: style?.opacity === DIMMED ? ctx.look.soft : textOn(style?.color ?? ctx.look.surface),
              font: `${Math.round(11 * ctx.look.scale)}px ${ctx.look.font}`,
            },
          }
        : undefined,
    textConfig: { position: 'inside' },
  };
}

/** Weekdays down, hours across. */
export function weekByHour(table: MetricTable, ctx: Ctx, metricTitle: string): Drawn {
  const [weekday = 'weekday', hour = 'hour'] = table.by;
  const hours = Array.from({ length: 24 }, (_, index) => String(index).padStart(2, '0'));
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  const cells = table.rows.flatMap((row): HeatCell[] => {
    const [day, at] = row.dimensions;
    if (typeof day !== 'number' || typeof at !== 'number') return [];
    const marks = [
      { column: weekday, value: day },
      { column: hour, value: at },
    ];
    const span = `${hours[at] ?? at}:00 – ${hours[at] ?? at}:59`;
    return [{ x: at, y: day - 1, row, marks, title: `${ctx.say.weekday(day)}, ${span}` }];
  });
  const drawn = heat(ctx, {
    columns: hours,
    rows: weekdays.map(day => ctx.say.weekday(day, 'short')),
    cells,
    unit: table.unit,
    metricTitle,
    columnTitle: ctx.title(hour),
    rowTitle: ctx.title(weekday),
    names: 44,
  });
  return { ...drawn, height: 230 };
}

/** Weeks across, weekdays down: each day a cell. */
export function calendar(table: MetricTable, ctx: Ctx, metricTitle: string): Drawn {
  const byDay = new Map<string, NumRow>();
  for (const row of table.rows) {
    const day = String(row.dimensions[0]);
    const known = byDay.get(day);
    // Transactions by day and client add up to those of the day.
    const value = known ? (known.value ?? 0) + (row.value ?? 0) : row.value;
    byDay.set(day, { ...row, value, n: (known?.n ?? 0) + row.n, dimensions: [day] });
  }
  const known = [...byDay.keys()].sort();
  const first = known[0];
  const last = known.at(-1);
  const weeks = first && last ? [...new Set(daysBetween(first, last).map(mondayOf))] : [];
  const cells = known.map((day): HeatCell => {
    const row = byDay.get(day);
    return {
      x: weeks.indexOf(mondayOf(day)),
      y: weekdayOf(day) - 1,
      row: row ?? {
        dimensions: [],
        value: null,
        low: null,
        high: null,
        n: 0,
        persons: null,
        too_few: false,
        approximate: false,
      },
      marks: [{ column: table.by[0] ?? 'day', value: day }],
      title: ctx.say.dayLong(day),
    };
  });
  const drawn = heat(ctx, {
    columns: weeks.map(week => ctx.say.dayShort(week)),
    rows: [1, 2, 3, 4, 5, 6, 7].map(day => ctx.say.weekday(day, 'short')),
    cells,
    unit: table.unit,
    metricTitle,
    columnTitle: ctx.title('week'),
    rowTitle: ctx.title('weekday'),
    numbers: weeks.length <= 8,
    names: 44,
  });
  drawn.table.columns = [
    { title: ctx.title('day'), numeric: false },
    { title: metricTitle, numeric: true },
    { title: ctx.say.words.n, numeric: true },
  ];
  drawn.table.rows = cells.map(cell => {
    const day = String(cell.marks[0]?.value);
    return {
      cells: [ctx.say.day(day), ctx.say.num(cell.row, table.unit), ctx.say.count(cell.row.n)],
      raw: [day, cell.row.value, cell.row.n],
      marks: cell.marks,
    };
  });
  return { ...drawn, height: 230 };
}

/** One column down, another across, with the numbers in the cells. */
export function crossTable(
  table: MetricTable,
  ctx: Ctx,
  metricTitle: string,
  order: readonly string[] = [],
): Drawn {
  const [down = '', across = ''] = table.by;
  const sums = (index: 0 | 1) => {
    const found = new Map<string, { value: NumRow['dimensions'][number]; sum: number }>();
    for (const row of table.rows) {
      const value = row.dimensions[index] ?? null;
      const key = JSON.stringify(value);
      found.set(key, { value, sum: (found.get(key)?.sum ?? 0) + (row.value ?? 0) });
    }
    return [...found.values()].sort((a, b) => b.sum - a.sum).map(one => one.value);
  };
  const downs = sums(0);
  const place = (value: unknown) => {
    const at = order.indexOf(String(value));
    return at < 0 ? order.length : at;
  };
  const acrosses = sums(1).sort((a, b) => place(a) - place(b));
  const cells = table.rows.map((row): HeatCell => {
    const [a = null, b = null] = row.dimensions;
    return {
      x: acrosses.indexOf(b),
      y: downs.indexOf(a),
      row,
      marks: [
        { column: down, value: a },
        { column: across, value: b },
      ],
      title: `${ctx.fullName(down, a)} × ${ctx.fullName(across, b)}`,
    };
  });
  const name = (value: NumRow['dimensions'][number]) =>
    value === null && table.others > 0
      ? ctx.say.words.others(ctx.say.count(table.others))
      : ctx.name(across, value);
  const drawn = heat(ctx, {
    columns: acrosses.map(name),
    rows: downs.map(value => ctx.fullName(down, value)),
    cells,
    unit: table.unit,
    metricTitle,
    log: true,
    numbers: true,
    columnTitle: ctx.title(across),
    rowTitle: ctx.title(down),
    names: 172,
    top: true,
  });
  return { ...drawn, height: rowsHeight(downs.length, 25) };
}
