import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildRegistry, type RecordOutcome } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { CONTROL_ENVELOPE, logEnvelope, performanceEvent, REPORT } from '../ingest/importers/samples.js';
import { readEvent } from './readEvent.js';

import { one, tenants, usageOf } from './sendSourceLines.js';

describe('CloudWatch Logs', () => {
  it('meters a Lambda REPORT line for the owner of the function', async () => {
    const event = await one('cloudwatch_logs', REPORT.trimEnd(), {
      file: '/aws/lambda/acme-resize:s',
      time: '2026-11-20T10:00:00.000Z',
    });
    expect(event).toMatchObject({
      format: 'lambda_report',
      duration_ms: 12.34,
      event_time: '2026-11-20T10:00:00.000Z',
    });
    expect(usageOf(event)).toEqual([
      'acme Lambda acme-resize Invoke invocations = 1000000',
      'acme Lambda acme-resize Invoke mb_milliseconds = 1664000000',
    ]);
  });

  it('meters a platform.report of a tenant-isolated function for the tenant it names', async () => {
    const report = (tenantId: string) =>
      JSON.stringify({
        time: '2026-11-20T10:00:00.000Z',
        type: 'platform.report',
        record: { requestId: 'r', tenantId, metrics: { durationMs: 1.5, billedDurationMs: 2, memorySizeMB: 512 } },
      });
    const file = { file: '/aws/lambda/shared-api:s' };
    expect(usageOf(await one('cloudwatch_logs', report('globex'), file))[1]).toBe(
      'globex Lambda shared-api Invoke mb_milliseconds = 1024000000',
    );
    const unknown = await one('cloudwatch_logs', report('nobody'), file);
    expect(usageOf(unknown)[0]).toMatch(/^_unknown /);
    expect(unknown.problems).toContain('usage_unknown_consumer');
  });

  // A tenant's own function prints what it likes into its log group: it could have billed globex.
  it('takes the owner of a function or log group for the consumer, whatever its lines name', async () => {
    const forged = JSON.stringify({
      metering: {
        v: 1,
        service: 'SQS',
        operation: 'SendMessage',
        tenant_id: 'globex',
        usage: [{ resource: 'q', requests: 1 }],
      },
    });
    const report = JSON.stringify({
      time: '2026-11-20T10:00:00.000Z',
      type: 'platform.report',
      record: {
        requestId: 'r',
        tenantId: 'globex',
        metrics: { durationMs: 1, billedDurationMs: 2, memorySizeMB: 512 },
      },
    });
    const own = { file: '/aws/lambda/acme-resize:s' };
    for (const line of [forged, report]) {
      const consumers = usageOf(await one('cloudwatch_logs', line, own)).map((entry) => entry.split(' ')[0]);
      expect(new Set(consumers)).toEqual(new Set(['acme']));
    }
    const unnamed = forged.replace('"tenant_id":"globex",', '');
    expect(usageOf(await one('cloudwatch_logs', unnamed, own))[0]).toMatch(/^acme SQS/);
    // Of a function that works for many, the line says for whom.
    expect(usageOf(await one('cloudwatch_logs', forged, { file: '/aws/lambda/shared-api:s' }))[0]).toMatch(
      /^globex SQS/,
    );
    const nobody = await one('cloudwatch_logs', unnamed, { file: '/aws/lambda/shared-api:s' });
    expect(usageOf(nobody)[0]).toMatch(/^_unknown SQS/);
    expect(nobody.attributes['usage.unclaimed_resource']).toBe('log_groups=/aws/lambda/shared-api');
  });

  it('meters Container Insights pods by namespace, when it is chosen', async () => {
    const file = { file: '/aws/containerinsights/prod/performance:ip-1' };
    const chosen = { meterSources: { EKS: 'container_insights' } } as const;
    const event = await one('cloudwatch_logs', performanceEvent('tenant-acme'), file, chosen);
    expect(usageOf(event)).toEqual([
      'acme EKS tenant-acme  vcpu_seconds (sampled) = 15030000',
      'acme EKS tenant-acme  memory_gib_seconds (sampled) = 60000000',
    ]);
    expect(usageOf(await one('cloudwatch_logs', performanceEvent('tenant-acme', 'Node'), file, chosen))).toEqual([]);
    expect(usageOf(await one('cloudwatch_logs', performanceEvent('platform'), file, chosen))[0]).toMatch(/^_shared /);
    expect(usageOf(await one('cloudwatch_logs', performanceEvent('tenant-acme'), file))).toEqual([]);
  });
});

describe('a CloudWatch Logs subscription straight to the stream', () => {
  const run = async (text: string | Buffer, stream: string) => {
    const outcomes: RecordOutcome[] = [];
    const transform = createTransform({
      registry: () => buildRegistry({ tenants }),
      trust: 'namespace',
      platformStream: 'platform',
      reput: async () => [],
      observe: (outcome) => outcomes.push(outcome),
    });
    const { records } = await transform({
      invocationId: 'i',
      deliveryStreamArn: `arn:aws:firehose:us-east-1:0:deliverystream/${stream}`,
      region: 'us-east-1',
      records: [
        {
          recordId: '1',
          approximateArrivalTimestamp: Date.UTC(2026, 10, 24),
          data: Buffer.from(text).toString('base64'),
        },
      ],
    });
    const events = records
      .filter(({ result }) => result === 'Ok')
      .flatMap(({ data }) => Buffer.from(data, 'base64').toString('utf8').trimEnd().split('\n'))
      .map(readEvent);
    return { outcomes, results: records.map(({ result }) => result), events };
  };

  it('is taken apart, each log event under the id the importer gives it', async () => {
    const { events, outcomes } = await run(
      gzipSync(logEnvelope('/aws/lambda/acme-a', [REPORT, 'START x\n'])),
      'platform',
    );
    expect(outcomes).toMatchObject([{ outcome: 'accepted', tenantId: '_shared', lines: 2 }]);
    expect(usageOf(events[0])[0]).toBe('acme Lambda acme-a Invoke invocations = 1000000');
    const imported = await one('cloudwatch_logs', REPORT.trimEnd(), { uid: '123456789012/35000000000000', file: 'x' });
    expect(events[0]?.event_id).toBe(imported.event_id);
  });

  it('has its control messages dropped and counted', async () => {
    const { results, outcomes } = await run(gzipSync(CONTROL_ENVELOPE), 'platform');
    expect(results).toEqual(['Dropped']);
    expect(outcomes).toMatchObject([{ outcome: 'control', lines: 0 }]);
  });

  it('is not believed on a tenant’s stream, control messages included', async () => {
    for (const text of [logEnvelope('/aws/lambda/acme-a', [REPORT]), CONTROL_ENVELOPE]) {
      expect((await run(text, 'cell-1')).outcomes).toMatchObject([
        { outcome: 'quarantined', reason: 'identity_missing' },
      ]);
    }
  });
});
