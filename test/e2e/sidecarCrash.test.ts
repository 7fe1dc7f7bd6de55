import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { renderSidecar } from '../../fluentbit/index.js';
import { sidecarOf } from '../fluentbit/options.js';
import { reaped } from '../reaped.js';
import { transformLines } from '../transforms/transformLines.js';
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

const LINES = 20_000;

describe('a real sidecar', () => {
  it('loses nothing and names no line twice through failed entries, an outage, rotation and kill -9', async (context) => {
    if (!installed('fluent-bit', '--version')) return context.skip('no fluent-bit on PATH');
    if (!installed('openssl', 'version')) return context.skip('no openssl on PATH');
    for (const name of ['etc', 'state', 'logs']) mkdirSync(join(folder.path, name));
    const stream = await startUnreliableStream(folder.path, 3);
    const { files } = renderSidecar(sidecarOf());
    const move = (text: string) =>
      text
        .replaceAll('/tenantscope/etc', join(folder.path, 'etc'))
        .replaceAll('/tenantscope/state', join(folder.path, 'state'))
        .replaceAll('/var/log/tenantscope', join(folder.path, 'logs'));
    const config = parse(move(files.get('fluent-bit.yaml') ?? '')) as {
      service: Record<string, unknown>;
      pipeline: { inputs: Record<string, unknown>[]; outputs: Record<string, unknown>[] };
    };
    // Endpoint and pace are the test's; what decides whether a line is kept is as rendered.
    Object.assign(config.service, { http_port: await freePort(), 'scheduler.cap': 2 });
    Object.assign(config.pipeline.inputs[0] ?? {}, { refresh_interval: 1 });
    const { port, ca } = stream;
    Object.assign(config.pipeline.outputs[0] ?? {}, { endpoint: '127.0.0.1', port, 'tls.ca_file': ca });
    writeFileSync(join(folder.path, 'run.yaml'), stringify(config));
    writeFileSync(join(folder.path, 'etc', 'stamp.lua'), files.get('stamp.lua') ?? '');
    const start = (): ChildProcess =>
      reaped(
        spawn('fluent-bit', ['-c', join(folder.path, 'run.yaml')], {
          stdio: 'ignore',
          env: {
            PATH: process.env.PATH ?? '',
            AWS_ACCESS_KEY_ID: 'none',
            AWS_SECRET_ACCESS_KEY: 'none',
            POD_NAME: 'web-1',
            POD_UID: 'u-1',
            POD_NAMESPACE: 'tenant-acme',
          },
        }),
      );
    const ended = (child: ChildProcess) => new Promise((resolve) => child.on('close', resolve));
    const log = join(folder.path, 'logs', 'app.log');
    let written = 0;
    const write = (count: number): void => {
      appendFileSync(log, Array.from({ length: count }, (_, place) => `line ${written + place}\n`).join(''));
      written += count;
    };
    const texts = () =>
      new Set(
        stream.taken
          .join('')
          .split('\n')
          .filter((line) => line.includes('"log"'))
          .map((line) => (JSON.parse(line) as { log: string }).log),
      );

    let agent = start();
    for (let part = 0; part < 20; part += 1) {
      write(LINES / 20);
      if (part === 5) renameSync(log, join(folder.path, 'logs', 'app.old.log'));
      if (part === 8) stream.away = true;
      if (part === 12) {
        const gone = ended(agent);
        agent.kill('SIGKILL');
        await gone;
        agent = start();
      }
      if (part === 16) stream.away = false;
      await sleep(300);
    }
    for (let waited = 0; waited < 300 && texts().size < LINES; waited += 1) await sleep(100);
    const gone = ended(agent);
    agent.kill('SIGTERM');
    await gone;
    await stream.close();

    // The bytes as they came: aggregates of many lines.
    const { events, outcomes } = await transformLines(stream.taken, 'acme', 'tenant-acme');
    const accepted = outcomes.filter(({ outcome, tenantId }) => outcome === 'accepted' && tenantId === 'acme');
    const sentAgain = outcomes.filter(({ outcome }) => outcome === 'reput');
    expect(accepted.length + sentAgain.length).toBe(outcomes.length);
    const once = new Map(
      events.filter((event) => event.format !== 'heartbeat').map((event) => [event.event_id, event.body]),
    );
    expect([...once.values()].sort()).toEqual(Array.from({ length: LINES }, (_, index) => `line ${index}`).sort());
    // Without refused entries and refused calls nothing was put to the test.
    expect(stream.refused.entries).toBeGreaterThan(0);
    expect(stream.refused.calls).toBeGreaterThan(0);
  });
});
