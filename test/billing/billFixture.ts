import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportRequest } from '../../billing/index.js';
import { exportSettings, localHome } from '../../billing/index.js';
import { configSchema, type RateCard, rateCardSchema, type Tenant, tenantSchema } from '../../model/index.js';
import type { Engine } from '../../queries/index.js';
import { type FixtureRow, fixtureEngine } from '../queries/fixtureEngine.js';

/** One ledger row: tenant, `Service.meter`, day and hour of the event, whole units, and the date of booking. */
export type Used = readonly [tenant: string, meter: string, hour: string, units: number | string, booked?: string];

const UNITS: Readonly<Record<string, string>> = { read_units: 'ReadUnits', write_units: 'WriteUnits', bytes_out: 'B' };

const ledgerRow = ([tenant, name, hour, units, booked = '2026-12-01']: Used): FixtureRow => {
  const [service = '', meter = ''] = name.split('.');
  const [whole = '0', fraction = ''] = String(units).split('.');
  return {
    ...{ tenant_id: tenant, emitter: tenant, service, resource: '', operation: '', meter },
    unit: UNITS[meter] ?? 'Requests',
    ...{ event_hour: `${hour}:00:00`, booked_date: booked, manifest: 1, events: 1 },
    quantity_micros: `${whole}${fraction.padEnd(6, '0')}`.replace(/^(-?)0+(?=\d)/, '$1'),
  };
};

/** An engine over hand-made rows of a ledger, whose data goes through an instant (`2026-12-01 00:00`). */
export function ledgerOf(folder: string, used: readonly Used[], through = '2026-12-02 00:00'): Promise<Engine> {
  const last = new Date(Date.parse(`${through.replace(' ', 'T')}:00Z`) - 3_600_000).toISOString();
  const booked = {
    ...{ emitter: 'acme', dt: last.slice(0, 10), booked_date: last.slice(0, 10), manifest: 1 },
    ...{ event_hour: last.slice(0, 19).replace('T', ' '), arrival_through: `${through}:00` },
    ...{ rows: 1, events: 1, duplicates: 0 },
  };
  return fixtureEngine(folder, { ledger: used.map(ledgerRow), booked_events: [booked] });
}

/** Rate cards of prices in USD. */
export const cardOf = (...prices: object[]): RateCard => rateCardSchema.parse({ id: 'r', currency: 'USD', prices });

/** A price of reads. */
export const reads = (price: string, more: object = {}): object => ({
  service: 'DynamoDB',
  meter: 'read_units',
  price,
  ...more,
});

/** Tenants by what is given of them. */
export const tenantsOf = (...given: object[]): readonly Tenant[] => given.map((tenant) => tenantSchema.parse(tenant));

/** What an export of November 2026 is asked for with. */
export function requestOf(engine: Engine, home: string, more: Partial<ExportRequest> = {}): ExportRequest {
  return {
    ...{ engine, home: localHome(home), period: '2026-11', signingKey: undefined },
    settings: exportSettings({ billing: configSchema.parse({ billing: { provider: 'Example Inc.' } }).billing }, '1.4'),
    tenants: tenantsOf({ id: 'acme', billing_account: 'A-1' }, { id: 'globex', billing_account: 'A-1' }),
    rateCards: [cardOf(reads('0.000015'))],
    generator: { name: 'tenantscope', version: '0.0.0-test' },
    ...more,
  };
}

/** A temporary folder and the function that removes it. */
export function folderOf(name: string): { readonly path: string; at(sub: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  return { path, at: (sub) => join(path, sub), remove: () => rmSync(path, { recursive: true, force: true }) };
}
