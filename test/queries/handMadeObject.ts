import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { LAKE, LAKE_VERSION } from '../../model/index.js';
import { sqlText } from '../../queries/engines/sqlText.js';

/** An object written by hand, as a finished delivery would leave it. */
export interface HandMadeObject {
  readonly emitter: string;
  readonly dt: string;
  /** Name of the file and of its unit in the journal. */
  readonly name: string;
  /** SELECT of its rows, with whatever columns. */
  readonly rows: string;
}

/** Writes an object and its journal entry; returns its path in the lake. */
export async function writeHandMadeObject(lake: string, object: HandMadeObject): Promise<string> {
  const partition = `tenant_id=${object.emitter}/dt=${object.dt}`;
  const path = `${LAKE.events}/${partition}/${object.name}.parquet`;
  mkdirSync(dirname(join(lake, path)), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const copied = await connection.run(`copy (${object.rows}) to ${sqlText(join(lake, path))} (format parquet)`);
  const rows = copied.rowsChanged;
  connection.closeSync();
  instance.closeSync();
  const content = readFileSync(join(lake, path));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const counted = { records: rows, bytes: 0, accepted: rows, control: 0, reput: 0, reput_in: 0, quarantined: {} };
  const objects = [{ path, rows, bytes: content.length, sha256 }];
  const delivery = { ...counted, lines: { [partition]: rows }, objects, error_objects: [] };
  const unit = createHash('md5').update(path).digest('hex');
  const entry = { version: 1, unit, state: 'done', arrival: Date.parse(object.dt), files: [], delivery };
  mkdirSync(join(lake, LAKE.journal), { recursive: true });
  writeFileSync(join(lake, LAKE.journal, `${unit}.json`), JSON.stringify(entry));
  writeFileSync(join(lake, LAKE.marker), `{"version":${LAKE_VERSION}}`);
  return path;
}
