// A table as CSV (RFC 4180), raw numbers, and no cell that a spreadsheet would run as a formula.
import type { Cell, Table } from './data.ts';

function field(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(table: Table): string {
  const head = table.columns.map(column => field(column.title)).join(',');
  const rows = table.rows.map(row => row.raw.map(field).join(','));
  return `${[head, ...rows].join('\r\n')}\r\n`;
}

/** A file name of a title: letters, figures and dashes. */
export function fileName(title: string): string {
  const plain = title.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  return (
    plain
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'chart'
  );
}

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
