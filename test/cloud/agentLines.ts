import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { sqlText } from '../../queries/engines/sqlText.js';
import { freePort } from '../e2e/freePort.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { reaped } from '../reaped.js';
import { trinoInDatabase } from './athenaOverTrino.js';
import type { DeployedApp } from './DeployedApp.js';
import { bookUntil, deployedConfig, invokeJob, PREFIX, withDeployedLedger } from './deployedLedger.js';
import { startTlsFront, type TlsFront } from './tlsFront.js';

/** Two tenants of the deployed cell; each is what the other's lines claim to be. */
const AGENTS = [
  { tenant: 'acme', claims: 'bluenote' },
  { tenant: 'bluenote', claims: 'acme' },
] as const;

/** Stamped on every line of these agents and on no other. */
const CLUSTER = 'of-agents';
const NUMBERED = 200;

/** What a tenant's application prints, and the body each of it has in the lake. */
function linesOf({
  tenant,
  claims,
}: (typeof AGENTS)[number]): readonly { readonly text: string; readonly body: string }[] {
  const plain = (text: string) => ({ text, body: text });
  const spoof = {
    tenant_id: claims,
    TENANT_ID: claims,
    namespace: `tenant-${claims}`,
    cluster: 'x',
    file: 'y',
    offset: 1,
  };
  return [
    ...Array.from({ length: NUMBERED }, (_, number) => plain(`${tenant} line ${number}`)),
    { text: JSON.stringify({ ...spoof, msg: `${tenant} mine` }), body: `${tenant} mine` },
    plain(`${tenant} ünï ✓`),
    plain(`java.lang.IllegalStateException: ${tenant}\n\tat a.B.c(B.java:1)\nCaused by: d.E: f\n\tat g.H.i(H.java:9)`),
    plain(`${tenant} after the trace`),
  ];
}

