import type { DeliverySummary } from '../ingest/index.js';
import { QUARANTINE_REASONS, type QuarantineReason } from '../model/index.js';

/** What a delivery did, for people: every record accounted for, every reason with its meaning. */
export function formatDelivery(summary: DeliverySummary, dryRun = false): string {
  const lines: string[] = [];
  const { outcomes } = summary;
  const quarantined = Object.entries(outcomes.quarantined);
  const total = quarantined.reduce((sum, [, count]) => sum + count, 0);
  lines.push(
    `${dryRun ? 'dry run, nothing was written: would deliver' : 'delivered'} ${summary.records} records (${(summary.bytes / 1e6).toFixed(1)} MB): ${outcomes.accepted} accepted, ${total} quarantined, ${outcomes.reput} split and sent again`,
  );
  for (const [reason, count] of quarantined.sort((a, b) => b[1] - a[1])) {
    lines.push(`  ${count} ${reason}: ${QUARANTINE_REASONS[reason as QuarantineReason] ?? 'no longer known'}`);
  }
  if (summary.skipped.length > 0)
    lines.push(
      `${dryRun ? 'would skip' : 'skipped'} ${summary.skipped.length} file(s) whose content the lake has already`,
    );
  if (summary.blankLines > 0) lines.push(`passed over ${summary.blankLines} blank lines`);
  return lines.join('\n');
}
