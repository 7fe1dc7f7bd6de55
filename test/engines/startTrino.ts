import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { freePort } from '../e2e/freePort.js';
import { TRINO_ETC } from './catalogProperties.js';

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
  /** The lines of each catalogue's file, by the catalogue's name; those of examples/trino, which see `root`, when left out. */
  readonly catalogs?: () => Readonly<Record<string, readonly string[]>>;
}

/** A coordinator and a worker, so that what is read crosses a network, as it does where it matters. */
const LOCAL: TrinoSetup = { roles: ['coordinator', 'worker'] };

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
    const config = writeConfiguration(own, role, catalogs?.());
    const ports = { own: [port, ...others][index] ?? 0, coordinator: port };
    return startNode({ home, java, config, data: join(own, 'data'), root, ports });
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

interface Node {
  readonly home: string;
  readonly java: string;
  /** The node's config.properties, in its etc folder. */
  readonly config: string;
  readonly data: string;
  readonly root: string;
  readonly ports: { readonly own: number; readonly coordinator: number };
}

/** Starts a node as examples/trino/README.md does. */
function startNode(node: Node): { readonly child: ChildProcess; readonly log: string } {
  const log = join(node.data, 'trino.log');
  const output = openSync(log, 'w');
  const settings = ['--etc-dir', dirname(node.config), '--config', node.config, '--data-dir', node.data];
  // Thousands of small queries, none of them long: what the second compiler would gain never pays for itself.
  const child = spawn(join(node.home, 'bin/launcher'), ['run', ...settings, '-J', '-XX:TieredStopAtLevel=1'], {
    env: {
      ...process.env,
      JAVA_HOME: node.java,
      PATH: `${node.java}/bin:${process.env.PATH}`,
      LAKE_ROOT: node.root,
      TRINO_PORT: String(node.ports.own),
      TRINO_COORDINATOR: `http://127.0.0.1:${node.ports.coordinator}`,
    },
    stdio: ['ignore', output, output],
  });
  return { child, log };
}

/** The settings of examples/trino, with other catalogues where some are given. Returns the node's config.properties. */
function writeConfiguration(
  folder: string,
  role: Role,
  catalogs: Readonly<Record<string, readonly string[]>> | undefined,
): string {
  const etc = join(folder, 'etc');
  cpSync(TRINO_ETC, etc, { recursive: true });
  mkdirSync(join(folder, 'data'));
  if (catalogs !== undefined) {
    rmSync(join(etc, 'catalog'), { recursive: true });
    mkdirSync(join(etc, 'catalog'));
    for (const [name, lines] of Object.entries(catalogs))
      writeFileSync(join(etc, 'catalog', `${name}.properties`), `${lines.join('\n')}\n`);
  }
  if (role !== 'single') return join(etc, `${role}.properties`);
  // What the file's own comment says of one server alone.
  const [scheduler, config] = ['node-scheduler.include-coordinator', join(etc, 'coordinator.properties')];
  writeFileSync(config, readFileSync(config, 'utf8').replace(`${scheduler}=false`, `${scheduler}=true`));
  return config;
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