/** The way of a line from the file it is printed to: rendered sidecars in real agents, through all that is deployed. */
export function itTakesWhatAgentsSend(deployed: DeployedApp): void {
  const { target, folder, server } = deployed;
  const running: ChildProcess[] = [];
  let front: TlsFront | undefined;
  afterAll(async () => {
    await Promise.all(running.map(ended));
    await front?.stop();
  });
  /** Lines that the ledger has of each of the tenants. */
  const counted = (): Promise<ReadonlyMap<unknown, number>> =>
    withDeployedLedger(deployed, async (engine) => {
      const { rows } = await engine.query(`select tenant_id, cast(sum(quantity_micros) / 1000000 as bigint) from ledger
        where meter = 'log_events' and emitter = tenant_id group by 1`);
      return new Map(rows.map(([tenant, lines]) => [tenant, Number(lines)]));
    });

  const logOf = (tenant: string): string => join(folder, 'agents', tenant, 'agent.log');

  /** The rendered sidecar of a tenant, in folders of its own, sending to the front. */
  async function configure(tenant: string, version: string, { port, ca }: TlsFront): Promise<string> {
    const place = (...names: readonly string[]): string => join(folder, 'agents', tenant, ...names);
    for (const name of ['state', 'logs']) mkdirSync(place(name), { recursive: true });
    await tenantscopeOk([
      ...['sidecar', 'render', '--tenant', tenant, '--out', place('etc'), '--config', join(folder, 'tenantscope.yaml')],
      ...['--stream', `${PREFIX}-default`, '--region', target.region, '--cluster', CLUSTER],
      ...['--fluent-bit-version', version],
    ]);
    const text = readFileSync(place('etc', 'fluent-bit.yaml'), 'utf8')
      .replaceAll('/tenantscope/etc', place('etc'))
      .replaceAll('/tenantscope/state', place('state'))
      .replaceAll('/var/log/tenantscope', place('logs'));
    const rendered = parse(text);
    // Where the stream is, is the test's; what a record holds, and whether it is kept and sent again, is as rendered.
    rendered.service.http_port = await freePort();
    rendered.pipeline.inputs[0].refresh_interval = 1;
    Object.assign(rendered.pipeline.outputs[0], { endpoint: '127.0.0.1', port, 'tls.ca_file': ca });
    writeFileSync(place('run.yaml'), stringify(rendered));
    return place();
  }

  it('has what real agents read from files, once each, under the tenants whose sidecars read it', async (context) => {
    const version = installed('fluent-bit', '--version');
    if (version === undefined) return context.skip('no fluent-bit on PATH; the rehearsal starts at the stream');
    if (installed('openssl', 'version') === undefined) return context.skip('no openssl on PATH for a TLS front');
    await invokeJob('ledger');
    const before = await counted();
    mkdirSync(join(folder, 'agents'));
    front = await startTlsFront(join(folder, 'agents'), target.endpoint, 1);
    for (const agent of AGENTS) {
      const { tenant } = agent;
      const own = await configure(tenant, /v\d+\.\d+\.\d+/.exec(version)?.[0] ?? '', front);
      appendFileSync(
        join(own, 'logs', 'app.log'),
        linesOf(agent)
          .map(({ text }) => `${text}\n`)
          .join(''),
      );
      const env = {
        PATH: process.env.PATH ?? '',
        AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
        ...{ POD_NAME: `web-${tenant}`, POD_UID: `uid-${tenant}`, POD_NAMESPACE: `tenant-${tenant}` },
      };
      const said = openSync(logOf(tenant), 'w');
      running.push(reaped(spawn('fluent-bit', ['-c', join(own, 'run.yaml')], { stdio: ['ignore', said, said], env })));
      closeSync(said);
    }
    const wanted = AGENTS.flatMap((agent) =>
      linesOf(agent).map(({ body }) => [
        agent.tenant,
        `tenant-${agent.tenant}`,
        `web-${agent.tenant}`,
        `uid-${agent.tenant}`,
        body,
        1,
      ]),
    );
    const tenants = [...deployedConfig(folder).tenants.map(({ id }) => id), '_unknown', '_shared']
      .map(sqlText)
      .join(', ');
    /** Lines with the stamp of these agents, wherever they lie. */
    const arrived = async (columns: string, grouped = ''): Promise<readonly (readonly unknown[])[]> =>
      (
        await trinoInDatabase(server, PREFIX).run(`select ${columns} from events
          where tenant_id in (${tenants}) and cluster = '${CLUSTER}' and format <> 'heartbeat' ${grouped}`)
      ).rows;
    let [rows, events] = [0, 0];
    // One answer is lost, so what came with it comes twice.
    for (let round = 0; round < 240 && !(events >= wanted.length && rows > events); round += 1) {
      await sleep(500);
      [rows, events] = ((await arrived('count(*), count(distinct event_id)'))[0] ?? []).map(Number) as [number, number];
    }
    await Promise.all(running.map(ended));
    expect(events, AGENTS.map(({ tenant }) => readFileSync(logOf(tenant), 'utf8').slice(-2000)).join('\n')).toBe(
      wanted.length,
    );
    expect(rows).toBeGreaterThan(events);
    const lines = await arrived(
      'tenant_id, namespace, pod, pod_uid, body, count(distinct event_id)',
      'group by 1, 2, 3, 4, 5',
    );
    expect(lines.map((row) => row.map(String)).toSorted()).toEqual(wanted.map((row) => row.map(String)).toSorted());
    const expected = AGENTS.map((agent) => (before.get(agent.tenant) ?? 0) + linesOf(agent).length);
    let found: readonly unknown[] = [];
    const answers = await bookUntil(async () => {
      const after = await counted();
      found = AGENTS.map(({ tenant }) => after.get(tenant));
      return JSON.stringify(found) === JSON.stringify(expected);
    });
    expect(found).toEqual(expected);
    expect(answers.reduce((sum, { duplicates }) => sum + Number(duplicates), 0)).toBe(rows - events);
  }, 600_000);
}

/** What a program says of its version; undefined where there is none. */
function installed(command: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

/** Ends an agent as a pod does. */
async function ended(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const gone = once(agent, 'exit');
  agent.kill('SIGTERM');
  await gone;
}
