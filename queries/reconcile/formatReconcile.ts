import type { ReconcileResult } from './reconcile.js';

const MEANINGS = {
  records: 'records in = records accounted for',
  objects: 'objects of the journal are there, unchanged, and no others',
  lines: 'lines of accepted records = rows in the lake, per tenant and day',
  errors: 'quarantined records = records in error files',
  booked: 'rows in the lake = lines counted + duplicates',
  ledger: 'ledger sums = sums of the lake',
} as const;

/** What agreed, a line a check, then every row that differs. */
export function formatReconcile(result: ReconcileResult): string {
  const lines: string[] = [];
  for (const [name, meaning] of Object.entries(MEANINGS)) {
    const checks = result.checks.filter((check) => check.check === name);
    const differing = checks.filter((check) => !check.ok).length;
    lines.push(
      `${differing === 0 ? 'equal  ' : 'DIFFERS'}  ${name.padEnd(8)} ${checks.length - differing} of ${checks.length}  ${meaning}`,
    );
  }
  for (const check of result.checks.filter((entry) => !entry.ok)) {
    lines.push(`  ${check.check}: ${check.scope}: expected ${check.expected}, got ${check.actual}`);
  }
  for (const note of result.notes) lines.push(`note: ${note}`);
  return lines.join('\n');
}
