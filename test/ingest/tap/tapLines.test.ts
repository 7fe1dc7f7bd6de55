import { describe, expect, it } from 'vitest';
import { tapLines } from '../../../ingest/index.js';
import { buildRegistry, type TenantId, tenantSchema } from '../../../model/index.js';

const filter = {
  registry: buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] }),
  trust: 'namespace' as const,
  onPlatformStream: false,
  redact: true,
};
const record = (text: string) => ({ data: Buffer.from(text), arrival: 0, shard: 's', sequence: '1' });
const line = JSON.stringify({ tenant_id: 'acme', namespace: 'tenant-acme', log: 'key AKIAIOSFODNN7EXAMPLE' });

describe('tapped lines', () => {
  it('are those of an aggregate, a bad one under the tenant of its neighbours, without secrets', () => {
    const shown = [...tapLines(record(`no object\n${line}\n`), filter)];
    expect(shown.map(({ tenant_id, text }) => [tenant_id, text])).toEqual([
      ['acme', 'no object'],
      ['acme', 'key [redacted:aws_key]'],
    ]);
    expect([...tapLines(record(`no object\n${line}\n`), { ...filter, tenant: 'acme' as TenantId })]).toHaveLength(2);
  });

  it('of a record without one object are its size and why', () => {
    expect([...tapLines(record('no object'), filter)]).toMatchObject([{ reason: 'undecodable', text: '(9 bytes)' }]);
    expect([...tapLines(record('no object'), { ...filter, tenant: 'acme' as TenantId })]).toEqual([]);
  });
});
