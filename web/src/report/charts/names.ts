// Room for the long names of columns, in charts whose names are usually short.
import type { Ctx, Drawn } from '../../charts/draw.ts';
import { nameLabel } from '../../charts/draw.ts';

/** The same chart with more room for its names. */
export function widerNames(drawn: Drawn, ctx: Ctx, width: number): Drawn {
  const axis = drawn.option.yAxis as { axisLabel?: object };
  const axisLabel = { ...axis.axisLabel, ...nameLabel(ctx.look, ctx.look.narrow ? 130 : width) };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, axisLabel } } };
}

/** Parts that make up a whole: the axis ends at all of it. */
export function toWhole(drawn: Drawn, ctx: Ctx): Drawn {
  const axis = drawn.option.xAxis as { axisLabel?: object };
  const axisLabel = { ...axis.axisLabel, formatter: (value: number) => ctx.say.share(value, 0) };
  const xAxis = { ...axis, axisLabel, min: 0, max: 1, interval: ctx.look.narrow ? 0.5 : 0.25 };
  return { ...drawn, option: { ...drawn.option, xAxis } };
}

/** A value axis that need not begin at nothing: what changes is seen. */
export function fromLeast(drawn: Drawn): Drawn {
  const { min: _, ...axis } = drawn.option.yAxis as { min?: unknown };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, scale: true, splitNumber: 3 } } };
}
