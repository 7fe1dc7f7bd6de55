import { GLUE_CATALOG, ICEBERG_CATALOG } from './glueCatalogs.js';

/** The part of deployment.yaml that has the jobs ask this Trino, and run when a test says so. */
export function jobsOn(server: string): string {
  return `jobs:
  schedules: false
  trino: { url: '${server}/${GLUE_CATALOG}', ledger_catalog: ${ICEBERG_CATALOG}.rehearsal }
`;
}
