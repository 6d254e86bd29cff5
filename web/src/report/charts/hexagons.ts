// Points put together into hexagons, each coloured by how many of its rows were accepted.

export type Hexagon = { x: number; y: number; n: number; accepted: number; decided: number };

/** Outcome of a row as it stands beside its point. */
export const ACCEPTED = 0;
export const REJECTED = 1;
/** What stands in place of a missing value. */
export const MISSING = 255;

/**
 * Hexagons over the unit square, flat rows of width `1 / across`, by the two-lattices way: each
 * point belongs to the nearer of two offset rectangular lattices' nearest points
 * (Carr et al. 1987, JASA 82(398), 424-436). Points outside 0..1 are left out.
 */
export function hexagons(
  points: readonly { x: number; y: number; outcome: number }[],
  across: number,
  aspect: number,
): Hexagon[] {
  const dx = 1 / across;
  const dy = dx * Math.sqrt(3) * aspect;
  const found = new Map<string, Hexagon>();
  for (const point of points) {
    if (!(point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1)) continue;
    const [ax, ay] = [Math.round(point.x / dx) * dx, Math.round(point.y / dy) * dy];
    const [bx, by] = [(Math.floor(point.x / dx) + 0.5) * dx, (Math.floor(point.y / dy) + 0.5) * dy];
    // Distances in the space where hexagons are regular.
    const off = (cx: number, cy: number) => ((point.x - cx) / dx) ** 2 + 3 * ((point.y - cy) / dy) ** 2;
    const [x, y] = off(ax, ay) <= off(bx, by) ? [ax, ay] : [bx, by];
    const key = `${x.toFixed(5)} ${y.toFixed(5)}`;
    const hexagon = found.get(key) ?? { x, y, n: 0, accepted: 0, decided: 0 };
    hexagon.n += 1;
    if (point.outcome === ACCEPTED) hexagon.accepted += 1;
    if (point.outcome === ACCEPTED || point.outcome === REJECTED) hexagon.decided += 1;
    found.set(key, hexagon);
  }
  return [...found.values()];
}

/** Bytes out of base64. */
export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** A value of 0 to 254 as a share of the column's range; null where it is missing. */
export function partOf(byte: number | undefined): number | null {
  return byte === undefined || byte === MISSING ? null : byte / (MISSING - 1);
}
