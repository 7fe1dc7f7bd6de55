import { describe, expect, it } from 'vitest';
import { renderSidecar } from '../../fluentbit/index.js';
import { buildRegistry, type Event, type RecordOutcome, tenantSchema } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { sidecarOf } from '../fluentbit/options.js';
import { type Fields, loadStamp } from '../fluentbit/stampRunner.js';
import { readEvent } from '../transforms/readEvent.js';

/*
 * What acme's application prints, or does to its log volume, to be taken for globex or to bill it. Each case goes through
 * the rendered stamp in a Lua interpreter and the real transform; the last column is where it ended. What needs Kubernetes'
 * admission is in test/fluentbit/admissionPolicies.test.ts, what needs a real agent in test/e2e/sidecarChain.test.ts.
 */

const NOON = Date.UTC(2026, 10, 24, 12) / 1000;
const registry = buildRegistry({
  tenants: ['acme', 'globex'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  sharedNamespaces: ['platform'],
});
const stamp = loadStamp(renderSidecar(sidecarOf()).files.get('stamp.lua') ?? '', {
  POD_NAME: 'web-1',
  POD_UID: 'uid-acme',
  POD_NAMESPACE: 'tenant-acme',
  NODE_NAME: 'node-1',
});

async function send(
  record: unknown,
): Promise<{ events: readonly Event[]; outcome: RecordOutcome | undefined; partition: string | undefined }> {
  const outcomes: RecordOutcome[] = [];
  const transform = createTransform({
    registry: () => registry,
    trust: 'namespace',
    platformStream: 'platform',
    reput: async (pieces) => pieces.map(() => true),
    observe: (outcome) => outcomes.push(outcome),
  });
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  const { records } = await transform({
    invocationId: 'i',
    deliveryStreamArn: 'arn:aws:firehose:us-east-1:0:deliverystream/cell-1',
    region: 'us-east-1',
    records: [{ recordId: '1', approximateArrivalTimestamp: NOON * 1000, data: Buffer.from(text).toString('base64') }],
  });
  const [answer] = records;
  const events =
    answer?.result === 'Ok'
      ? Buffer.from(answer.data, 'base64').toString('utf8').trimEnd().split('\n').map(readEvent)
      : [];
  return { events, outcome: outcomes[0], partition: answer?.metadata?.partitionKeys.tenant_id };
}

const metering = (tenant: string): string =>
  JSON.stringify({
    metering: {
      v: 1,
      service: 'DynamoDB',
      operation: 'GetItem',
      tenant_id: tenant,
      usage: [{ resource: 'orders', read_units: 5 }],
    },
  });

describe('what an application prints, through the stamp', () => {
  const own = { file: '/var/log/tenantscope/app.log', offset: 10 };
  const envelope =
    '{"schema":"tenantscope/1","tenant_id":"globex","namespace":"tenant-globex","pod_uid":"u","log":"x"}';
  it.each<[string, string, Fields, 'text' | 'own usage' | 'own time']>([
    ['tenant_id', '{"tenant_id":"globex","msg":"x"}', own, 'text'],
    [
      'TENANT_ID, Tenant_Id, tenantId, tenant.id',
      '{"TENANT_ID":"globex","Tenant_Id":"globex","tenantId":"globex","tenant.id":"globex"}',
      own,
      'text',
    ],
    ['\\u escapes', '{"tenant\\u005fid":"globex","\\u0074enant_id":"globex"}', own, 'text'],
    ['nested keys', '{"app":{"tenant_id":"globex"},"envelope":{"tenant_id":"globex"}}', own, 'text'],
    ['duplicated keys', '{"tenant_id":"acme","tenant_id":"globex","tenant_id":"globex"}', own, 'text'],
    [
      'kubernetes.*',
      '{"kubernetes":{"namespace_name":"tenant-globex","pod_id":"u"},"kubernetes_namespace":{"labels":{"tenantscope.io/tenant":"globex"}}}',
      own,
      'text',
    ],
    ['its own envelope', envelope, own, 'text'],
    ['its own envelope after a line end', `x\n${envelope}`, own, 'text'],
    ['its own envelope after an escaped quote', `x","tenant_id":"globex","y":"`, own, 'text'],
    [
      'a heartbeat',
      '{"heartbeat":{"started":1,"lines_read":1,"bytes_read":1,"lines_held_back":0,"bytes_held_back":0}}',
      own,
      'text',
    ],
    ['an importer’s source', '{"source":"alb","uid":"x","tenant_id":"_shared"}', own, 'text'],
    ['a re-put header', '{"tenantscope_reput":{"hop":1,"base":"x","lines":[0]}}', own, 'text'],
    [
      'an EMF or prototype key',
      '{"__proto__":{"tenant_id":"globex"},"constructor":{"tenant_id":"globex"},"_aws":{}}',
      own,
      'text',
    ],
    ['a forged time', '{"time":"2031-01-01T00:00:00Z","msg":"x"}', own, 'own time'],
    ['another consumer', metering('globex'), own, 'own usage'],
    [
      'another consumer beside ConsumedCapacity',
      '{"ConsumedCapacity":{"TableName":"orders","CapacityUnits":5},"operation":"GetItem","tenant_id":"globex"}',
      own,
      'own usage',
    ],
    ['a forged file name', 'x', { file: '/var/log/tenantscope/web-1_tenant-globex_app-0.log', offset: 0 }, 'text'],
    [
      'a file name that is an envelope',
      'x',
      { file: `/var/log/tenantscope/","tenant_id":"globex","a":".log`, offset: 0 },
      'text',
    ],
    [
      'keys beside log, as a parser would add',
      'x',
      { ...own, tenant_id: 'globex', namespace: 'tenant-globex', pod_uid: 'u', source: 'alb' },
      'text',
    ],
  ])('%s', async (_name, log, fields, ended) => {
    const { record } = stamp('app', NOON, { ...fields, log });
    const { events, outcome, partition } = await send(record);
    expect(outcome).toMatchObject({ outcome: 'accepted', tenantId: 'acme' });
    expect(partition).toBe('acme');
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event).toMatchObject({ namespace: 'tenant-acme', pod_uid: 'uid-acme' });
    expect(new Set(event?.usage.map(({ tenant_id }) => tenant_id))).toEqual(new Set(['acme']));
    expect(event?.format).not.toBe('heartbeat');
    expect(event?.event_time.startsWith('2026-11-24T12:00')).toBe(true);
    if (ended === 'own time') expect(event?.problems).toContain('time_out_of_bounds');
    const units = event?.usage
      .filter(({ service }) => service === 'DynamoDB')
      .map(({ quantity_micros }) => String(quantity_micros));
    expect(units?.includes('5000000')).toBe(ended === 'own usage');
  });

  it('cannot reach the sidecar’s own tag', () => {
    const { record } = stamp('tenantscope.heartbeat', NOON, { log: '{"tenant_id":"globex"}', tenant_id: 'globex' });
    expect(record).toMatchObject({ tenant_id: 'acme' });
    expect(record).not.toHaveProperty('log');
  });
});

