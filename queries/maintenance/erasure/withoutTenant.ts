import {
  type ImportUnit,
  LAKE,
  type LogEntry,
  type Manifest,
  partitionOf,
  RESERVED_TENANTS,
} from '../../../model/index.js';
import type { StagedErasure } from './stageErasure.js';
import { emitterOf, isOwnPartition } from './surveyTenant.js';
import type { TenantNames } from './TenantNames.js';

/**
 * An entry of the import journal without a tenant: its objects and line counts go, those of the platform that were rewritten
 * have their new hashes, and what was erased is counted, so that the unit's outcomes still sum to what came in.
 */
export function journalWithout(unit: ImportUnit, tenant: TenantNames, staged: StagedErasure): ImportUnit {
  const files = unit.files.map((file) => ({
    ...file,
    name: tenant.isNamedIn(file.name) ? tenant.removedFrom(file.name) : file.name,
  }));
  const { delivery } = unit;
  if (delivery === undefined) return { ...unit, files };
  const own = delivery.objects.filter(({ path }) => emitterOf(path) === tenant.id);
  const finds = new Map(staged.quarantine.map((find) => [find.path, find]));
  const errors = delivery.error_objects
    .map((object) => ({ ...object, records: finds.get(object.path)?.left ?? object.records }))
    .filter(({ path }) => finds.get(path)?.left !== 0);
  const quarantined = Object.values(delivery.quarantined).reduce((sum, count) => sum + count, 0);
  const left = errors.reduce((sum, { records }) => sum + records, 0);
  const touched = delivery.error_objects.some(({ path }) => finds.has(path));
  const before = delivery.erased ?? { objects: 0, lines: 0, quarantined: 0 };
  const erased = {
    objects: before.objects + own.length,
    lines: before.lines + own.reduce((sum, { rows }) => sum + rows, 0),
    quarantined: touched ? quarantined - left : before.quarantined,
  };
  return {
    ...unit,
    files,
    delivery: {
      ...delivery,
      lines: Object.fromEntries(
        Object.entries(delivery.lines).filter(([partition]) => !isOwnPartition(partition, tenant)),
      ),
      objects: delivery.objects
        .filter((object) => !own.includes(object))
        .map((object) => {
          const again = staged.events.get(object.path);
          return again === undefined ? object : { ...object, bytes: again.bytes, sha256: again.sha256 };
        }),
      error_objects: errors,
      ...(Object.values(erased).some((count) => count > 0) ? { erased } : {}),
    },
  };
}

/**
 * An entry of the ledger's log without a tenant. Its objects stay in the manifest that took them, as `_erased`'s: the counts
 * of a booking are those of its manifest. What was compacted or expired of it is no longer of interest to anyone.
 */
export function entryWithout(entry: LogEntry, tenant: TenantNames, staged: StagedErasure): LogEntry {
  const others = <T extends { readonly emitter: string }>(partitions: readonly T[]): T[] =>
    partitions.filter(({ emitter }) => emitter !== tenant.id);
  if (entry.kind === 'booking')
    return { ...entry, objects: entry.objects.map((object) => objectWithout(object, tenant, staged)) };
  if (entry.kind === 'compaction') {
    const again = <T extends { readonly object: string; readonly sha256: string }>(file: T): T => {
      const written = staged.events.get(file.object);
      if (written === undefined) return file;
      return { ...file, sha256: written.sha256, ...('bytes' in file ? { bytes: written.bytes } : {}) };
    };
    const partitions = others(entry.partitions);
    return { ...entry, partitions: partitions.map((p) => ({ ...p, from: p.from.map(again), to: p.to.map(again) })) };
  }
  if (entry.kind === 'retention') {
    const written = staged.ids.get(entry.ids?.object ?? '');
    const { ids } = entry;
    const kept = ids === null || written === undefined ? ids : { ...ids, rows: written.rows, sha256: written.sha256 };
    return { ...entry, partitions: others(entry.partitions), ids: kept };
  }
  return entry;
}

type ManifestObject = Manifest['objects'][number];

function objectWithout(object: ManifestObject, tenant: TenantNames, staged: StagedErasure): ManifestObject {
  if (object.emitter === tenant.id) {
    const { dt = object.dt } = partitionOf(object.object) ?? {};
    const name = object.object.slice(object.object.lastIndexOf('/') + 1);
    const emitter = RESERVED_TENANTS.erased;
    return { ...object, object: `${LAKE.events}/tenant_id=${emitter}/dt=${dt}/${name}`, emitter };
  }
  const again = staged.events.get(object.object);
  if (again === undefined) return object;
  return { ...object, sha256: again.sha256, schema_version: again.schemaVersion };
}
