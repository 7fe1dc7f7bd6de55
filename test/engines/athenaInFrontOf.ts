import type { AthenaClient } from '@aws-sdk/client-athena';
import type { SqlSession } from '../../queries/engines/SqlSession.js';
import { startFakeAthena } from '../queries/engines/athena/fakeAthenaServer.js';

/** Athena's HTTP interface over a Trino, which understands the statements after some of their words were changed. */
export interface AthenaFront {
  readonly endpoint: string;
  readonly athena: AthenaClient;
  /** Every statement that was started, as it was sent. */
  readonly statements: readonly string[];
  stop(): Promise<void>;
}

/** What is behind it. */
export interface BehindAthena {
  /** A session of Trino in a database. */
  readonly session: (database: string) => SqlSession;
  /** A statement of Athena's in Trino's words. */
  readonly inTrino: (sql: string) => string;
  /** Answers what is not about running statements. */
  readonly behind?: string;
}

/** Databases of this Athena: lines of `database` are in Trino's catalogue `lake`, everything else is in `iceberg`. */
export function athenaInFrontOf(session: SqlSession, database: string): Promise<AthenaFront> {
  return athenaOver({ session: () => session, inTrino: (sql) => inLocalCatalogs(sql, database) });
}

/** Starts statements in a Trino as Athena does, each at once. */
export async function athenaOver({ session, inTrino, behind }: BehindAthena): Promise<AthenaFront> {
  const queries = new Map<string, Query>();
  const statements: string[] = [];
  const server = await startFakeAthena({
    operations: {
      StartQueryExecution: (input) => {
        const id = `query-${statements.length}`;
        const sql = String(input.QueryString);
        statements.push(sql);
        const { Database: database = '' } = (input.QueryExecutionContext ?? {}) as { readonly Database?: string };
        queries.set(id, started(session(database), inTrino(sql)));
        return { QueryExecutionId: id };
      },
      GetQueryExecution: (input) => {
        const { state, reason } = queries.get(String(input.QueryExecutionId)) ?? { state: 'FAILED', reason: 'unknown' };
        return { QueryExecution: { Status: { State: state, StateChangeReason: reason } } };
      },
      GetQueryResults: (input) => queries.get(String(input.QueryExecutionId))?.result ?? {},
      StopQueryExecution: () => ({}),
    },
    ...(behind === undefined ? {} : { behind }),
  });
  return { endpoint: server.endpoint, athena: server.athena, statements, stop: server.stop };
}

interface Query {
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  reason?: string;
  result?: object;
}

function started(session: SqlSession, sql: string): Query {
  const query: Query = { state: 'RUNNING' };
  session.run(sql).then(
    ({ columns, types = [], rows }) => {
      const ColumnInfo = columns.map((Name, index) => ({
        Name,
        Type: (types[index] ?? 'varchar').replace(/\(.*/, ''),
      }));
      const texts = rows.map((row) => ({
        Data: row.map((value) => (value === null ? {} : { VarCharValue: text(value) })),
      }));
      query.result = { ResultSet: { ResultSetMetadata: { ColumnInfo }, Rows: [header(columns), ...texts] } };
      query.state = 'SUCCEEDED';
    },
    (error: unknown) => {
      query.reason = String(error);
      query.state = 'FAILED';
    },
  );
  return query;
}

const header = (columns: readonly string[]) => ({ Data: columns.map((VarCharValue) => ({ VarCharValue })) });

/** Timestamps as Athena writes them. */
function text(value: unknown): string {
  return String(value).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})Z$/, '$1 $2');
}

/** Athena's DDL is Hive's, and Trino has a catalogue for each kind of table; the rest it says alike. */
export function ddlInTrino(sql: string): string | undefined {
  const back = /`([^`]+)`/g;
  const create = /^CREATE TABLE IF NOT EXISTS (\S+) \(([\s\S]*)\)\nPARTITIONED BY \(([^)]*)\)\nLOCATION ('[^']*')/.exec(
    sql,
  );
  if (create !== null) {
    const [, name = '', columns = '', partitions = '', location = ''] = create;
    const types = columns
      .replace(/ string\b/g, ' varchar')
      .replace(/ timestamp\b/g, ' timestamp(6)')
      .replace(/ int\b/g, ' integer');
    const by = partitions.replace(back, "'$1'");
    return `create table if not exists "iceberg".${name.replace(back, '"$1"')} (${types.replace(back, '"$1"')})
      with (format = 'PARQUET', partitioning = array[${by}], location = ${location})`;
  }
  const [, words = '', names = ''] = /^((?:CREATE|DROP) (?:DATABASE|TABLE) IF (?:NOT )?EXISTS) (\S+)$/.exec(sql) ?? [];
  if (words !== '') return `${words.replace('DATABASE', 'SCHEMA')} "iceberg".${names.replace(back, '"$1"')}`;
  const optimize = /^OPTIMIZE (\S+) REWRITE DATA USING BIN_PACK$/.exec(sql)?.[1];
  if (optimize !== undefined) return `alter table iceberg.${optimize} execute optimize`;
  if (/^VACUUM \S+$/.test(sql)) return 'select 1';
  return undefined;
}

/** What Athena wants to be told of a table that is made of a query, and Trino takes for granted. */
export const ofIceberg = (sql: string): string => sql.replace(/table_type = 'ICEBERG', is_external = false, /, '');

/** Catalogues over a folder: where tables lie is for Trino to say. */
function inLocalCatalogs(sql: string, database: string): string {
  const placed = /, location = '[^']*'/;
  const ddl = ddlInTrino(sql);
  if (ddl !== undefined) return ddl.replace(placed, '');
  return ofIceberg(sql)
    .replace(placed, '')
    .replaceAll(`"${database}"."events"`, `"lake"."${database}"."events"`)
    .replaceAll('"awsdatacatalog"', '"iceberg"');
}
