import { setTimeout as sleep } from 'node:timers/promises';
import { parseS3Url } from '../model/index.js';
import { type BucketLedger, parseTrinoUrl, trinoBucketLedger } from '../queries/index.js';
import type { CliContext } from './CliContext.js';
import { parseLedgerCatalog } from './ledgerFlags.js';

/** A lake in S3 and the Trino that keeps its ledger, as flags or a function's variables name them. */
export interface TrinoBucketPlace {
  /** `http[s]://[user@]host[:port]/catalog`, the catalogue over the deployed tables. */
  readonly url: string;
  /** `catalog.schema` of the ledger. */
  readonly ledgerCatalog: string;
  /** `s3://bucket/prefix`. */
  readonly lake: string;
  /** Name of the lake's Glue database. */
  readonly database: string;
}

/** The ledger of a lake in S3 that a Trino keeps. Throws USAGE for what cannot be read as a place. */
export async function openTrinoBucket(
  { url, ledgerCatalog, lake, database }: TrinoBucketPlace,
  { clock, signal }: CliContext,
): Promise<BucketLedger & { close(): Promise<void> }> {
  const { catalog, schema } = parseLedgerCatalog(ledgerCatalog);
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  const ledger = trinoBucketLedger({
    ...parseTrinoUrl(url),
    ...parseS3Url(lake),
    ...{ client, database, ledgerCatalog: catalog, ledgerSchema: schema },
    fetch: globalThis.fetch,
    clock,
    signal,
    sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
  });
  return { ...ledger, close: async () => client.destroy() };
}
