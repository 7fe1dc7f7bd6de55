import type { StoredVersion } from '../billing/index.js';
import {
  type BillInput,
  type CallerNames,
  type DashboardData,
  gatherDashboard,
  type MarginInput,
} from '../dashboard/index.js';
import type { Config, Finding, Incident, Tenant, Window } from '../model/index.js';
import { deliveryTotals, type Engine, type ReconcileResult } from '../queries/index.js';
import { billOfPackage } from './pageBill.js';

/** What the page is made from, beside the ledger. */
export interface PageInputs {
  readonly window: Window;
  /** Other windows that can be chosen on the page. */
  readonly alsoWindows?: readonly Window[];
  readonly findings: readonly Finding[];
  readonly incidents?: readonly Incident[];
  /** A package of the billing export, or a bill that was rated and not written. */
  readonly bill: StoredVersion | BillInput | null;
  readonly margin?: MarginInput | null;
  readonly reconciled: ReconcileResult | null;
  /** The one customer the page is for. */
  readonly tenant?: Tenant;
  /** How users are told of; numbered when absent, and by name on a customer's own page. */
  readonly callers?: CallerNames;
  /** When the page is made, epoch ms; the end of the window when absent. */
  readonly generatedAt?: number;
  /** What its commands need to read the same lake, with a blank before it. */
  readonly flags?: string;
}

/** Gathers what the page shows: the ledger through the saved reports, and what detection and billing say. */
export async function dashboardData(engine: Engine, config: Config, inputs: PageInputs): Promise<DashboardData> {
  const { window, bill, tenant } = inputs;
  return gatherDashboard(engine, {
    window,
    alsoWindows: inputs.alsoWindows ?? [],
    tenants: config.tenants,
    generatedAt: inputs.generatedAt ?? window.end,
    flags: inputs.flags ?? '',
    findings: inputs.findings,
    callers: inputs.callers ?? (tenant === undefined ? 'numbered' : 'named'),
    incidents: inputs.incidents ?? [],
    bill: bill === null || !('manifest' in bill) ? bill : await billOfPackage(bill),
    margin: inputs.margin ?? null,
    // The journal tells of everyone's deliveries.
    delivery: tenant === undefined ? await deliveryTotals(engine, config.lake) : null,
    reconciled: inputs.reconciled?.ok ?? null,
    ...(tenant === undefined ? {} : { tenant }),
  });
}
