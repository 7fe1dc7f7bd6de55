import { HOUR_MS } from '../../model/index.js';
import type { TenantHourSummary } from './readTenantHours.js';
import type { HourState } from './TenantHour.js';

/**
 * How complete what was read is, in words: the share of the tenant-hours with heartbeats that are complete, rounded down, what
 * the others are, and how many are complete by declaration only. Idle hours hold nothing that could be missing.
 */
export function completenessText(summary: TenantHourSummary): string {
  const { complete, incomplete, open, declared } = summary.count;
  const judged = complete + incomplete + open;
  if (judged === 0 && declared === 0) return 'nothing to judge: no heartbeats and no lines';
  if (judged === 0) return `declared: no heartbeats in ${counted(declared)}`;
  const notes: string[] = [];
  if (incomplete > 0) notes.push(`${incomplete} of ${counted(judged)} incomplete: ${named(summary, 'incomplete')}`);
  if (open > 0) {
    const share = incomplete > 0 ? open : `${open} of ${counted(judged)}`;
    notes.push(`${share} open: ${named(summary, 'open')}`);
  }
  if (notes.length === 0) notes.push(counted(judged));
  if (declared > 0) notes.push(`${declared} more declared: no heartbeats`);
  return `${percent(complete, judged)} % (${notes.join('; ')})`;
}

const counted = (hours: number): string => `${hours} tenant-hour${hours === 1 ? '' : 's'}`;

/** Rounded down, so that nothing but all of them is 100. */
function percent(part: number, whole: number): string {
  const tenths = Math.floor((part * 1000) / whole);
  return tenths === 1000 ? '100' : `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

/** The first few, with their date where the window has several. */
function named({ window, count, first }: TenantHourSummary, state: HourState): string {
  const some = first.filter((hour) => hour.state === state);
  const from = window.end - window.start > 24 * HOUR_MS ? 0 : 11;
  const names = some.map(({ tenant_id, hour }) => {
    const instant = new Date(hour).toISOString().slice(0, 16).replace('T', ' ');
    return `${tenant_id} ${instant.slice(from)}`;
  });
  return [...names, ...(count[state] > some.length ? ['…'] : [])].join(', ');
}
