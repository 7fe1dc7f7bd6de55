import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FirehoseResponse } from '../../model/index.js';
import { type Emulator, startS3rver } from '../emulators.js';
import { eventOf, line, run } from './runTransform.js';

const TENANTS = 'tenants: [{ id: acme, namespaces: [tenant-acme] }, { id: evil, namespaces: [tenant-evil] }]';
/** The bound; a handler beyond it starts late. */
const LIMIT_BYTES = 1024 * 1024;

describe("the Lambda's bundle", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenantscope-bundle-'));
  let sizes: { readonly bytes: number; readonly bytes_at_start: number };
  let s3: Emulator<import('@aws-sdk/client-s3').S3Client>;
  beforeAll(async () => {
    sizes = JSON.parse(
      execFileSync(process.execPath, ['scripts/bundleLambda.mjs', join(folder, 'lambda')], { encoding: 'utf8' }),
    ) as typeof sizes;
    s3 = await startS3rver('registry');
    writeFileSync(
      join(folder, 'call.mjs'),
      `const { handler } = await import('./lambda/handler.mjs');
       let text = ''; for await (const chunk of process.stdin) text += chunk;
       const response = await handler(JSON.parse(text));
       process.stdout.write('\\nANSWER ' + JSON.stringify(response));`,
    );
  });
  afterAll(async () => {
    await s3.stop();
    rmSync(folder, { recursive: true });
  });

  /** Calls the bundle in a process whose environment is only what Lambda would set. */
  async function call(
    config: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<FirehoseResponse['records']> {
    writeFileSync(join(folder, 'tenantscope.yaml'), config);
    const child = execFile(process.execPath, [join(folder, 'call.mjs')], {
      timeout: 120_000,
      env: {
        TENANTSCOPE_CONFIG: join(folder, 'tenantscope.yaml'),
        TENANTSCOPE_STREAM: 'tenantscope-cell-1',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'S3RVER',
        AWS_SECRET_ACCESS_KEY: 'S3RVER',
        ...environment,
      },
    });
    child.stdin?.end(JSON.stringify(eventOf([{ bytes: Buffer.from(line()) }])));
    const printed = { stdout: '', stderr: '' };
    child.stdout?.on('data', (text: string) => {
      printed.stdout += text;
    });
    child.stderr?.on('data', (text: string) => {
      printed.stderr += text;
    });
    await once(child, 'close');
    const answer = /\nANSWER (.*)$/s.exec(printed.stdout)?.[1];
    if (answer === undefined) throw new Error(printed.stderr.slice(-2000));
    return (JSON.parse(answer) as FirehoseResponse).records;
  }

  it('stays under a mebibyte', () => {
    expect(sizes.bytes).toBeLessThan(LIMIT_BYTES);
    expect(sizes.bytes_at_start).toBeLessThan(sizes.bytes);
  });

  it('answers as the sources do', async () => {
    const { events } = await run([line()]);
    const [answer] = await call(TENANTS);
    expect(answer?.metadata?.partitionKeys).toEqual({ tenant_id: 'acme', dt: '2026-11-23' });
    const event = JSON.parse(Buffer.from(answer?.data ?? '', 'base64').toString()) as { event_id: string };
    expect(event.event_id).toBe(events[0]?.event_id);
  });

  it("finds its registry in S3 with the credentials of Lambda's environment", async () => {
    const client = s3.client();
    await client.send(new PutObjectCommand({ Bucket: 'registry', Key: 'tenants.yaml', Body: TENANTS }));
    const endpoint = await client.config.endpoint?.();
    client.destroy();
    const records = await call('registry: { from: "s3://registry/tenants.yaml" }', {
      // A host name would put the bucket before it; an address cannot have one.
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${endpoint?.port}`,
    });
    expect(records.map(({ result }) => result)).toEqual(['Ok']);
  });
});
