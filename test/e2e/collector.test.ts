import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseFluentBitVersion, renderCollector } from '../../fluentbit/index.js';
import { collectorOf } from '../fluentbit/options.js';
import { reaped } from '../reaped.js';
import { freePort } from './freePort.js';
import { temporaryFolder } from './tenantscope.js';
import { startUnreliableStream } from './unreliableStream.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function installed(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The part of the Kubernetes API the filter asks: pods and namespaces by name. */
async function startKubeApi(labels: Readonly<Record<string, string>>) {
  const server = createServer((request, response) => {
    const [, , , , namespace = '', kind, pod] = (request.url ?? '').split('/');
    const known = namespace.startsWith('tenant-');
    const metadata =
      kind === 'pods'
        ? { name: pod, namespace, uid: `uid-in-${namespace}`, labels: { 'tenantscope.io/tenant': 'evil' } }
        : {
            name: namespace,
            labels: labels[namespace] === undefined ? {} : { 'tenantscope.io/tenant': labels[namespace] },
          };
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ metadata, spec: { nodeName: 'node-1', containers: [] }, status: {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

it('a real collector stamps two tenants of one node from their namespaces, never in one record, and names nobody unproven', async (context) => {
  if (!installed('fluent-bit', '--version')) return context.skip('no fluent-bit on PATH');
  if (!installed('openssl', 'version')) return context.skip('no openssl on PATH');
  for (const name of ['etc', 'state', 'log', 'log/containers']) mkdirSync(join(folder.path, name));
  const api = await startKubeApi({ 'tenant-acme': 'acme', 'tenant-globex': 'globex' });
  const stream = await startUnreliableStream(folder.path, 1_000_000);
  const { files } = renderCollector(collectorOf({ version: parseFluentBitVersion('5.1') }));
  const move = (text: string) =>
    text
      .replaceAll('/tenantscope/etc', join(folder.path, 'etc'))
      .replaceAll('/tenantscope/state', join(folder.path, 'state'))
      .replaceAll('/var/log', join(folder.path, 'log'));
  const config = parse(move(files.get('fluent-bit.yaml') ?? ''));
  // Endpoints, places and pace are the test's; what a record holds is as rendered.
  config.service.http_port = await freePort();
  config.pipeline.inputs[0].refresh_interval = 1;
  config.pipeline.inputs[1].interval_sec = 1;
  writeFileSync(join(folder.path, 'token'), 'none');
  Object.assign(config.pipeline.filters[1], {
    kube_url: `http://127.0.0.1:${api.port}`,
    kube_token_file: join(folder.path, 'token'),
    'tls.verify': false,
    kube_tag_prefix: `kube.${join(folder.path, 'log', 'containers').slice(1).replaceAll('/', '.')}.`,
  });
  for (const output of config.pipeline.outputs)
    Object.assign(output, { endpoint: '127.0.0.1', port: stream.port, 'tls.ca_file': stream.ca });
  writeFileSync(join(folder.path, 'run.yaml'), stringify(config));
  writeFileSync(join(folder.path, 'etc', 'stamp.lua'), files.get('stamp.lua') ?? '');

  const fileOf = (namespace: string): string =>
    join(folder.path, 'log', 'containers', `web-1_${namespace}_app-${'0'.repeat(64)}.log`);
  const cri = (text: string, part = 'F'): string => `2026-11-24T10:00:00.123456789Z stdout ${part} ${text}\n`;
  const spoof =
    '{"tenant_id":"globex","kubernetes_namespace":{"labels":{"tenantscope.io/tenant":"globex"}},"msg":"mine"}';
  appendFileSync(fileOf('tenant-acme'), `${cri(spoof)}${cri('half ', 'P')}${cri('and half')}`);
  appendFileSync(fileOf('tenant-acme'), `${cri('java.lang.Error: boom')}${cri('\tat a.B.c(B.java:1)')}${cri('after')}`);
  for (const namespace of ['tenant-acme', 'tenant-globex', 'tenant-nobody', 'gone'])
    appendFileSync(fileOf(namespace), Array.from({ length: 200 }, (_, n) => cri(`${namespace} ${n}`)).join(''));
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    NODE_NAME: 'node-1',
  };
  const agent = reaped(spawn('fluent-bit', ['-c', join(folder.path, 'run.yaml')], { stdio: 'ignore', env }));
  const ended = new Promise((resolve) => agent.on('close', resolve));
  type Line = {
    log?: string;
    tenant_id?: string;
    namespace?: string;
    pod_uid?: string;
    cri_time?: string;
    heartbeat?: { lines_read: number };
  };
  const records = (): Line[][] =>
    stream.taken.map((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Line),
    );
  const all = (): Line[] => records().flat();
  const beats = () => all().filter(({ heartbeat }) => heartbeat !== undefined);
  for (let waited = 0; waited < 300; waited += 1) {
    const done = all().filter(({ log }) => log !== undefined).length >= 804;
    if (done && beats().some(({ tenant_id, heartbeat }) => tenant_id === 'acme' && heartbeat?.lines_read === 204))
      break;
    await sleep(100);
  }
  agent.kill('SIGTERM');
  await ended;
  await stream.close();
  api.close();

  const said = (namespace: string) => all().filter((line) => line.namespace === namespace && line.log !== undefined);
  expect(
    said('tenant-acme')
      .map(({ log }) => log)
      .slice(0, 4),
  ).toEqual([spoof, 'half and half', 'java.lang.Error: boom\n\tat a.B.c(B.java:1)', 'after']);
  expect(new Set(said('tenant-acme').map(({ tenant_id }) => tenant_id))).toEqual(new Set(['acme']));
  expect(said('tenant-acme')[0]).toMatchObject({
    pod_uid: 'uid-in-tenant-acme',
    cri_time: '2026-11-24T10:00:00.123456789Z',
  });
  expect(said('tenant-globex')).toHaveLength(200);
  expect(new Set(said('tenant-globex').map(({ tenant_id }) => tenant_id))).toEqual(new Set(['globex']));
  // No label on the namespace, or no answer of the API: nobody is named, and nothing is lost.
  const unproven = all().filter(({ log }) => /^(tenant-nobody|gone) /.test(log ?? ''));
  expect(unproven).toHaveLength(400);
  expect(unproven.every((line) => !('tenant_id' in line))).toBe(true);
  for (const lines of records()) expect(new Set(lines.map(({ namespace }) => namespace)).size).toBe(1);
  // Heartbeats are records of their own; lines share theirs.
  expect(records().filter(([line]) => line?.log !== undefined).length).toBeLessThan(40);
  expect(new Set(beats().map(({ tenant_id }) => tenant_id))).toEqual(new Set(['acme', 'globex']));
});
