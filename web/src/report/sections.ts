// Which sections a report has, and how much is in each.
import type { Report } from './schema.d.ts';
import { SECTIONS, type Section } from './state/hash.ts';

export type SectionEntry = { id: Section; count: number | null };

/** Sections that say nothing are left out, but for those whose “none” is news. */
export function sectionsOf(report: Report): SectionEntry[] {
  return SECTIONS.flatMap((id): SectionEntry[] =>
    has(report, id) ? [{ id, count: countOf(report, id) }] : [],
  );
}

function has(report: Report, id: Section): boolean {
  switch (id) {
    case 'comparison':
      return (report.comparison ?? null) !== null;
    case 'outcome':
      return report.columns.some(column => (column.by_outcome?.auc ?? null) !== null);
    case 'drift':
      return (report.drift ?? null) !== null;
    case 'correlations':
      return (report.correlations?.matrices.length ?? 0) > 0;
    case 'interactions':
      return (report.points?.columns.length ?? 0) > 1;
    case 'missing':
    case 'duplicates':
    case 'sample':
      return report.overview.rows > 0;
    case 'overview':
    case 'alerts':
    case 'columns':
    case 'methods':
      return true;
  }
}

function countOf(report: Report, id: Section): number | null {
  switch (id) {
    case 'alerts':
      return report.alerts.length;
    case 'columns':
      return report.columns.length;
    case 'duplicates':
      return report.duplicates.rows;
    case 'missing':
      return report.missing.matrix.columns.length;
    default:
      return null;
  }
}
