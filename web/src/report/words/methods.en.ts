// What each figure is called and how it is computed, in English.

/** Name and definition, by figure. */
export const methods = {
  rows: ['Rows', 'Rows of the table, as read.'],
  columns: ['Columns', 'Columns of the table, by kind.'],
  memory: ['Size in memory', 'Bytes that the table takes in memory as Arrow columns.'],
  count: ['Values', 'Rows that hold a value: neither missing nor a sentinel.'],
  distinct: [
    'Distinct',
    'Different values. Counted one by one up to a budget; beyond it estimated by HyperLogLog, and marked ≈.',
  ],
  unique: ['Once only', 'Values that occur in exactly one row.'],
  missing: ['Missing', 'Rows without a value: structural ones and gaps together, as a share of all rows.'],
  structural: [
    'Structural',
    'Missing because the transaction had stopped before: in a response code of whose rows 99% and more lack the value, its absence is part of the code.',
  ],
  gaps: ['Gaps', 'Missing where other rows of the same response code have a value.'],
  sentinel: [
    'Sentinels',
    'Values that stand for “not measured”, such as −1 for a probability, and values outside the valid range. Counted apart, left out of every statistic.',
  ],
  infinite: ['Infinite', 'Values of plus or minus infinity. Left out of every other statistic.'],
  nan: ['Not a number', 'Values that are NaN. Counted as missing.'],
  zeros: ['Zeros', 'Values that are exactly 0.'],
  negatives: ['Negative', 'Values below 0.'],
  quantiles: [
    'Quantiles',
    'The value below which a share of the values lies, interpolated linearly between neighbours (type 7 of Hyndman and Fan 1996). Exact while all values fit in memory; beyond that within 0.2% of the value, and marked ≈.',
  ],
  minimum: ['Minimum', 'The least value. Single rows’ values are shown for measurements only.'],
  maximum: ['Maximum', 'The greatest value. Single rows’ values are shown for measurements only.'],
  range: ['Range', 'Maximum minus minimum.'],
  iqr: ['Interquartile range', 'Third quartile minus first quartile.'],
  median: ['Median', 'The middle value: half of the values lie below it.'],
  mean: ['Mean', 'Sum of the values divided by their number.'],
  sd: ['Standard deviation', 'Square root of the variance.'],
  variance: ['Variance', 'Sum of squared deviations from the mean, divided by n − 1.'],
  cv: ['Coefficient of variation', 'Standard deviation divided by the mean.'],
  kurtosis: [
    'Kurtosis',
    'Excess kurtosis, corrected for bias (Fisher’s G2): 0 for a normal distribution, larger where the tails are heavier.',
  ],
  skewness: [
    'Skewness',
    'Corrected for bias (Fisher–Pearson G1): 0 where both sides are alike, positive where the long tail is at the right.',
  ],
  mad: ['Median absolute deviation', 'Median of the distances of the values from their median.'],
  sum: ['Sum', 'Of all values.'],
  monotonicity: [
    'Monotonicity',
    'Whether values only rise or only fall from row to row, in the order of the table.',
  ],
  histogram: [
    'Histogram',
    'Rows in bins of one width. The number of bins can be changed: fine bins are put together. It never follows the values.',
  ],
  common: [
    'Common values',
    'The most frequent values with their rows. Values of fewer than five rows are put together.',
  ],
  extremes: ['Extreme values', 'The least and the greatest values, for measurements only.'],
  lengths: ['Length', 'Characters of each text (Unicode code points).'],
  characters: [
    'Characters',
    'Every character of every text, counted by itself, by category and by script (Unicode).',
  ],
  words: [
    'Words',
    'Runs of what is no space, without punctuation at their ends, in lower case; with the rows that hold each.',
  ],
  shapes: [
    'Shapes',
    'What values look like: letters become A, figures 9, runs their length. Shown in place of the values of identifying columns.',
  ],
  dates: ['Dates', 'First and last instant, days in between, and days without any row.'],
  calendar: ['Hour and weekday', 'Rows by hour of the day and by weekday, in the offset of the data.'],
  outcome: [
    'By outcome',
    'The values of accepted and of rejected transactions apart, each as shares of its own rows. Technical errors are left out.',
  ],
  auc: [
    'AUC',
    'How likely an accepted row has the greater value than a rejected one, ties counted half (Mann–Whitney U divided by n₁·n₂). 0.5 tells nothing, 1 and 0 separate fully.',
  ],
  ks: ['Kolmogorov–Smirnov', 'The largest gap between the two cumulative distributions: 0 alike, 1 apart.'],
  drift: [
    'Drift',
    'Population stability index of each period against all others: the sum over bins of (p − q)·ln(p ÷ q). Below 0.1 stable, below 0.25 moderate, else strong. The verdict follows the size, never the number of rows.',
  ],
  season: [
    'Season',
    'Share of the variance that hour of the day or weekday explains: eta² for numbers, Cramér’s V for categories.',
  ],
  pearson: ['Pearson', 'Linear correlation of two numbers, over rows that have both.'],
  spearman: ['Spearman', 'Pearson’s correlation of the ranks; ties take their mean rank.'],
  kendall: [
    'Kendall',
    'Tau-b: pairs of rows in the same order less pairs in opposite order, corrected for ties.',
  ],
  cramers_v: [
    'Cramér’s V',
    'Association of two categories from chi², corrected for bias (Bergsma 2013): 0 to 1.',
  ],
  phi_k: [
    'Phi-k',
    'Correlation of any two columns, read from chi² as if from a bivariate normal (Baak et al. 2020). Numbers in ten bins: 0 to 1.',
  ],
  auto: ['Auto', 'Spearman between two numbers; Cramér’s V for all else, numbers cut into bins.'],
  nullity: [
    'Missing together',
    'Pearson’s correlation of “is missing” between columns: 1 where they lack values in the same rows.',
  ],
  dendrogram: [
    'Tree of missing values',
    'Columns joined by how alike their missing rows are (average linkage). The nearer to the left a join, the more alike.',
  ],
  matrix: [
    'Matrix',
    'The table in blocks of rows, in its order; the darker a cell, the more of its rows lack the value.',
  ],
  interactions: [
    'Interactions',
    'Two numbers against each other, over a sample of rows, within the range of the middle 99% of each.',
  ],
  duplicates: ['Duplicates', 'Rows alike in every column, found by a hash of 128 bits.'],
  sample: [
    'Sample',
    'A few rows to see what they look like. Tokens are shortened, identifying columns masked.',
  ],
  sampling: [
    'Rows used',
    'What compares columns reads a sample: the rows with the smallest hashes, so that it does not depend on their order. Of tables with no more rows than the sample, all rows are in it.',
  ],
  exactness: [
    'Exact and approximate',
    'A figure without a mark is exact: all rows were counted. ≈ marks an estimate; the note beside it says what it rests on.',
  ],
  psi: ['PSI', 'Population stability index: how far two distributions differ, over bins of the whole.'],
  jensen_shannon: ['Jensen–Shannon', 'Divergence of two distributions in bits: 0 alike, 1 apart.'],
  alerts: ['Alerts', 'What stands out, by fixed limits. Each leads to its column.'],
} satisfies Record<string, [string, string]>;
