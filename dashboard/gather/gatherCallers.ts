import { RESERVED_TENANTS, type Window } from '../../model/index.js';
import { describeCompleteness, type Engine } from '../../queries/index.js';
import type { CallersRead, CallerTable, ServiceData } from '../DashboardData.js';
import { askReport, type ReportRow } from './askReport.js';
import { cutName } from './cutName.js';
import { decimalText, scaled } from './decimals.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** Users and endpoints that are told of a tenant and service. */
const TOP = 5;
/** More rows than sixty tenants can have of all services. */
const ALL_ROWS = 100_000;

/** How a page tells of users: by what their lines call them, by numbers that mean nothing elsewhere, or not at all. */
export type CallerNames = (typeof CALLER_NAMES)[number];
export const CALLER_NAMES = ['named', 'numbered', 'none'] as const;

/** Where the usage of some tenants came from, by tenant and service. */
export interface GatheredCallers {
  readonly read: CallersRead | null;
  of(tenant: string, service: string): { readonly users: CallerTable | null; readonly endpoints: CallerTable | null };
}

/**
 * Asks the lines of a window which users and endpoints the usage of some tenants came from: one statement for the users of
 * all of them, one for the endpoints. A customer's page asks for what the customer can ask for, its own lines; the platform's
 * reads those of shared services besides.
 */
export async function gatherCallers(
  engine: Engine,
  about: {
    readonly window: Window;
    readonly services: readonly ServiceData[];
    readonly tenants: readonly string[];
    readonly places: TenantPlaces;
    readonly names: CallerNames;
    readonly forCustomer: boolean;
  },
): Promise<GatheredCallers> {
  const { tenants, names } = about;
  if (names === 'none' || tenants.length === 0) return { read: null, of: () => ({ users: null, endpoints: null }) };
  const report = about.forCustomer ? 'tenant-callers' : 'top-callers';
  const whose = about.forCustomer ? tenants.slice(0, 1) : [...tenants, RESERVED_TENANTS.shared];
  const asked = `${about.forCustomer ? 'tenant_id' : 'tenant_ids'}=${whose.join()}`;
  const ask = (dimension: string) =>
    askReport(engine, report, [asked, `dimension=${dimension}`, `top=${TOP}`, `limit=${ALL_ROWS}`], about.window);
  const users = await ask('user');
  const endpoints = await ask('endpoint');
  const numbers = names === 'numbered' ? new Map<string, number>() : undefined;
  const usersOf = tablesOf(users.rows, about, (tenant, user) => numbered(numbers, tenant, user));
  const endpointsOf = tablesOf(endpoints.rows, about, (_, endpoint) => endpoint);
  return {
    read: {
      users: names,
      completeness: await describeCompleteness(engine, about.window, whose),
      warnings: [...new Set([...users.result.warnings, ...endpoints.result.warnings])],
    },
    of: (tenant, service) => ({ users: usersOf(tenant, service), endpoints: endpointsOf(tenant, service) }),
  };
}

/** A user's number among those told of its tenant, the same under every service. */
function numbered(numbers: Map<string, number> | undefined, tenant: string, user: string): string {
  if (numbers === undefined) return user;
  const count = numbers.get(tenant) ?? 0;
  const key = `${tenant}\n${user}`;
  const known = numbers.get(key) ?? count + 1;
  if (known > count) numbers.set(tenant, known);
  numbers.set(key, known);
  return `user ${known}`;
}

function tablesOf(
  rows: readonly ReportRow[],
  { services, places }: { readonly services: readonly ServiceData[]; readonly places: TenantPlaces },
  nameOf: (tenant: string, caller: string) => string,
): (tenant: string, service: string) => CallerTable {
  const byKey = new Map<string, ReportRow[]>();
  for (const row of rows) {
    const key = ['tenant_id', 'service', 'basis'].map((column) => row.text(column)).join('\n');
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [row]);
    else known.push(row);
  }
  return (tenant, name) => {
    const service = services.find((one) => one.service === name);
    const at = service?.rows.tenant.indexOf(places.of(tenant)) ?? -1;
    const own = byKey.get([tenant, name, service?.basis].join('\n')) ?? [];
    return tableOf(own, scaled(service?.rows.amount[at] || '0'), (caller) => nameOf(tenant, caller));
  };
}

/** The rows of one tenant and service, made whole: what the ledger has beyond what the lines say is a part of its own. */
function tableOf(rows: readonly ReportRow[], booked: bigint, nameOf: (caller: string) => string): CallerTable {
  const said = rows.reduce((sum, row) => sum + scaled(row.text('amount')), 0n);
  const whole = said > booked ? said : booked;
  const part = (amount: bigint): number => (whole === 0n ? 0 : Number((amount * 1_000_000n) / whole) / 1e6);
  const entry = (amount: bigint) => ({ amount: decimalText(amount), part: part(amount) });
  const named = rows
    .filter((row) => row.text('kind') === 'named')
    .map((row) => ({ name: cutName(nameOf(row.text('caller'))), ...entry(scaled(row.text('amount'))) }));
  const rest = (['others', 'unstated'] as const).flatMap((kind) =>
    rows
      .filter((row) => row.text('kind') === kind)
      .map((row) => ({ kind, callers: row.number('callers'), ...entry(scaled(row.text('amount'))) })),
  );
  const missing = whole - said;
  return {
    named,
    rest: [...rest, ...(missing > 0n ? [{ kind: 'not_in_lines' as const, callers: 0, ...entry(missing) }] : [])],
  };
}
