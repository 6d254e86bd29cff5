// Coefficients as a report stores them: the upper triangle without its diagonal, row by row.

/** The coefficient of two places of so many. */
export function triangleAt(
  values: readonly (number | null)[],
  size: number,
  row: number,
  column: number,
): number | null {
  if (row === column) return null;
  const [low, high] = row < column ? [row, column] : [column, row];
  return values[low * size - (low * (low + 1)) / 2 + (high - low - 1)] ?? null;
}
