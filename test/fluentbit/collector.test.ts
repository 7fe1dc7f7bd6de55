import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COLLECTOR_FILES, parseFluentBitVersion, renderCollector } from '../../fluentbit/index.js';
import { ENVELOPE_KEYS, type IngestLimits, type TenantId } from '../../model/index.js';
import { collectorOf } from './options.js';
import { type Fields, loadStamp } from './stampRunner.js';

const golden = (name: string) => new URL(`./golden/collector/${name}`, import.meta.url);
const full = collectorOf({
  version: parseFluentBitVersion('5.1'),
  roleArn: 'arn:aws:iam::123456789012:role/tenantscope-collector',
  limits: new Map([['acme' as TenantId, { lines_per_second: 1000, bytes_per_day: 5_000_000_000 }]]),
});

const root = mkdtempSync(join(tmpdir(), 'collector-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NOON = 1_795_521_600;
const BEAT = 'tenantscope.heartbeat';
const stampOf = (limits: ReadonlyMap<TenantId, IngestLimits> = new Map()) =>
  loadStamp(renderCollector(collectorOf({ limits })).files.get('stamp.lua') ?? '', { NODE_NAME: 'node-1' });

/** A record as tail and the kubernetes filter make it. */
function recordOf(log: string, over: Fields = {}): Fields {
  return {
    time: '2026-11-24T11:59:59.123456789Z',
    stream: 'stdout',
    _p: 'F',
    log,
    file: '/var/log/containers/web-1_tenant-acme_app-0123.log',
    offset: 7,
    kubernetes: {
      namespace_name: 'tenant-acme',
      pod_name: 'web-1',
      pod_id: 'u-1',
      container_name: 'app',
      host: 'other',
    },
    kubernetes_namespace: { name: 'tenant-acme', labels: { 'tenantscope.io/tenant': 'acme' } },
    ...over,
  };
}

describe('renderCollector', () => {
  // TENANTSCOPE_WRITE_GOLDEN=1 writes the files anew; look at the difference before committing it.
  it.each(COLLECTOR_FILES)('%s is the golden file', (name) => {
    const text = renderCollector(full).files.get(name) ?? '';
    if (process.env.TENANTSCOPE_WRITE_GOLDEN === '1') writeFileSync(golden(name), text);
    expect(text).toBe(readFileSync(golden(name), 'utf8'));
  });

  it('never lets a pod choose how its log is read, and aggregates only what has a tag of its own', () => {
    const config = parse(renderCollector(full).files.get('fluent-bit.yaml') ?? '');
    const kubernetes = config.pipeline.filters.find(({ name }: { name: string }) => name === 'kubernetes');
    expect(kubernetes).toMatchObject({ merge_log: false, 'k8s-logging.parser': false, 'k8s-logging.exclude': false });
    expect(config.pipeline.filters.at(-1)).toMatchObject({ name: 'lua', match: '*' });
    const aggregated = config.pipeline.outputs.filter((output: object) => 'simple_aggregation' in output);
    expect(aggregated.map(({ match }: { match: string }) => match)).toEqual(['kube.*']);
    expect(config.pipeline.inputs[0].tag).toBe('kube.*');
  });

  it('gives the collector root’s right to read files, and no other', () => {
    const text = renderCollector(full).files.get('collector.yaml') ?? '';
    expect(text).toContain('add:\n                - DAC_READ_SEARCH');
    expect(text).not.toMatch(/privileged: true|AWS_SECRET|AWS_ACCESS_KEY/);
  });
});

describe("the collector's stamp", () => {
  it('takes the tenant from the namespace label, and the rest from what the kubelet and the API say', () => {
    expect(stampOf()('kube.x', NOON, recordOf('paid\n'))).toEqual({
      code: 2,
      record: {
        schema: 'tenantscope/1',
        tenant_id: 'acme',
        namespace: 'tenant-acme',
        pod: 'web-1',
        pod_uid: 'u-1',
        container: 'app',
        node: 'node-1',
        cluster: 'prod-1',
        time: '2026-11-24T12:00:00.000Z',
        cri_time: '2026-11-24T11:59:59.123456789Z',
        stream: 'stdout',
        file: '/var/log/containers/web-1_tenant-acme_app-0123.log',
        offset: 7,
        log: 'paid',
      },
    });
  });

  it.each([
    ['the API was away', { kubernetes: 'none', kubernetes_namespace: 'none' }],
    ['the namespace has no label', { kubernetes_namespace: { name: 'tenant-acme', labels: { other: 'acme' } } }],
    [
      'the labels are another namespace’s',
      { kubernetes_namespace: { name: 'other', labels: { 'tenantscope.io/tenant': 'acme' } } },
    ],
    ['the pod has no uid', { kubernetes: { namespace_name: 'tenant-acme', pod_name: 'web-1' } }],
  ])('names no tenant when %s', (_why, over) => {
    const { record } = stampOf()('kube.x', NOON, recordOf('{"tenant_id":"acme"}', over));
    expect(record).not.toHaveProperty('tenant_id');
    expect(record.log).toBe('{"tenant_id":"acme"}');
  });

  it('takes no other key from the record', () => {
    const forged = { tenant_id: 'evil', TENANT_ID: 'evil', source: 'alb', uid: 'evil', app: 'evil', cluster: 'evil' };
    const { record } = stampOf()('kube.x', NOON, recordOf('x', forged));
    expect(Object.keys(record).filter((key) => !(ENVELOPE_KEYS as readonly string[]).includes(key))).toEqual([]);
    expect(JSON.stringify(record)).not.toMatch(/evil|alb/);
  });

  it('holds each pod to the limits of its tenant’s plan, and never a metering line', () => {
    const stamp = stampOf(new Map([['acme' as TenantId, { lines_per_second: 2 }]]));
    const codes = Array.from({ length: 25 }, () => stamp('kube.x', NOON, recordOf('x')).code);
    expect(codes.filter((code) => code === 2)).toHaveLength(20);
    expect(stamp('kube.x', NOON, recordOf('{"metering":{"v":1,"service":"S3"}}')).code).toBe(2);
    const otherPod = {
      kubernetes: { namespace_name: 'tenant-acme', pod_name: 'web-2', pod_id: 'u-2', container_name: 'app' },
    };
    expect(stamp('kube.x', NOON, recordOf('x', otherPod)).code).toBe(2);
    const globex = {
      kubernetes: { namespace_name: 'tenant-globex', pod_name: 'g', pod_id: 'u-3', container_name: 'app' },
      kubernetes_namespace: { name: 'tenant-globex', labels: { 'tenantscope.io/tenant': 'globex' } },
    };
    for (let n = 0; n < 50; n += 1) expect(stamp('kube.x', NOON, recordOf('x', globex)).code).toBe(2);
  });

  it('beats for every container whose file is there, and falls silent for a deleted one', () => {
    const file = join(root, 'web-1.log');
    const gone = join(root, 'gone.log');
    writeFileSync(file, '');
    const stamp = stampOf();
    expect(stamp(BEAT, NOON, {}).code).toBe(-1);
    stamp('kube.x', NOON, recordOf('12345', { file }));
    stamp('kube.x', NOON, recordOf('67', { file }));
    stamp(
      'kube.y',
      NOON,
      recordOf('x', {
        file: gone,
        kubernetes: { namespace_name: 'n', pod_name: 'p', pod_id: 'u-9', container_name: 'c' },
      }),
    );
    const { code, record } = stamp(BEAT, NOON + 60, {});
    expect(code).toBe(2);
    expect(Object.keys(record)).toEqual(['1']);
    expect(record['1']).toMatchObject({
      tenant_id: 'acme',
      pod_uid: 'u-1',
      file: BEAT,
      offset: NOON + 60,
      heartbeat: { lines_read: 2, bytes_read: 7, lines_held_back: 0, hour_lines_read: 2, last_hour_lines_read: 0 },
    });
    rmSync(file);
    expect(stamp(BEAT, NOON + 120, {}).code).toBe(-1);
  });
});
