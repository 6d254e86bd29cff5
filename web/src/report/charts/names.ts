// Room for the long names of columns, in charts whose names are usually short.
import type { Ctx, Drawn } from '../../charts/draw.ts';
import { nameLabel } from '../../charts/draw.ts';

/** The same chart with more room for its names. */
export function widerNames(drawn: Drawn, ctx: Ctx, width: number): Drawn {
  const axis = drawn.option.yAxis as { axisLabel?: object };
  const axisLabel = { ...axis.axisLabel, ...nameLabel(ctx.look, ctx.look.narrow ? 130 : width) };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, axisLabel } } };
}

/** A value axis that need not begin at nothing: what changes is seen. */
export function fromLeast(drawn: Drawn): Drawn {
  const { min: _, ...axis } = drawn.option.yAxis as { min?: unknown };
  return { ...drawn, option: { ...drawn.option, yAxis: { ...axis, scale: true, splitNumber: 3 } } };
}
