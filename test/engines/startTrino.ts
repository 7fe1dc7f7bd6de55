import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { freePort } from '../e2e/freePort.js';

/** A real Trino. Its catalogue `lake` sees `root` as `local:///`. */
export interface RunningTrino {
  readonly server: string;
  readonly root: string;
  stop(): Promise<void>;
}

const FETCH = fileURLToPath(new URL('../../scripts/fetchTrino.sh', import.meta.url));
const ATTEMPTS = 240;

/** Fetches Trino where it is not at hand, and starts it as coordinator and worker in one. Throws when either fails. */
export async function startTrino(): Promise<RunningTrino> {
  const [home = '', java = ''] = execFileSync(FETCH, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim()
    .split('\n');
  const folder = mkdtempSync(join(tmpdir(), 'trino-'));
  const root = join(folder, 'root');
  const port = await freePort();
  writeConfiguration(folder, root, port);
  const log = join(folder, 'trino.log');
  const output = openSync(log, 'w');
  const child = spawn(join(home, 'bin/launcher'), ['run', '--etc-dir', join(folder, 'etc')], {
    env: { ...process.env, JAVA_HOME: java, PATH: `${java}/bin:${process.env.PATH}` },
    stdio: ['ignore', output, output],
  });
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(`http://127.0.0.1:${port}`, child);
  } catch (error) {
    const tail = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
    await stop();
    throw new Error(`Trino did not start:\n${tail}`, { cause: error });
  }
  return { server: `http://127.0.0.1:${port}`, root, stop };
}

function writeConfiguration(folder: string, root: string, port: number): void {
  const files: Record<string, readonly string[]> = {
    'etc/node.properties': [
      'node.environment=test',
      'node.id=one',
      `node.data-dir=${folder}/data`,
      // It would listen on every interface otherwise.
      'node.bind-ip=127.0.0.1',
      'node.internal-address=127.0.0.1',
    ],
    'etc/config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=http://127.0.0.1:${port}`,
      'task.concurrency=1',
      'query.max-hash-partition-count=1',
      'query.min-hash-partition-count=1',
      'query.max-memory=1GB',
      'query.max-memory-per-node=1GB',
    ],
    'etc/jvm.config': [
      '-server',
      '-Xmx2G',
      // Thousands of small queries, none of them long: what the second compiler would gain never pays for itself.
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseG1GC',
      '-XX:G1HeapRegionSize=32M',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:ReservedCodeCacheSize=256M',
      '-Djdk.attach.allowAttachSelf=true',
      '-Djdk.nio.maxCachedBufferSize=2000000',
      '-Dfile.encoding=UTF-8',
      '--enable-native-access=ALL-UNNAMED',
    ],
    // As queries/README.md tells users to set it up.
    'etc/catalog/lake.properties': [
      'connector.name=hive',
      'hive.metastore=file',
      'hive.metastore.catalog.dir=local:///.staging/trino',
      'fs.native-local.enabled=true',
      `local.location=${root}`,
      'hive.recursive-directories=true',
      'hive.partition-projection-enabled=true',
      'hive.ignore-absent-partitions=true',
      'hive.domain-compaction-threshold=2000',
    ],
    'etc/catalog/iceberg.properties': [
      'connector.name=iceberg',
      'iceberg.catalog.type=TESTING_FILE_METASTORE',
      'hive.metastore.catalog.dir=local:///.staging/iceberg',
      'fs.native-local.enabled=true',
      `local.location=${root}`,
    ],
  };
  for (const name of ['root', 'data', 'etc/catalog']) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

/** `/v1/info` says that it started seconds before a query can run; so a query is asked. */
async function untilReady(server: string, child: ChildProcess): Promise<void> {
  const client = new TrinoClient({ server, user: 'test', fetch, clock: Date.now, sleep });
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS && child.exitCode === null; attempt++) {
    try {
      const { rows } = await client.run("select count(*) from system.runtime.nodes where state = 'active'");
      if (rows[0]?.[0] === 1n) return;
    } catch (error) {
      last = error;
    }
    await sleep(500);
  }
  throw last ?? new Error(`it ended with ${child.exitCode}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
