// Room for the long names of columns, in charts whose names are usually short.
import type { Ctx, Drawn } from '../../charts/draw.ts';
import { nameLabel } from '../../charts/draw.ts';

/** The same chart with more room for its names. */
export function widerNames(drawn: Drawn, ctx: Ctx, width: number): Drawn {
  const axis = drawn.option.yAxis as { axisLabel?: object };
  const axisLabel = { ...axis.axisLabel, ...nameLabel(ctx.look, ctx.look.narrow ? 130 : width) };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, axisLabel } } };
}

/** Where an axis of shares ends: at all, or nearer where none comes so far. */
const ENDS = [0.04, 0.08, 0.2, 0.4, 1];

/** Parts of a whole: the axis ends at all of it, or where the largest has room. */
export function toWhole(drawn: Drawn, ctx: Ctx, largest = 1): Drawn {
  const end = ENDS.find(one => largest <= one) ?? 1;
  const axis = drawn.option.xAxis as { axisLabel?: object };
  const axisLabel = { ...axis.axisLabel, formatter: (value: number) => ctx.say.share(value, 0) };
  const xAxis = { ...axis, axisLabel, min: 0, max: end, interval: end / (ctx.look.narrow ? 2 : 4) };
  return { ...drawn, option: { ...drawn.option, xAxis } };
}

/** A value axis that need not begin at nothing: what changes is seen. */
export function fromLeast(drawn: Drawn): Drawn {
  const { min: _, ...axis } = drawn.option.yAxis as { min?: unknown };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, scale: true, splitNumber: 3 } } };
}
