import {
  findMeter,
  type MeterSources,
  RESERVED_TENANTS,
  type Registry,
  type TenantId,
  type Usage,
} from '../model/index.js';
import type { NamedResource, SourceLine } from './sources/SourceLine.js';

/** Who owns the first of some resources that anybody owns. */
export function ownerOfResources(resources: readonly NamedResource[], registry: Registry): TenantId | undefined {
  for (const { kind, name } of resources) {
    if (name === '') continue;
    if (kind !== 'namespaces') {
      const owner = registry.ownerOfResource(kind, name);
      if (owner !== undefined) return owner;
      continue;
    }
    const owner = registry.ownerOf(name);
    if (owner.kind === 'tenant') return owner.tenantId;
    if (owner.kind === 'shared') return RESERVED_TENANTS.shared;
  }
  return undefined;
}

/** The usage of an imported line as entries of `consumer`. */
export function meterSourceLine(line: SourceLine, consumer: TenantId): readonly Usage[] {
  return line.usage.map(({ service, resource, operation, meter, kind, series, quantity }) => {
    const known = findMeter(service, meter);
    if (known === undefined) throw new Error(`no meter ${service} ${meter}`);
    return {
      tenant_id: consumer,
      service,
      resource: resource.slice(0, 512),
      operation: operation.slice(0, 128),
      meter,
      unit: known.unit,
      kind: kind ?? known.kind,
      series: series ?? '',
      quantity_micros: quantity,
    };
  });
}

/** The service whose other source is the authoritative one for this line, or undefined when the line counts. */
export function countedElsewhere(line: SourceLine, chosen: MeterSources): keyof MeterSources | undefined {
  for (const [service, source] of Object.entries(line.counts ?? {})) {
    if (chosen[service as keyof MeterSources] !== source) return service as keyof MeterSources;
  }
  return undefined;
}

const TABLE_UNITS: ReadonlySet<string> = new Set(['read_units', 'write_units']);

/**
 * Splits what a line printed into what counts and what another source counts already: all of S3 when access logs are
 * authoritative, and the units of tables that belong to one tenant when CloudWatch is.
 */
export function splitCounted(
  usage: readonly Usage[],
  registry: Registry,
): { readonly counted: readonly Usage[]; readonly elsewhere: keyof MeterSources | undefined } {
  const { DynamoDB, S3 } = registry.meterSources;
  let elsewhere: keyof MeterSources | undefined;
  const counted = usage.filter(({ service, meter, resource }) => {
    const s3 = service === 'S3' && S3 === 'access_logs';
    const table =
      service === 'DynamoDB' &&
      DynamoDB === 'cloudwatch' &&
      TABLE_UNITS.has(meter) &&
      registry.ownerOfResource('tables', resource.split('/')[0] ?? '') !== undefined;
    if (s3) elsewhere = 'S3';
    else if (table) elsewhere = 'DynamoDB';
    return !s3 && !table;
  });
  return { counted, elsewhere };
}