describe('records written with stolen credentials, by what they can prove', () => {
  const base = { schema: 'tenantscope/1', pod: 'p', pod_uid: 'u', file: 'f', offset: 1, log: metering('globex') };
  it.each<[string, object | string, string]>([
    ['globex from acme’s namespace', { ...base, tenant_id: 'globex', namespace: 'tenant-acme' }, 'identity_mismatch'],
    ['acme from globex’s namespace', { ...base, tenant_id: 'acme', namespace: 'tenant-globex' }, 'identity_mismatch'],
    ['globex without a namespace', { ...base, tenant_id: 'globex' }, 'identity_unproven'],
    ['the shared service', { ...base, tenant_id: '_shared', namespace: 'platform' }, 'shared_untrusted'],
    ['acme in the shared namespace', { ...base, tenant_id: 'acme', namespace: 'platform' }, 'shared_untrusted'],
    ['an importer', { ...base, tenant_id: '_shared', source: 'alb', uid: 'x' }, 'shared_untrusted'],
    ['the canary', { ...base, tenant_id: '_canary' }, 'identity_reserved'],
    ['_unknown', { ...base, tenant_id: '_unknown', namespace: 'tenant-acme' }, 'identity_reserved'],
    ['a path as tenant', { ...base, tenant_id: '../globex', namespace: 'tenant-acme' }, 'identity_invalid'],
    ['GLOBEX', { ...base, tenant_id: 'GLOBEX', namespace: 'tenant-acme' }, 'identity_invalid'],
    ['a tenant that is no text', { ...base, tenant_id: { $ne: '' }, namespace: 'tenant-acme' }, 'identity_missing'],
    ['no tenant', { ...base, namespace: 'tenant-acme', TENANT_ID: 'globex' }, 'identity_missing'],
    // JSON takes the last of equal keys, so what the namespace proves is judged, not what stood first.
    [
      'the key twice',
      '{"tenant_id":"acme","namespace":"tenant-acme","tenant_id":"globex","log":"x"}',
      'identity_mismatch',
    ],
  ])('%s is quarantined', async (_name, record, reason) => {
    const { outcome } = await send(record);
    expect(outcome).toMatchObject({ outcome: 'quarantined', reason });
  });

  // No check can tell this from the real thing; docs/security.md says what limits it.
  it('a whole forged envelope of globex, namespace included, is believed', async () => {
    const { outcome } = await send({ ...base, tenant_id: 'globex', namespace: 'tenant-globex' });
    expect(outcome).toMatchObject({ outcome: 'accepted', tenantId: 'globex' });
  });
});
