import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { parse, stringify } from 'yaml';
import { parseFluentBitVersion, renderSidecar } from '../../fluentbit/index.js';
import type { TenantId } from '../../model/index.js';
import { sidecarOf } from '../fluentbit/options.js';
import { type StoredRecord, startKinesalite } from '../ingest/kinesisEmulator.js';
import { reaped } from '../reaped.js';
import { freePort } from './freePort.js';
import { startUnreliableStream } from './unreliableStream.js';

/** The tenants of the run. */
export const CHAIN_TENANTS = ['acme', 'globex', 'initech'] as const;

/** What a run wrote and what the stream held in the end. */
export interface ChainRun {
  readonly linesPerTenant: number;
  readonly records: readonly StoredRecord[];
  readonly refused: { readonly entries: number; readonly calls: number };
}

/** Lines a tenant printed besides the numbered ones, with what the lake must hold of each. */
export function specialLines(
  tenant: string,
): readonly { readonly printed: Buffer; readonly body: string; readonly problem?: string }[] {
  const trace = `java.lang.IllegalStateException: ${tenant}\n\tat a.B.c(B.java:1)\nCaused by: d.E: f\n\tat g.H.i(H.java:9)`;
  const whole = `${tenant} ${'A'.repeat(300 * 1024)}`;
  const endless = `${tenant} ${'B'.repeat(5 * 1024 * 1024)}`;
  const spoof = `{"tenant_id":"globex","tenant\\u005fid":"globex","TENANT_ID":"globex","kubernetes":{"namespace_name":"tenant-globex"},"msg":"${tenant} mine"}`;
  const line = (text: string) => Buffer.from(`${text}\n`);
  return [
    {
      printed: Buffer.concat([Buffer.from(`${tenant} bad `), Buffer.from([0xff]), line(' byte')]),
      body: `${tenant} bad \ufffd byte`,
      problem: 'line_invalid_utf8',
    },
    { printed: line(`${tenant} ünï ✓`), body: `${tenant} ünï ✓` },
    { printed: line(spoof), body: `${tenant} mine` },
    { printed: line(trace), body: trace },
    { printed: line(`${tenant} after the trace`), body: `${tenant} after the trace` },
    { printed: line(whole), body: whole },
    { printed: line(endless), body: endless, problem: 'line_truncated' },
    { printed: line(`${tenant} after the endless line`), body: `${tenant} after the endless line` },
  ];
}

/** The text of a numbered line. */
export function numberedLine(tenant: string, number: number): string {
  return `${tenant} line ${number} ${'.'.repeat(1 + (number % 90))}`;
}

/**
 * Three tenants' rendered sidecars, each a real Fluent Bit, over TLS to an emulated stream that fails every tenth entry,
 * loses every fifth answer, and is away for a while; logs are rotated by rename and by copytruncate; one agent is killed and started again.
 */
