import type { AthenaClient } from '@aws-sdk/client-athena';
import type { SqlSession } from '../../queries/engines/SqlSession.js';
import { startFakeAthena } from '../queries/engines/athena/fakeAthenaServer.js';

/** Athena's HTTP interface over a Trino, which understands the statements after some of their words were changed. */
export interface AthenaFront {
  readonly athena: AthenaClient;
  /** Every statement that was started, as it was sent. */
  readonly statements: readonly string[];
  stop(): Promise<void>;
}

/** Databases of this Athena: lines of `database` are in Trino's catalogue `lake`, everything else is in `iceberg`. */
export async function athenaInFrontOf(session: SqlSession, database: string): Promise<AthenaFront> {
  const queries = new Map<string, Query>();
  const statements: string[] = [];
  const server = await startFakeAthena({
    operations: {
      StartQueryExecution: (input) => {
        const id = `query-${statements.length}`;
        const sql = String(input.QueryString);
        statements.push(sql);
        queries.set(id, started(session, inTrino(sql, database)));
        return { QueryExecutionId: id };
      },
      GetQueryExecution: (input) => {
        const { state, reason } = queries.get(String(input.QueryExecutionId)) ?? { state: 'FAILED', reason: 'unknown' };
        return { QueryExecution: { Status: { State: state, StateChangeReason: reason } } };
      },
      GetQueryResults: (input) => queries.get(String(input.QueryExecutionId))?.result ?? {},
      StopQueryExecution: () => ({}),
    },
  });
  return { athena: server.athena, statements, stop: server.stop };
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

/** Athena's DDL is Hive's, and it has to be told where tables lie; of the rest only the catalogues have other names. */
function inTrino(sql: string, database: string): string {
  const back = /`([^`]+)`/g;
  const create = /^CREATE TABLE IF NOT EXISTS (\S+) \(([\s\S]*)\)\nPARTITIONED BY \(([^)]*)\)/.exec(sql);
  if (create !== null) {
    const [, name = '', columns = '', partitions = ''] = create;
    const types = columns
      .replace(/ string\b/g, ' varchar')
      .replace(/ timestamp\b/g, ' timestamp(6)')
      .replace(/ int\b/g, ' integer');
    const by = partitions.replace(back, "'$1'");
    return `create table if not exists "iceberg".${name.replace(back, '"$1"')} (${types.replace(back, '"$1"')})
      with (format = 'PARQUET', partitioning = array[${by}])`;
  }
  const [, words = '', names = ''] = /^((?:CREATE|DROP) (?:DATABASE|TABLE) IF (?:NOT )?EXISTS) (\S+)$/.exec(sql) ?? [];
  if (words !== '') return `${words.replace('DATABASE', 'SCHEMA')} "iceberg".${names.replace(back, '"$1"')}`;
  const optimize = /^OPTIMIZE (\S+) REWRITE DATA USING BIN_PACK$/.exec(sql)?.[1];
  if (optimize !== undefined) return `alter table iceberg.${optimize} execute optimize`;
  if (/^VACUUM \S+$/.test(sql)) return 'select 1';
  return sql
    .replace(/table_type = 'ICEBERG', is_external = false, /, '')
    .replace(/, location = '[^']*'/, '')
    .replaceAll(`"${database}"."events"`, `"lake"."${database}"."events"`)
    .replaceAll('"awsdatacatalog"', '"iceberg"');
}
