import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { freePort } from '../e2e/freePort.js';
import { localCatalogs } from './catalogProperties.js';

/** A real Trino. Its local catalogues see `root` as `local:///`. */
export interface RunningTrino {
  readonly server: string;
  readonly root: string;
  stop(): Promise<void>;
}

const FETCH = fileURLToPath(new URL('../../scripts/fetchTrino.sh', import.meta.url));
const ATTEMPTS = 480;
/** `single` does the work of both. */
type Role = 'coordinator' | 'worker' | 'single';

/** How it is set up. */
export interface TrinoSetup {
  readonly roles: readonly ['coordinator', 'worker'] | readonly ['single'];
  /** The lines of each catalogue's file, by the catalogue's name. */
  readonly catalogs: (root: string) => Readonly<Record<string, readonly string[]>>;
}

/** A coordinator and a worker, so that what is read crosses a network, as it does where it matters. */
const LOCAL: TrinoSetup = { roles: ['coordinator', 'worker'], catalogs: localCatalogs };

/** Fetches Trino where it is not at hand, and starts it. Throws when either fails. */
export async function startTrino({ roles, catalogs }: TrinoSetup = LOCAL): Promise<RunningTrino> {
  const [home = '', java = ''] = execFileSync(FETCH, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    .trim()
    .split('\n');
  const folder = mkdtempSync(join(tmpdir(), 'trino-'));
  const root = join(folder, 'root');
  mkdirSync(root);
  // At once: a port that a node is about to take looks free.
  const [port = 0, ...others] = await Promise.all(roles.map(() => freePort()));
  const nodes = roles.map((role, index) => {
    const own = join(folder, role);
    writeConfiguration(own, role, catalogs(root), { own: [port, ...others][index] ?? 0, discovery: port });
    return startNode(home, java, own);
  });
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(({ child }) => end(child)));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(
      `http://127.0.0.1:${port}`,
      nodes.map(({ child }) => child),
    );
  } catch (error) {
    const tails = nodes.map(({ log }) => readFileSync(log, 'utf8').split('\n').slice(-15).join('\n'));
    await stop();
    throw new Error(`Trino did not start:\n${tails.join('\n\n')}`, { cause: error });
  }
  return { server: `http://127.0.0.1:${port}`, root, stop };
}

function startNode(home: string, java: string, folder: string): { readonly child: ChildProcess; readonly log: string } {
  const log = join(folder, 'trino.log');
  const output = openSync(log, 'w');
  const child = spawn(join(home, 'bin/launcher'), ['run', '--etc-dir', join(folder, 'etc')], {
    env: { ...process.env, JAVA_HOME: java, PATH: `${java}/bin:${process.env.PATH}` },
    stdio: ['ignore', output, output],
  });
  return { child, log };
}

interface Ports {
  readonly own: number;
  readonly discovery: number;
}

function writeConfiguration(
  folder: string,
  role: Role,
  catalogs: ReturnType<TrinoSetup['catalogs']>,
  ports: Ports,
): void {
  const files: Record<string, readonly string[]> = {
    'etc/node.properties': [
      'node.environment=test',
      `node.id=${role}`,
      `node.data-dir=${folder}/data`,
      // It would listen on every interface otherwise.
      'node.bind-ip=127.0.0.1',
      'node.internal-address=127.0.0.1',
    ],
    'etc/config.properties': [
      ...(role === 'worker'
        ? ['coordinator=false']
        : ['coordinator=true', `node-scheduler.include-coordinator=${role === 'single'}`]),
      `http-server.http.port=${ports.own}`,
      `discovery.uri=http://127.0.0.1:${ports.discovery}`,
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
    ...Object.fromEntries(Object.entries(catalogs).map(([name, lines]) => [`etc/catalog/${name}.properties`, lines])),
  };
  for (const name of ['data', 'etc/catalog']) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
}

/** `/v1/info` says that it started seconds before a query can run; so a query is asked, which a worker has to answer. */
async function untilReady(server: string, children: readonly ChildProcess[]): Promise<void> {
  const client = new TrinoClient({ server, user: 'test', fetch, clock: Date.now, sleep });
  let last: unknown;
  for (let attempt = 0; attempt < ATTEMPTS && children.every(({ exitCode }) => exitCode === null); attempt++) {
    try {
      const { rows } = await client.run("select count(*) from system.runtime.nodes where state = 'active'");
      if (rows[0]?.[0] === BigInt(children.length)) return;
    } catch (error) {
      last = error;
    }
    await sleep(500);
  }
  throw last ?? new Error(`a node ended, or was not there in time: ${children.map(({ exitCode }) => exitCode)}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
