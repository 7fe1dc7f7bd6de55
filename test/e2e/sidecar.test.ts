import { execFile, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadStamp } from '../fluentbit/stampRunner.js';
import { reaped } from '../reaped.js';
import { transformLines } from '../transforms/transformLines.js';
import { freePort } from './freePort.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const out = join(folder.path, 'deploy');
let binary: string | undefined;

beforeAll(async () => {
  writeFileSync(
    join(folder.path, 'tenantscope.yaml'),
    'plans:\n  - { id: pro, ingest_limits: { lines_per_second: 5000 } }\nshared_namespaces: [shared-search, shared-mail]\n',
  );
  await tenantscopeOk(['tenant', 'add', 'acme', '--plan', 'pro', '--namespace', 'tenant-acme'], { cwd: folder.path });
  await tenantscopeOk(['sidecar', 'render', '--tenant', 'acme', '--out', out], { cwd: folder.path });
  binary = await promisify(execFile)('fluent-bit', ['--version']).then(
    ({ stdout }) => stdout.split('\n')[0],
    () => undefined,
  );
});
afterAll(() => folder.remove());

describe('tenantscope sidecar', () => {
  it('renders what verify finds nothing wrong with', async () => {
    const finished = await tenantscope(['sidecar', 'verify', out, '--json']);
    expect(finished.code).toBe(0);
    const said = jsonOf(finished.stdout) as { problems: unknown[]; dryRun: string };
    expect(said.problems).toEqual([]);
    expect(said.dryRun).toBe(binary === undefined ? 'skipped, no fluent-bit on PATH' : 'passed');
  });

  it('verify ends with 1 and names what was changed', async () => {
    const copy = join(folder.path, 'changed');
    await tenantscopeOk(['sidecar', 'render', '--tenant', 'acme', '--out', copy], { cwd: folder.path });
    const file = join(copy, 'pod-patch.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('runAsNonRoot: true', 'runAsNonRoot: false'));
    const finished = await tenantscope(['sidecar', 'verify', copy]);
    expect(finished.code).toBe(1);
    expect(finished.stdout).toContain(`${file}: the sidecar: runAsNonRoot: expected true, got false`);
  });

  it.each([
    [['--tenant', 'acne'], 65, 'did you mean acme'],
    [['--tenant', '_shared'], 65, 'a reserved tenant has no sidecar; a shared namespace has, with --shared'],
    [[], 64, 'a tenant, or --shared'],
    [['--tenant', 'acme', '--shared'], 64, 'a tenant, or --shared'],
    [['--tenant', 'acme', '--stream', 'tenantscope-platform'], 64, 'no tenant may write'],
    [['--shared'], 65, 'expected shared-search or shared-mail, got none'],
    [['--shared', '--namespace', 'shared-serch'], 65, 'expected shared-search, got shared-serch'],
    [['--shared', '--namespace', 'tenant-acme'], 65, 'not shared would be quarantined'],
    [['--shared', '--namespace', 'shared-mail', '--stream', 'cell-1'], 64, 'where alone shared namespaces'],
    [['--tenant', 'acme', '--namespace', 'tenant-beta'], 65, 'expected tenant-acme, got tenant-beta'],
    [['--tenant', 'acme', '--stream', 'a b'], 64, '--stream'],
    [['--tenant', 'acme', '--fluent-bit-version', '1.9.10'], 64, 'too old'],
    [['--tenant', 'acme', '--compression', 'gzip'], 64, '5.0.0 or newer'],
    [['--tenant', 'acme', '--image', 'x"\nhostPID: true'], 64, '--image'],
  ])('render %j ends with %i', async (args, code, said) => {
    const nowhere = join(folder.path, 'nowhere');
    const finished = await tenantscope(['sidecar', 'render', ...args, '--out', nowhere], { cwd: folder.path });
    expect(finished.code).toBe(code);
    expect(finished.stderr).toContain(said);
    expect(() => readFileSync(join(nowhere, 'stamp.lua'))).toThrow();
  });

  it('refuses the platform’s stream to a tenant also where it is called as the default is', async () => {
    const config = join(folder.path, 'one-stream.yaml');
    writeFileSync(
      config,
      'identity: { platform_stream: tenantscope }\ntenants: [{ id: acme, namespaces: [tenant-acme] }]\n',
    );
    const args = ['sidecar', 'render', '--config', config, '--tenant', 'acme', '--out', join(folder.path, 'one')];
    const finished = await tenantscope(args);
    expect([finished.code, finished.stderr]).toEqual([64, expect.stringContaining('no tenant may write')]);
    await tenantscopeOk([...args, '--stream', 'cell-1']);
  });

  it('renders a shared namespace: its lines are believed on the platform’s stream, and count for whom they name', async () => {
    const shared = join(folder.path, 'shared');
    await tenantscopeOk(['sidecar', 'render', '--shared', '--namespace', 'shared-search', '--out', shared], {
      cwd: folder.path,
    });
    await tenantscopeOk(['sidecar', 'verify', shared]);
    const config = parse(readFileSync(join(shared, 'fluent-bit.yaml'), 'utf8')) as {
      pipeline: { outputs: { stream: string }[] };
    };
    expect(config.pipeline.outputs.map(({ stream }) => stream)).toEqual(['tenantscope-platform']);
    const pod = { POD_NAME: 'search-1', POD_UID: 'u-1', POD_NAMESPACE: 'shared-search', NODE_NAME: 'n-1' };
    const stamp = loadStamp(readFileSync(join(shared, 'stamp.lua'), 'utf8'), pod);
    const at = { file: '/var/log/tenantscope/app.log', offset: 0 };
    const seconds = Date.UTC(2026, 10, 24, 11) / 1000;
    const line = (tenant: string) =>
      `{"time":"2026-11-24T11:00:00Z","tenant_id":"${tenant}","metering":{"v":1,"service":"DynamoDB","operation":"Query","usage":[{"resource":"songs","read_units":2}]}}`;
    const records = [
      stamp('app', seconds, { ...at, log: line('acme') }).record,
      stamp('app', seconds, { ...at, offset: 900, log: line('nobody') }).record,
      stamp('tenantscope.heartbeat', seconds, {}).record,
    ].map((record) => JSON.stringify(record));
    const { events, outcomes } = await transformLines(records, 'acme', 'tenant-acme', { shared: ['shared-search'] });
    expect(outcomes.map(({ outcome, tenantId }) => [outcome, tenantId])).toEqual(
      records.map(() => ['accepted', '_shared']),
    );
    const consumers = events.map(({ usage }) =>
      usage.filter(({ service }) => service === 'DynamoDB').map(({ tenant_id: id }) => id),
    );
    expect(consumers).toEqual([['acme'], ['_unknown'], []]);
    expect(events[2]).toMatchObject({ event_name: 'tenantscope.heartbeat', namespace: 'shared-search' });
    // On the stream of a cell, or from a namespace that is a tenant's, the same records are not believed.
    const elsewhere = await transformLines(records, 'acme', 'tenant-acme', {
      shared: ['shared-search'],
      stream: 'cell-1',
    });
    expect(elsewhere.outcomes).toMatchObject(records.map(() => ({ reason: 'shared_untrusted' })));
    const taken = await transformLines(records, 'acme', 'shared-search');
    expect(taken.outcomes).toMatchObject(records.map(() => ({ reason: 'identity_reserved' })));
  });

  it('runs in a real Fluent Bit: every line once, whole or marked, under its tenant', async (context) => {
    if (binary === undefined) return context.skip('no fluent-bit on PATH');
    const logs = join(folder.path, 'logs');
    const received = join(folder.path, 'received');
    for (const name of [logs, received, join(folder.path, 'state')]) mkdirSync(name);
    const move = (text: string) =>
      text
        .replaceAll('/tenantscope/etc', out)
        .replaceAll('/tenantscope/state', join(folder.path, 'state'))
        .replaceAll('/var/log/tenantscope', logs);
    const config = parse(move(readFileSync(join(out, 'fluent-bit.yaml'), 'utf8'))) as {
      service: Record<string, unknown>;
      pipeline: { inputs: Record<string, unknown>[]; outputs: unknown[] };
    };
    // The endpoint of the stream and the pace are the test's; all that decides what a record holds is as rendered.
    config.service.http_port = await freePort();
    for (const input of config.pipeline.inputs) if (input.name === 'dummy') input.interval_sec = 1;
    config.pipeline.outputs = [{ name: 'file', match: '*', path: received, file: 'records', format: 'plain' }];
    writeFileSync(join(folder.path, 'run.yaml'), stringify(config));
    const long = 'A'.repeat(300 * 1024);
    const endless = 'B'.repeat(5 * 1024 * 1024);
    const trace =
      'java.lang.IllegalStateException: boom\n\tat a.B.c(B.java:1)\nCaused by: d.E: f\n\tat g.H.i(H.java:9)';
    const spoof = '{"tenant_id":"evil","tenant\\u005fid":"evil","kubernetes":{"namespace_name":"evil"},"msg":"mine"}';
    const log = join(logs, 'app.log');
    writeFileSync(log, Buffer.concat([Buffer.from('first\n'), Buffer.from('bad \xff byte\n', 'latin1')]));
    appendFileSync(log, `ünï ✓\n${spoof}\n${trace}\nafter the trace\n${long}\n${endless}\nlast\n`);
    const env = { PATH: process.env.PATH ?? '', POD_NAME: 'web-1', POD_UID: 'u-1', POD_NAMESPACE: 'tenant-acme' };
    const child = reaped(spawn('fluent-bit', ['-c', join(folder.path, 'run.yaml')], { env, stdio: 'ignore' }));
    const lines = () => {
      try {
        return readFileSync(join(received, 'records'), 'utf8').split('\n').slice(0, -1);
      } catch {
        return [];
      }
    };
    const ended = new Promise((resolve) => child.on('close', resolve));
    for (
      let waited = 0;
      waited < 300 &&
      !(lines().some((line) => line.includes('"log":"last"')) && lines().some((line) => line.includes('"heartbeat"')));
      waited += 1
    ) {
      await sleep(100);
    }
    child.kill('SIGTERM');
    await ended;
    const { events, outcomes } = await transformLines(lines(), 'acme', 'tenant-acme');
    expect(outcomes.every((outcome) => outcome.outcome === 'accepted' && outcome.tenantId === 'acme')).toBe(true);
    const said = events.filter((event) => event.format !== 'heartbeat');
    expect(said.map((event) => event.body?.slice(0, 200))).toEqual([
      'first',
      'bad \ufffd byte',
      'ünï ✓',
      'mine',
      trace,
      'after the trace',
      long.slice(0, 200),
      endless.slice(0, 200),
      'last',
    ]);
    expect(said.map((event) => event.problems)).toEqual([
      [],
      ['line_invalid_utf8'],
      [],
      [],
      [],
      [],
      [],
      ['line_truncated'],
      [],
    ]);
    expect(said[6]?.body).toBe(long);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
    const beats = events.filter((event) => event.event_name === 'tenantscope.heartbeat');
    expect(beats.at(-1)?.attributes['heartbeat.lines_read']).toBe('9');
    expect(beats.every((event) => event.usage.length === 0 && event.log_bytes === 0)).toBe(true);
  });
});
