import { setTimeout as sleep } from 'node:timers/promises';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { type AthenaFront, athenaOver, ddlInTrino, ofIceberg } from '../engines/athenaInFrontOf.js';
import { GLUE_CATALOG, ICEBERG_CATALOG } from './glueCatalogs.js';

/** A session of the Trino over the deployed catalogue in one of its databases, as a statement has it in Athena's console. */
export function trinoInDatabase(server: string, database: string): TrinoClient {
  const headers = { 'x-trino-catalog': GLUE_CATALOG, 'x-trino-schema': database };
  const within: typeof fetch = (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } });
  return new TrinoClient({ server, user: 'test', fetch: within, clock: Date.now, sleep });
}

/**
 * The local AWS's Athena, but statements are run by a real Trino over the same Glue and S3: MiniStack's runs them on DuckDB,
 * without Trino's functions or Iceberg. Whoever is given its endpoint (AWS_ENDPOINT_URL_ATHENA), deployed functions
 * included, needs no other engine than the one it has on AWS.
 */
export function athenaOverTrino(
  trino: { readonly server: string },
  miniStack: { readonly endpoint: string },
): Promise<AthenaFront> {
  return athenaOver({
    session: (database) => trinoInDatabase(trino.server, database),
    inTrino: (sql) => ddlInTrino(sql) ?? inCatalogs(sql),
    behind: miniStack.endpoint,
  });
}

/** A table is made where its kind is; everything else finds it in either. */
const inCatalogs = (sql: string): string =>
  ofIceberg(sql).replace(/^(create table )"awsdatacatalog"/, `$1"${ICEBERG_CATALOG}"`);
