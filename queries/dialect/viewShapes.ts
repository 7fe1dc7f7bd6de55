import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_HEARTBEATS_VIEW,
  BOOKED_SOURCES_COLUMNS,
  COMPLETENESS_SETTINGS_COLUMNS,
  type Column,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  LEDGER_COLUMNS,
  QUARANTINE_COLUMNS,
  QUOTA_COLUMNS,
  UNBOOKED_COLUMNS,
} from '../../model/index.js';
import type { RowShape } from './RowShape.js';
import { ofColumn, type SqlType } from './SqlType.js';

/** The views a report may read. Lines have no key: one that was delivered twice is there twice. */
export const VIEW_SHAPES: Readonly<Record<string, RowShape>> = {
  ledger: shape(LEDGER_COLUMNS, [
    ['tenant_id', 'emitter', 'service', 'resource', 'operation', 'meter', 'unit', 'event_hour', 'manifest'],
  ]),
  booked_events: shape(BOOKED_EVENTS_COLUMNS, [['emitter', 'dt', 'event_hour', 'manifest']]),
  booked_heartbeats: shape(BOOKED_HEARTBEATS_VIEW, [
    ['tenant_id', 'cluster', 'namespace', 'pod', 'pod_uid', 'container', 'started', 'event_hour'],
  ]),
  booked_sources: shape(BOOKED_SOURCES_COLUMNS, [['tenant_id', 'pod_uid', 'container', 'hour', 'manifest']]),
  heartbeats: shape(HEARTBEAT_COLUMNS),
  events: {
    ...shape([...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS]),
    // An identity is a hash of where the line stood; its tenant and hour are frozen with it.
    decidedBy: { tenant_id: 'event_id', id_hour: 'event_id' },
  },
  event_usage: { ...shape(EVENT_USAGE_COLUMNS), decidedBy: { emitter: 'event_id' } },
  quarantine: shape(QUARANTINE_COLUMNS),
  unbooked: shape(UNBOOKED_COLUMNS, [['tenant_id', 'dt']]),
  quotas: shape(QUOTA_COLUMNS, [['name']]),
  completeness_settings: shape(COMPLETENESS_SETTINGS_COLUMNS, [[]]),
  tenants: plain({ tenant_id: 'varchar', name: 'varchar', plan: 'varchar', cell: 'varchar' }, [['tenant_id']]),
  list_prices: plain({ service: 'varchar', meter: 'varchar', picodollars_per_unit: 'bigint' }, [['service', 'meter']]),
};

function shape(columns: readonly Column[], keys: RowShape['keys'] = []): RowShape {
  return { columns: columns.map(({ name, type }) => ({ name, type: ofColumn(type) })), keys };
}

function plain(columns: Readonly<Record<string, SqlType>>, keys: RowShape['keys']): RowShape {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), keys };
}
