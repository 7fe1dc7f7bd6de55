import type { AwsPrices } from './AwsPrices.js';
import type { Assumptions } from './jobs/assumptions.js';
import { type StageCost, stageOf } from './StageCost.js';
import { MONTH_SECONDS, type Workload } from './Workload.js';

/** Lambda asks a queue by so many calls at once, each of which waits so many seconds for a message. */
const POLLERS = 5;
const POLL_SECONDS = 20;
/** Items a change writes (the tenant, its claims, the version), messages on its way, and objects that follow from it. */
const WRITES = 6;
const MESSAGES = 4;
const OBJECTS = 6;

/** What the registry's table costs and what follows from its changes: nearly nothing, and most of that while nothing happens. */
export function registryStage(
  { tenants }: Workload,
  { dynamodb, sqs, s3 }: AwsPrices,
  { changes_a_tenant, tenant_kb }: Assumptions,
): StageCost {
  const changes = tenants * changes_a_tenant;
  const polls = (MONTH_SECONDS / POLL_SECONDS) * POLLERS;
  // Each publishes the registry as a whole, which is read for it.
  const reads = changes * Math.ceil((tenants * tenant_kb) / 4);
  return stageOf('registry', [
    {
      ...{ what: 'the queue of changes asked', count: polls, unit: 'requests', grows_with: 'runs' },
      usd: (polls * sqs.million_fifo_requests) / 1e6,
    },
    {
      ...{ what: 'changes of tenants', count: changes, unit: 'changes', grows_with: 'tenants' },
      usd:
        (changes * WRITES * dynamodb.million_write_units +
          reads * dynamodb.million_read_units +
          changes * MESSAGES * sqs.million_fifo_requests) /
          1e6 +
        (changes * OBJECTS * s3.thousand_puts) / 1000,
    },
  ]);
}
