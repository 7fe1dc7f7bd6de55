import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError, parseConfigOrThrow } from '../../model/index.js';
import { createHandler } from '../../transforms/handler.js';
import type { LambdaRuntime } from '../../transforms/LambdaRuntime.js';
import { fixedRegistry, type RegistrySource } from '../../transforms/registry/fixedRegistry.js';
import type { AnsweredBatch } from '../../transforms/telemetry/Telemetry.js';
import { envelope, eventOf, line } from './runTransform.js';

const YAML = 'tenants: [{ id: acme, namespaces: [tenant-acme] }, { id: evil, namespaces: [tenant-evil] }]';
const MIXED = line() + line({ tenant_id: 'evil', namespace: 'tenant-evil' });

function runtimeOf(registry?: RegistrySource) {
  const config = parseConfigOrThrow(YAML, 'tenantscope.yaml');
  const batches: AnsweredBatch[] = [];
  const failures: unknown[] = [];
  const runtime: LambdaRuntime = {
    config,
    registry: registry ?? fixedRegistry(config, YAML),
    reput: async (pieces) => pieces.map(() => true),
    telemetry: {
      batchAnswered: (batch) => batches.push(batch),
      registryFailed: () => {},
      batchFailed: (error) => failures.push(error),
    },
    stopwatch: () => 0,
  };
  return { runtime, batches, failures };
}

describe('the handler', () => {
  it('answers a batch and reports it once, by what became of its records', async () => {
    const { runtime, batches } = runtimeOf();
    const records = [line(), MIXED, 'no json'].map((text) => ({ bytes: Buffer.from(text) }));
    const response = await createHandler(runtime)(eventOf(records));
    expect(response.records.map(({ result }) => result)).toEqual(['Ok', 'Dropped', 'ProcessingFailed']);
    expect(batches).toHaveLength(1);
    expect(batches[0]?.summary).toMatchObject({ records: 3, lines: 3, tenants: 1 });
  });

  it('gives a retried batch the same bytes and ids, so nothing that adds up counts it twice', async () => {
    const { runtime } = runtimeOf();
    const handle = createHandler(runtime);
    const event = eventOf([{ bytes: Buffer.from(line() + line({ offset: 6 })) }, { bytes: Buffer.from('{}') }]);
    expect(await handle(event)).toEqual(await handle({ ...event, invocationId: 'again' }));
  });

  it('reports a batch without answer as failed, not as answered, and throws for Firehose to send it again', async () => {
    const unavailable = new AppError('ENGINE_UNAVAILABLE', 'there is no tenant registry to judge by');
    const settled = vi.fn(async () => {});
    const none = { current: () => Promise.reject(unavailable), settled };
    const { runtime, batches, failures } = runtimeOf(none);
    await expect(createHandler(runtime)(eventOf([{ bytes: Buffer.from(line()) }]))).rejects.toBe(unavailable);
    expect(batches).toEqual([]);
    expect(failures).toEqual([unavailable]);
    expect(settled).toHaveBeenCalledOnce();
  });

  it("refuses what is no event of Firehose's, and says which field", async () => {
    const { runtime } = runtimeOf();
    await expect(createHandler(runtime)({ records: [{ recordId: 1 }] })).rejects.toThrow('invocationId');
  });
});

describe("the Lambda's entry", () => {
  const kinesis = mockClient(KinesisClient);
  const printed: string[] = [];
  let folder = '';
  beforeEach(() => {
    printed.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'tenantscope-lambda-'));
    writeFileSync(join(folder, 'tenantscope.yaml'), YAML);
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('TENANTSCOPE_CONFIG', join(folder, 'tenantscope.yaml'));
    vi.resetModules();
    for (const level of ['log', 'info', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((text: unknown) => void printed.push(String(text)));
  });
  afterEach(() => {
    kinesis.reset();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const entry = async () => (await import('../../transforms/handler.js')).handler;

  it('sends pieces back to the stream it is told, and prints nothing a tenant wrote', async () => {
    vi.stubEnv('TENANTSCOPE_STREAM', 'tenantscope-cell-1');
    kinesis.on(PutRecordsCommand).callsFake((input: { Records: unknown[] }) => ({
      FailedRecordCount: 0,
      Records: input.Records.map((_, index) => ({ SequenceNumber: String(index) })),
    }));
    const secret = line({ log: 'the secret is hunter2', unheard_of: 'hunter2' });
    const bad = [MIXED, secret, 'hunter2', JSON.stringify(envelope({ tenant_id: 'hunter2' }))];
    const response = await (await entry())(eventOf(bad.map((text) => ({ bytes: Buffer.from(text) }))));
    expect(response.records.map(({ result }) => result)).toEqual([
      'Dropped',
      'Ok',
      'ProcessingFailed',
      'ProcessingFailed',
    ]);
    const calls = kinesis.commandCalls(PutRecordsCommand);
    expect(calls.map((call) => call.args[0].input.StreamName)).toEqual(['tenantscope-cell-1']);
    expect(printed.some((text) => text.includes('batch answered'))).toBe(true);
    expect(printed.join('\n')).not.toContain('hunter2');
  });

  it('without a stream refuses every batch, and starts once it is set', async () => {
    vi.stubEnv('TENANTSCOPE_STREAM', '');
    const handle = await entry();
    const event = eventOf([{ bytes: Buffer.from(line()) }]);
    await expect(handle(event)).rejects.toThrow('TENANTSCOPE_STREAM is not set');
    vi.stubEnv('TENANTSCOPE_STREAM', 's');
    expect((await handle(event)).records).toMatchObject([{ result: 'Ok' }]);
  });
});
