import {
  asMicros,
  type Micros,
  microsFromDecimal,
  type Problem,
  type Registry,
  type TenantId,
  type Usage,
} from '../model/index.js';
import { isObject } from './decodeRecord.js';
import { identifyConsumer } from './identify.js';
import { meterDynamoDb, printsCapacity } from './meterDynamoDb.js';
import type { ParsedText } from './ParsedText.js';

/** What a line says was consumed, and by whom. */
export interface LineUsage {
  readonly usage: readonly Usage[];
  readonly problems: readonly Problem[];
  /** A consumer a shared service named that is not registered. */
  readonly claimedConsumer: string | undefined;
}

const ONE = asMicros(1_000_000n);

/**
 * The usage entries of one line. From a tenant's own namespace the consumer is that tenant, whatever the line says; from
 * a shared one it is the tenant the line names (design decision 2). The pipeline's own meters always fall on the emitter.
 */
export function meterLine(
  parsed: ParsedText,
  emitter: { readonly tenantId: TenantId; readonly shared: boolean },
  logBytes: number,
  registry: Registry,
): LineUsage {
  // A sign of life is the pipeline's own: nobody consumed anything, and nobody pays for it.
  if (parsed.format === 'heartbeat') return { usage: [], problems: [], claimedConsumer: undefined };
  const usage: Usage[] = [];
  const problems: Problem[] = [];
  let claimedConsumer: string | undefined;
  let consumer = emitter.tenantId;
  const capacity = parsed.app !== undefined && printsCapacity(parsed.app);
  if (emitter.shared && (capacity || parsed.format === 'nginx')) {
    const found = identifyConsumer(parsed.app === undefined ? undefined : namedConsumer(parsed.app), registry);
    consumer = found.tenantId;
    claimedConsumer = found.claimed;
    if (!found.named) problems.push('usage_no_consumer');
    else if (found.claimed !== undefined) problems.push('usage_unknown_consumer');
  }
  if (capacity && parsed.app !== undefined) {
    const metered = meterDynamoDb(parsed.app, consumer);
    usage.push(...metered.usage);
    problems.push(...metered.problems);
  }
  if (parsed.format === 'nginx') {
    const entry = (meter: string, unit: string, quantity: Micros): Usage =>
      entryOf(consumer, 'Ingress', parsed.method ?? '', meter, unit, quantity);
    usage.push(entry('requests', 'Requests', ONE));
    const bytes = parsed.bytesOut === null ? undefined : microsFromDecimal(parsed.bytesOut);
    if (bytes === undefined) problems.push('usage_invalid_quantity');
    else usage.push(entry('bytes_out', 'B', bytes));
  }
  usage.push(entryOf(emitter.tenantId, 'Pipeline', '', 'log_events', 'Events', ONE));
  usage.push(entryOf(emitter.tenantId, 'Pipeline', '', 'log_bytes', 'B', asMicros(BigInt(logBytes) * 1_000_000n)));
  return { usage, problems, claimedConsumer };
}

function namedConsumer(app: Readonly<Record<string, unknown>>): unknown {
  return app.tenant_id ?? app['tenant.id'] ?? (isObject(app.metering) ? app.metering.tenant_id : undefined);
}

function entryOf(
  tenantId: TenantId,
  service: string,
  operation: string,
  meter: string,
  unit: string,
  quantity: Micros,
): Usage {
  return {
    tenant_id: tenantId,
    service,
    resource: '',
    operation,
    meter,
    unit,
    kind: 'sum',
    series: '',
    quantity_micros: quantity,
  };
}
