import type { TenantHour } from './TenantHour.js';

/** Why an hour is judged as it is, in words; empty for a complete one. */
export function reasonsOf(hour: TenantHour): readonly string[] {
  if (hour.state === 'idle') return ['no pod ran, as far as its agents tell'];
  const reasons = [...silence(hour), ...losses(hour)];
  if (hour.state === 'open' && reasons.length === 0) return ['the hour is not over, as far as arrivals tell'];
  if (hour.lines_declared > 0) reasons.push(`${counted(hour.lines_declared, 'line')} of sources without heartbeats`);
  return reasons;
}

function silence(hour: TenantHour): readonly string[] {
  const reasons: string[] = [];
  if (hour.silent_pods > 0) {
    const from = hour.silent_from ?? 0;
    const until = from + (hour.silent_minutes ?? 1) - 1;
    const minutes = from === until ? `minute ${from}` : `minutes ${from} to ${until}`;
    reasons.push(`${podNames(hour.silent_pod, hour.silent_pods)} silent for ${minutes}`);
  }
  if (hour.waiting_pods > 0) {
    const through = hour.heard_through?.slice(11, 16) ?? '';
    reasons.push(`delivery is behind: ${podNames(hour.waiting_pod, hour.waiting_pods)} heard through ${through}`);
  }
  return reasons;
}

function losses(hour: TenantHour): readonly string[] {
  const reasons: string[] = [];
  if (hour.lines_missing > 0) {
    reasons.push(`${hour.lines_missing} of ${counted(hour.lines_sent, 'line')} sent are not booked`);
  }
  if (hour.uncounted_pods > 0) {
    reasons.push(`the last count of ${counted(hour.uncounted_pods, 'pod')} did not arrive`);
  }
  if (hour.unbooked_objects > 0 && (hour.lines_missing > 0 || hour.lines_declared > 0)) {
    reasons.push(`${counted(hour.unbooked_objects, 'object')} delivered and not booked`);
  }
  return reasons;
}

function podNames(pod: string | null, pods: number): string {
  const name = pod === null || pod === '' ? 'a pod' : `pod ${pod}`;
  return pods === 1 ? name : `${name} and ${pods - 1} more`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
