import {
  asMicros,
  type Micros,
  microsFromDecimal,
  type Problem,
  RESERVED_TENANTS,
  type Registry,
  type TenantId,
  type Usage,
} from '../model/index.js';
import { identifyConsumer } from './identify.js';
import { isObject } from './jsonObject.js';
import { customMetersOf, meterCustom, valueAt } from './meterCustom.js';
import { meterDynamoDb, printsCapacity } from './meterDynamoDb.js';
import { meterPrinted, printedCall } from './meterPrinted.js';
import { countedElsewhere, meterSourceLine, ownerOfResources, splitCounted } from './meterSourceLine.js';
import type { ParsedText } from './ParsedText.js';
import type { SourceLine } from './sources/SourceLine.js';

/** What a line says was consumed, and by whom. */
export interface LineUsage {
  readonly usage: readonly Usage[];
  readonly problems: readonly Problem[];
  /** A consumer a shared service named that is not registered. */
  readonly claimedConsumer: string | undefined;
  /** The resource of an imported line that no rule of the registry knows. */
  readonly unclaimed: string | undefined;
  /** The service whose usage on this line another source counts. */
  readonly crossCheck: string | undefined;
}

/** Access lines of what a tenant's requests come in by. */
const ACCESS_FORMATS: ReadonlySet<string> = new Set(['nginx', 'apache_common', 'traefik', 'envoy', 'caddy']);
const ONE = asMicros(1_000_000n);
const NOTHING: LineUsage = {
  usage: [],
  problems: [],
  claimedConsumer: undefined,
  unclaimed: undefined,
  crossCheck: undefined,
};

/**
 * The usage entries of one line. From a tenant's own namespace the consumer is that tenant, whatever the line says; from
 * a shared one it is the tenant the line names (design decision 2); of an imported line it is the owner of the resource.
 * The pipeline's own meters always fall on the emitter.
 */
export function meterLine(
  parsed: ParsedText,
  emitter: { readonly tenantId: TenantId; readonly shared: boolean },
  logBytes: number,
  registry: Registry,
  imported?: SourceLine,
): LineUsage {
  // A sign of life is the pipeline's own: nobody consumed anything, and nobody pays for it.
  if (parsed.format === 'heartbeat') return NOTHING;
  const pipeline = [
    entryOf(emitter.tenantId, 'Pipeline', '', 'log_events', 'Events', ONE),
    entryOf(emitter.tenantId, 'Pipeline', '', 'log_bytes', 'B', asMicros(BigInt(logBytes) * 1_000_000n)),
  ];
  const problems: Problem[] = [];
  if (imported !== undefined && imported.usage.length > 0) {
    const found = meterImported(parsed, imported, registry, problems);
    return { ...NOTHING, ...found, usage: [...found.usage, ...pipeline], problems };
  }
  // A pod that prints other pods' files would have their consumption counted twice.
  if (parsed.copied === true) return { ...NOTHING, usage: pipeline };
  const call = parsed.app === undefined ? undefined : printedCall(parsed.app);
  const capacity = call === undefined && parsed.app !== undefined && printsCapacity(parsed.app);
  const access = ACCESS_FORMATS.has(parsed.format);
  const custom = customMetersOf(registry.customMeters, parsed);
  if (call === undefined && !capacity && !access && custom.length === 0) return { ...NOTHING, usage: pipeline };
  const { consumer, claimedConsumer, unclaimed } = consumerOf(parsed, emitter, registry, problems, imported);
  const usage: Usage[] = [];
  if (parsed.app !== undefined && (call !== undefined || capacity)) {
    const metered = call === undefined ? meterDynamoDb(parsed.app, consumer) : meterPrinted(call, consumer);
    usage.push(...metered.usage);
    problems.push(...metered.problems);
  }
  if (access) {
    const entry = (meter: string, unit: string, quantity: Micros): Usage =>
      entryOf(consumer, 'Ingress', parsed.method ?? '', meter, unit, quantity);
    usage.push(entry('requests', 'Requests', ONE));
    const bytes = parsed.bytesOut === null ? undefined : microsFromDecimal(parsed.bytesOut);
    if (bytes === undefined) problems.push('usage_invalid_quantity');
    else usage.push(entry('bytes_out', 'B', bytes));
  }
  if (custom.length > 0) {
    const metered = meterCustom(custom, parsed, consumer, usage);
    usage.push(...metered.usage);
    problems.push(...metered.problems);
  }
  const { counted, elsewhere } = splitCounted(usage, registry);
  return { usage: [...counted, ...pipeline], problems, claimedConsumer, unclaimed, crossCheck: elsewhere };
}

