import {
  type Finding,
  type Incident,
  isReservedTenant,
  RESERVED_TENANTS,
  type Tenant,
  type Window,
} from '../../model/index.js';
import { type Engine, watermark } from '../../queries/index.js';
import { DATA_VERSION, type DashboardData, type WindowData } from '../DashboardData.js';
import { anomalyOfFinding, anomalyOfIncident } from './anomalyOf.js';
import { askedOnce } from './askedOnce.js';
import { customerData } from './customerData.js';
import { type BillInput, gatherBill } from './gatherBill.js';
import { type CallerNames, gatherCallers } from './gatherCallers.js';
import { gatherDetails } from './gatherDetails.js';
import { gatherEconomics, type MarginInput } from './gatherEconomics.js';
import { type DeliveryInput, gatherQuality } from './gatherQuality.js';
import { gatherWindow } from './gatherWindow.js';
import { isKept } from './isKept.js';
import { TenantPlaces } from './TenantPlaces.js';

/** Tenants looked at closely in one page: the greatest, and those something was found of. */
const CLOSE = 30;
const MOST_CLOSE = 60;

/** What a page is gathered for, and what the floors above dashboards know. */
export interface DashboardRequest {
  /** The window the page is about. */
  readonly window: Window;
  /** Other windows that can be chosen on it. */
  readonly alsoWindows: readonly Window[];
  /** The registry. */
  readonly tenants: readonly Tenant[];
  /** Epoch ms, shown as the time the page was made. */
  readonly generatedAt: number;
  /** What its commands need to read the same lake, with a blank before it. */
  readonly flags: string;
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly bill: BillInput | null;
  readonly margin: MarginInput | null;
  readonly delivery: DeliveryInput | null;
  readonly reconciled: boolean | null;
  /** How users are told of, and whether lines are read for it. */
  readonly callers: CallerNames;
  /** The customer the page is given to: nothing of anyone else is in the data then. */
  readonly tenant?: Tenant;
}

/**
 * Gathers what the page shows, through the saved reports. Plain data: the same ledger, registry and request give the same.
 * Throws what reports and engines throw.
 */
export async function gatherDashboard(engine: Engine, request: DashboardRequest): Promise<DashboardData> {
  const asked = askedOnce(engine);
  const { tenant, flags } = request;
  const places = new TenantPlaces(request.tenants);
  const { dataThrough } = await watermark(asked);
  const whose = tenant === undefined ? undefined : [tenant.id, RESERVED_TENANTS.shared];
  const about = { dataThrough, whose, places };
  const anomalies = [
    ...request.incidents.map((incident) => anomalyOfIncident(incident, places, flags)),
    ...request.findings
      .filter((finding) => !isKept(finding, request.incidents))
      .map((finding) => anomalyOfFinding(finding, places, flags)),
  ];
  const found = anomalies.flatMap(({ tenant: place }) => (place === null ? [] : [places.idOf(place)]));
  const first = await gatherWindow(asked, request.window, {
    ...about,
    alsoNamed: tenant === undefined ? [...new Set(found)].slice(0, MOST_CLOSE) : [tenant.id],
  });
  const windows: WindowData[] = [first];
  for (const window of request.alsoWindows) {
    windows.push(await gatherWindow(asked, window, { ...about, alsoNamed: tenant === undefined ? [] : [tenant.id] }));
  }
  const close = tenant === undefined ? closeTenants(first, found, places) : [tenant.id];
  const callers = await gatherCallers(asked, {
    ...{ window: request.window, services: first.services, tenants: close, places },
    ...{ names: request.callers, forCustomer: tenant !== undefined },
  });
  const details = await gatherDetails(asked, {
    ...{ window: request.window, hours: first.hours, services: first.services, tenants: close, places, callers },
  });
  const bill = request.bill === null ? null : gatherBill(request.bill, new Set(close), places);
  const quality = await gatherQuality(asked, {
    ...{ window: request.window, hours: first.hours, delivery: request.delivery, reconciled: request.reconciled },
    ...{ emitters: request.tenants.length, only: tenant?.id, places },
  });
  const economics = gatherEconomics(request.margin, { window: first, bill, places, flags });
  const data: DashboardData = {
    version: DATA_VERSION,
    audience: { kind: 'platform' },
    generated_at: request.generatedAt,
    data_through: dataThrough,
    gaps: engine.gaps,
    flags,
    ...places.table(),
    ...{ windows, details, callers: callers.read, anomalies, bill, economics, quality },
  };
  return tenant === undefined ? data : customerData(data, tenant, request.tenants);
}

/** Those something was found of, then the greatest customers by value. */
function closeTenants(window: WindowData, found: readonly string[], places: TenantPlaces): readonly string[] {
  const greatest = window.value.tenant
    .map((place) => places.idOf(place))
    .filter((id) => !isReservedTenant(id))
    .slice(0, CLOSE);
  const customers = found.filter((id) => !id.startsWith('_'));
  return [...new Set([...customers, ...greatest])].slice(0, MOST_CLOSE);
}
