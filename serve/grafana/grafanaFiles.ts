import { type AthenaDashboardOptions, athenaDashboard } from './athenaDashboard.js';
import { metricsDashboard } from './metricsDashboard.js';

/** The dashboards as files, by name, ready to be imported into Grafana. The same options give the same bytes. */
export function grafanaFiles(options: AthenaDashboardOptions): ReadonlyMap<string, string> {
  const text = (of: unknown): string => `${JSON.stringify(of, null, 2)}\n`;
  return new Map([
    ['tenantscope-metrics.json', text(metricsDashboard())],
    ['tenantscope-athena.json', text(athenaDashboard(options))],
  ]);
}
