import type { DashboardData, ServiceData, WindowData } from '../DashboardData.js';
import { instantText } from './format.js';
import { reportCommand, shellWord } from './reportCommand.js';

/** What every number of a view is of: unit, window, how far the data goes, how complete it is. */
export function provenance(
  data: DashboardData,
  window: WindowData,
  unit: string,
  completeness: string = window.completeness,
): string {
  const span = `${instantText(window.window.start)} to ${instantText(window.window.end)} UTC`;
  return `Unit: ${unit}. Window: ${span}. Data through ${throughText(data)}. Completeness: ${completeness}.`;
}

/** How far the data goes. */
export function throughText({ data_through: through }: DashboardData): string {
  return through === null ? 'no hour yet' : `${instantText(through)} UTC`;
}

/** What the amounts of a service are, in words. */
export function basisText({ basis, unit }: ServiceData): string {
  return basis === 'USD' ? 'USD at list price' : `${unit} (${basis})`;
}

/** The command behind the figures of a service; a customer asks for its own. */
export function shareCommand(data: DashboardData, window: WindowData, service: ServiceData): string {
  if (data.audience.kind === 'tenant') return usageCommand(data, window, data.audience.tenant_id);
  return reportCommand('tenant-share', { service: service.service, top: '100000' }, window.window, data.flags);
}

/** The command behind what one tenant used, hour by hour. */
export function usageCommand(data: DashboardData, window: WindowData, tenant: string): string {
  const flags = data.audience.kind === 'tenant' ? ` --as-tenant ${tenant}` : data.flags;
  return reportCommand('tenant-usage-by-hour', { tenant_id: tenant }, window.window, flags);
}

/** The command that shows an invoice line's usage, price and bookings. */
export function lineageCommand(data: DashboardData, folder: string, charge: string): string {
  return `tenantscope bill lineage ${charge} --package ${shellWord(folder)}${data.flags}`;
}