function meterImported(
  parsed: ParsedText,
  line: SourceLine,
  registry: Registry,
  problems: Problem[],
): Pick<LineUsage, 'usage' | 'claimedConsumer' | 'unclaimed' | 'crossCheck'> {
  const elsewhere = countedElsewhere(line, registry.meterSources);
  if (elsewhere !== undefined) {
    return { usage: [], claimedConsumer: undefined, unclaimed: undefined, crossCheck: elsewhere };
  }
  // The metrics of a table that serves many tenants are the service's total: lines say who used it.
  if (line.counts?.DynamoDB === 'cloudwatch' && ownerOfResources(line.resources, registry) === undefined) {
    return { usage: [], claimedConsumer: undefined, unclaimed: unclaimedOf(line), crossCheck: 'DynamoDB' };
  }
  const { consumer, claimedConsumer, unclaimed } = consumerOfImported(parsed, line, registry, problems);
  return { usage: meterSourceLine(line, consumer), claimedConsumer, unclaimed, crossCheck: undefined };
}

interface Consumer {
  readonly consumer: TenantId;
  readonly claimedConsumer: string | undefined;
  readonly unclaimed: string | undefined;
}

function consumerOf(
  parsed: ParsedText,
  emitter: { readonly tenantId: TenantId; readonly shared: boolean },
  registry: Registry,
  problems: Problem[],
  imported: SourceLine | undefined,
): Consumer {
  if (imported !== undefined) return consumerOfImported(parsed, imported, registry, problems);
  if (!emitter.shared) return { consumer: emitter.tenantId, claimedConsumer: undefined, unclaimed: undefined };
  return consumerNamed(parsed, registry, problems);
}

/**
 * Whose resource it is comes first: a tenant's own function prints what it likes and could bill another by naming it. What
 * nobody owns works for many, and there the line says for whom.
 */
function consumerOfImported(parsed: ParsedText, line: SourceLine, registry: Registry, problems: Problem[]): Consumer {
  const owner = ownerOfResources(line.resources, registry);
  const named = namedConsumer(parsed, registry) !== undefined;
  // A shared service's resource works for many, too.
  if (owner !== undefined && !(named && owner === RESERVED_TENANTS.shared))
    return { consumer: owner, claimedConsumer: undefined, unclaimed: undefined };
  if (named) return consumerNamed(parsed, registry, problems);
  problems.push('usage_no_consumer');
  return { consumer: RESERVED_TENANTS.unknown, claimedConsumer: undefined, unclaimed: unclaimedOf(line) };
}

function unclaimedOf(line: SourceLine): string | undefined {
  const first = line.resources.find(({ name }) => name !== '');
  return first === undefined ? undefined : `${first.kind}=${first.name}`;
}

function consumerNamed(parsed: ParsedText, registry: Registry, problems: Problem[]): Consumer {
  const found = identifyConsumer(namedConsumer(parsed, registry), registry);
  if (!found.named) problems.push('usage_no_consumer');
  else if (found.claimed !== undefined) problems.push('usage_unknown_consumer');
  return { consumer: found.tenantId, claimedConsumer: found.claimed, unclaimed: undefined };
}

/** The tenant a line names, by its metering first; a number is an id as well. */
function namedConsumer({ app, rest }: ParsedText, registry: Registry): unknown {
  const fields = app ?? rest;
  const metered = isObject(fields.metering) ? fields.metering.tenant_id : undefined;
  if (metered !== undefined) return metered;
  for (const key of registry.tenantKeys) {
    const value = valueAt(fields, key);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return undefined;
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
