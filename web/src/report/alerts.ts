// Alerts put together by what they are, and how their figures are said.
import type { Alert, AlertCode, Severity } from './schema.d.ts';
import type { Tell } from './tell.ts';

export type AlertGroup = { code: AlertCode; severity: Severity; alerts: Alert[] };

const GRAVITY: Record<Severity, number> = { warning: 0, notice: 1, info: 2 };

/** Groups by code, gravest first, in each the order of the report. */
export function grouped(alerts: readonly Alert[], only: Severity | 'all'): AlertGroup[] {
  const groups = new Map<AlertCode, AlertGroup>();
  for (const alert of alerts) {
    if (only !== 'all' && alert.severity !== only) continue;
    const group = groups.get(alert.code) ?? { code: alert.code, severity: alert.severity, alerts: [] };
    if (GRAVITY[alert.severity] < GRAVITY[group.severity]) group.severity = alert.severity;
    group.alerts.push(alert);
    groups.set(alert.code, group);
  }
  return [...groups.values()].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}

/** The figure that raised an alert, in words. */
export function alertFigure(alert: Alert, tell: Tell): string {
  const { alertValues } = tell.words;
  const parts: string[] = [];
  const value = alert.value ?? null;
  if (value !== null) parts.push(valueText(alert.code, value, tell));
  const count = alert.count ?? null;
  // Of columns that go together the links say which.
  if (count !== null && alert.code !== 'high_correlation') {
    const of =
      alert.code === 'high_cardinality' || alert.code === 'dirty_categories'
        ? alertValues.values
        : alertValues.rows;
    parts.push(of(tell.say.count(count)));
  }
  return parts.join(', ');
}

function valueText(code: AlertCode, value: number, tell: Tell): string {
  const { alertValues } = tell.words;
  switch (code) {
    case 'skewed':
      return alertValues.skewness(tell.figure(value));
    case 'uniform':
      return alertValues.p(tell.figure(value));
    case 'imbalance':
      return alertValues.imbalance(tell.part(value));
    case 'high_correlation':
      return alertValues.correlation(tell.figure(value));
    case 'non_stationary':
      return alertValues.psi(tell.figure(value));
    case 'seasonal':
      return alertValues.season(tell.part(value));
    default:
      return tell.part(value);
  }
}
