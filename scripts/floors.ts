/**
 * The floors of the building: a folder imports only from the folders listed for it (ARCHITECTURE.md draws them).
 * A folder that is not listed may not be imported by any other.
 */
export const FLOORS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  fluentbit: ['model'],
  transforms: ['model'],
  ingest: ['model', 'transforms'],
  queries: ['model'],
  charts: ['model'],
  billing: ['model', 'queries'],
  alerts: ['model', 'queries', 'charts'],
  dashboard: ['model', 'queries', 'charts'],
  serve: ['model'],
  planner: ['model'],
  infra: ['model', 'queries', 'fluentbit', 'planner'],
  cli: [
    'model',
    'fluentbit',
    'transforms',
    'ingest',
    'queries',
    'charts',
    'billing',
    'alerts',
    'dashboard',
    'serve',
    'planner',
  ],
};
