import { rename } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billedLake } from './billedLake.js';
import { envelopeOf } from './jsonOf.js';
import { type Serving, startServing } from './startServing.js';
import { tenantscope } from './tenantscope.js';

const made = billedLake();
const flags = ['--config', join(made.sim, 'tenantscope.yaml'), '--lake', made.lake];
const servers: Serving[] = [];
beforeAll(() => made.begin());
afterAll(async () => {
  for (const one of servers) await one.stop();
  made.remove();
});

async function serving(...more: readonly string[]): Promise<Serving> {
  const one = await startServing([...flags, '--port', '0', ...more]);
  servers.push(one);
  return one;
}

/** A request with a Host header of one's own, which fetch does not let anybody set. */
function askAs(host: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('tenantscope serve', () => {
  it('serves the page on this machine, says where, and ends by Ctrl-C', async () => {
    const served = await serving();
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    await served.ready();
    const answer = await fetch(served.url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
    const page = await answer.text();
    expect(page).toContain('DynamoDB');
    expect(page).toContain('acme');
    expect(page).toContain('data-refresh="/data.json" data-seconds="60"');
    // What dashboard build puts into a file: two windows, the bill so far, and the flags that commands need.
    const answered = await fetch(`${served.url}data.json`).then((of) => of.text());
    const data = JSON.parse(answered) as { readonly flags: string };
    expect(data).toMatchObject({ version: 1, windows: [{ key: '24h' }, { key: '7d' }], bill: { period: '2026-11' } });
    expect(data.flags).toContain(` --lake ${made.lake}`);
    expect(await fetch(served.url, { method: 'HEAD' }).then((head) => head.text())).toBe('');
    expect((await fetch(served.url, { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await fetch(`${served.url}healthz`)).status).toBe(200);
    const metrics = await fetch(`${served.url}metrics`).then((of) => of.text());
    expect(metrics).toMatch(
      /^tenantscope_tenant_usage\{service="DynamoDB",meter="read_units",unit="ReadUnits",tenant_id="acme"\} [1-9]/m,
    );
    expect(metrics).toMatch(/^tenantscope_data_through_timestamp_seconds 1794265200$/m);
    expect(await askAs('evil.example', served.url)).toBe(421);
    expect(await served.interrupt()).toMatchObject({ code: 0, signal: null });
  });

  it('keeps the last good page when the lake is gone, says so, and reads it again when it is back', async () => {
    const served = await serving('--refresh', '1s');
    await served.ready();
    const away = `${made.lake}-away`;
    await rename(made.lake, away);
    try {
      const page = await served.until((text) => text.includes('out of date since'));
      expect(page).toContain('DynamoDB');
      expect(page).toContain('not a lake');
      expect(await fetch(`${served.url}readyz`).then((answer) => answer.text())).toContain('the last reading failed');
    } finally {
      await rename(away, made.lake);
    }
    await served.until((text) => !text.includes('out of date since'));
    expect(served.stderr()).toContain('warning: the lake was not read: ');
    expect(served.stderr()).toContain('the lake is read again');
    await served.interrupt();
  });

  it('refuses what it cannot do, before it serves anything', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const refused = async (...args: readonly string[]) => tenantscope(['serve', ...args]);
    expect(await refused(...flags, '--port', port)).toMatchObject({
      code: 77,
      stdout: '',
      stderr: expect.stringContaining(`127.0.0.1:${port}: the port is in use\n  another program listens there`),
    });
    taken.close();
    expect(await refused(...flags, '--host', '0.0.0.0')).toMatchObject({
      code: 77,
      stderr: expect.stringContaining('there is no login'),
    });
    expect(await refused('--lake', join(made.cwd, 'no-lake'))).toMatchObject({ code: 66, stdout: '' });
  });

  it('warns where others can reach it, and prints the address as JSON', async () => {
    const served = await serving('--host', '0.0.0.0', '--allow-remote', '--allow-host', 'tenantscope.test', '--json');
    while (!served.stderr().includes('there is no login')) await sleep(20);
    // It goes on, so that whoever reads its output must see that the document is whole: it is one line.
    expect(served.printed).not.toContain('\n');
    const { verb, data, warnings } = envelopeOf(served.printed);
    expect([verb, data.url]).toEqual(['serve', `http://0.0.0.0:${data.port}/`]);
    expect(warnings).toEqual([expect.stringContaining('there is no login')]);
    const { port } = data;
    expect(await askAs('tenantscope.test', `http://127.0.0.1:${port}/healthz`)).toBe(200);
    expect(await askAs('other.test', `http://127.0.0.1:${port}/healthz`)).toBe(421);
    await served.interrupt();
  });
});
