// The address of a place in the report: a section, or a column by its name.

export const SECTIONS = [
  'overview',
  'alerts',
  'comparison',
  'outcome',
  'drift',
  'missing',
  'correlations',
  'interactions',
  'duplicates',
  'sample',
  'columns',
  'methods',
] as const;
export type Section = (typeof SECTIONS)[number];
/** A section, or in the section of columns one of them, by its place in the table. */
export type Place = { section: Section; column: number | null };

const COLUMN = '#column=';
/** Beside the name of a column that is not the first of its name. */
const REPEAT = '&place=';

/** The address says a column's name: it outlives a change of the table's other columns. */
export function formatHash(place: Place, names: readonly string[]): string {
  if (place.column === null) return `#${place.section}`;
  const name = names[place.column] ?? '';
  const repeated = names.indexOf(name) !== place.column ? `${REPEAT}${place.column}` : '';
  return COLUMN + encodeURIComponent(name) + repeated;
}

export function parseHash(hash: string, names: readonly string[]): Place {
  if (hash.startsWith(COLUMN)) {
    const [text = '', repeat] = hash.slice(COLUMN.length).split(REPEAT);
    const name = decoded(text);
    const known =
      repeat !== undefined && names[Number(repeat)] === name ? Number(repeat) : names.indexOf(name);
    return { section: 'columns', column: known >= 0 ? known : null };
  }
  const section = SECTIONS.find(one => `#${one}` === hash);
  return { section: section ?? 'overview', column: null };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The id of a column's card. */
export function columnId(column: number): string {
  return `column-${column}`;
}
