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
  serve: ['model', 'queries'],
  planner: ['model'],
  tenants: ['model', 'transforms', 'fluentbit', 'planner'],
  infra: ['model', 'queries', 'fluentbit', 'planner', 'tenants'],
  cli: [
    'model',
    'fluentbit',
    'tenants',
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

/** Doors into a floor beside its index: for what must start before the floor is loaded, such as `tenantscope --help`. */
export const SIDE_DOORS: Readonly<Record<string, readonly string[]>> = { model: ['errors/index.ts'] };