export async function runChain(folder: string, linesPerTenant: number, awayMs: number): Promise<ChainRun> {
  const kinesis = await startKinesalite();
  await kinesis.createStream('cell', 2);
  const client = kinesis.client();
  let sent = 0;
  const seen = new Map<string, Set<string>>(CHAIN_TENANTS.map((tenant) => [tenant, new Set()]));
  const stream = await startUnreliableStream(folder, 10, async (records) => {
    for (const data of records) {
      for (const [, tenant = '', number = ''] of data.toString('latin1').matchAll(/"log":"([a-z]+) line (\d+) /g))
        seen.get(tenant)?.add(number);
    }
    // The emulator takes 7 MiB a request.
    for (let first = 0; first < records.length; first += 4) {
      const Records = records.slice(first, first + 4).map((Data) => ({ Data, PartitionKey: String(sent++) }));
      if (Records.length > 0) await client.send(new PutRecordsCommand({ StreamName: 'cell', Records }));
    }
  });
  stream.loseAnswerEvery = 5;
  const agents = new Map<string, ChildProcess>();
  const place = (tenant: string, ...names: readonly string[]) => join(folder, tenant, ...names);
  const start = (tenant: string): void => {
    const env = {
      PATH: process.env.PATH ?? '',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      POD_NAME: 'web-1',
      POD_UID: `uid-${tenant}`,
      POD_NAMESPACE: `tenant-${tenant}`,
    };
    agents.set(tenant, reaped(spawn('fluent-bit', ['-c', place(tenant, 'run.yaml')], { stdio: 'ignore', env })));
  };
  const stop = async (tenant: string, signal: NodeJS.Signals): Promise<void> => {
    const agent = agents.get(tenant);
    const gone = new Promise((resolve) => agent?.on('close', resolve));
    agent?.kill(signal);
    await gone;
  };
  for (const tenant of CHAIN_TENANTS) {
    for (const name of ['etc', 'state', 'logs']) mkdirSync(place(tenant, name), { recursive: true });
    const { files } = renderSidecar(
      sidecarOf({ tenantId: tenant as TenantId, namespace: `tenant-${tenant}`, version: parseFluentBitVersion('5.1') }),
    );
    const text = (files.get('fluent-bit.yaml') ?? '')
      .replaceAll('/tenantscope/etc', place(tenant, 'etc'))
      .replaceAll('/tenantscope/state', place(tenant, 'state'))
      .replaceAll('/var/log/tenantscope', place(tenant, 'logs'));
    const config = parse(text);
    // Endpoint and pace are the run's; what decides what a record holds, and whether it is kept, is as rendered.
    Object.assign(config.service, { http_port: await freePort(), 'scheduler.cap': 2 });
    config.pipeline.inputs[0].refresh_interval = 1;
    Object.assign(config.pipeline.outputs[0], { endpoint: '127.0.0.1', port: stream.port, 'tls.ca_file': stream.ca });
    writeFileSync(place(tenant, 'run.yaml'), stringify(config));
    writeFileSync(place(tenant, 'etc', 'stamp.lua'), files.get('stamp.lua') ?? '');
    start(tenant);
  }
  let written = 0;
  const arrived = async (): Promise<void> => {
    for (let waited = 0; waited < 1200; waited += 1) {
      if (CHAIN_TENANTS.every((tenant) => (seen.get(tenant)?.size ?? 0) >= written)) return;
      await sleep(100);
    }
  };
  const write = (count: number): void => {
    for (const tenant of CHAIN_TENANTS) {
      const lines = Array.from({ length: count }, (_, n) => `${numberedLine(tenant, written + n)}\n`);
      appendFileSync(place(tenant, 'logs', 'app.log'), lines.join(''));
    }
    written += count;
  };
  const parts = 20;
  for (let part = 0; part < parts; part += 1) {
    write(part === parts - 1 ? linesPerTenant - written : Math.floor(linesPerTenant / parts));
    if (part === 3) {
      for (const tenant of CHAIN_TENANTS)
        for (const { printed } of specialLines(tenant)) appendFileSync(place(tenant, 'logs', 'app.log'), printed);
    }
    if (part === 5) {
      for (const tenant of CHAIN_TENANTS)
        renameSync(place(tenant, 'logs', 'app.log'), place(tenant, 'logs', 'app.1.log'));
    }
    if (part === 8) stream.away = true;
    if (part === 10) {
      await stop('globex', 'SIGKILL');
      start('globex');
    }
    if (part === 13) {
      await sleep(awayMs);
      stream.away = false;
    }
    if (part === 15) {
      // Whoever truncates a file loses what nobody had read yet; that is copytruncate's, not the agent's.
      await arrived();
      for (const tenant of CHAIN_TENANTS) {
        copyFileSync(place(tenant, 'logs', 'app.log'), place(tenant, 'logs', 'app.log.copy'));
        truncateSync(place(tenant, 'logs', 'app.log'));
      }
    }
    await sleep(250);
  }
  await arrived();
  await Promise.all(CHAIN_TENANTS.map((tenant) => stop(tenant, 'SIGTERM')));
  const records = await kinesis.readAll('cell');
  await stream.close();
  await kinesis.stop();
  return { linesPerTenant, records, refused: stream.refused };
}
