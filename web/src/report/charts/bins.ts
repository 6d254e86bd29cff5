// Bins of a histogram: fine ones of one width, put together into fewer.

export type Bins = { low: number; high: number; counts: readonly number[] };

/** Numbers of bins that fine bins can be put together into without cutting one. */
export function divisors(fine: number): number[] {
  const found: number[] = [];
  for (let count = 1; count <= fine; count += 1) if (fine % count === 0) found.push(count);
  return found;
}

/** The possible number of bins that is nearest to a wanted one, in proportion. */
export function nearestBins(fine: number, wanted: number): number {
  const off = (count: number) => Math.abs(Math.log(count / Math.max(wanted, 1)));
  return divisors(fine).reduce((best, count) => (off(count) < off(best) ? count : best), 1);
}

/** Fine bins put together into so many; the number must divide theirs. */
export function regroup(bins: Bins, count: number): Bins {
  const each = bins.counts.length / count;
  if (!Number.isInteger(each)) return bins;
  const counts = Array.from({ length: count }, (_, index) =>
    bins.counts.slice(index * each, (index + 1) * each).reduce((sum, one) => sum + one, 0),
  );
  return { ...bins, counts };
}

/** Where a bin begins and ends. */
export function edges(bins: Bins, index: number): [number, number] {
  const width = (bins.high - bins.low) / bins.counts.length;
  return [bins.low + width * index, bins.low + width * (index + 1)];
}
