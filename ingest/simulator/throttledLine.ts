import { isoInstant } from '../../model/index.js';
import type { PrintedLine } from './PrintedLine.js';
import type { Prng } from './Prng.js';

/** A line of @tenantscope/metering: a DynamoDB call that was throttled to the end, after all its attempts. */
export function throttledLine(prng: Prng, time: number): PrintedLine {
  const throttled = 3 + prng.int(3);
  const metering = {
    v: 1,
    service: 'DynamoDB',
    operation: 'Query',
    usage: [{ resource: 'plays', throttled_requests: throttled }],
    duration_ms: 100 + prng.int(900),
    error: 'ProvisionedThroughputExceededException',
  };
  return {
    container: 'catalog-api',
    log: JSON.stringify({ time: isoInstant(time), metering }),
    format: 'json',
    statedTime: time,
    usage: [
      {
        service: 'DynamoDB',
        resource: 'plays',
        operation: 'Query',
        meter: 'throttled_requests',
        halves: 2 * throttled,
      },
    ],
  };
}
