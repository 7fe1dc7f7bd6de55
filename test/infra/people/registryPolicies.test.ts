import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf, templatesOf } from '../synthesise.js';
import { type Asked, decider } from './decide.js';

describe.each(['operator', 'on-call', 'finance', 'close', 'replay'])('%s with a registry in the table', (role) => {
  const made = templatesOf(settingsOf({ tenants: { table: true } }));
  const decideHere = decider(
    made['tenantscope-people'] as Template,
    made['tenantscope-lake'] as Template,
    made['tenantscope-cell-default'] as Template,
  );
  const key = (table: string, service = 'dynamodb', action = 'Decrypt'): Asked => ({
    action: `kms:${action}`,
    // Any key that leaves it to the roles' policies: the registry's own lets in whoever reads by DynamoDB, but for boundaries.
    resource: 'arn:aws:kms:REGION:ACCOUNT:key/cell',
    context: {
      'kms:ViaService': `${service}.eu-central-1.amazonaws.com`,
      'kms:EncryptionContext:aws:dynamodb:tableName': table,
    },
  });
  const read = (table: string): Asked => ({
    action: 'dynamodb:Query',
    resource: `arn:aws:dynamodb:REGION:ACCOUNT:table/${table}`,
  });

  it('may read that table with its key under its boundary (regression: the boundary had no word of the key)', async () => {
    for (const asked of [read('tenantscope-registry'), key('tenantscope-registry')])
      expect(await decideHere(role, asked)).toBe('Allowed');
  });

  it('may not read another table, nor use the key for another or by another service, nor write with it', async () => {
    for (const asked of [
      ...[read('orders'), key('orders'), key('tenantscope-registry', 's3')],
      key('tenantscope-registry', 'dynamodb', 'GenerateDataKey'),
      { ...read('tenantscope-registry'), action: 'dynamodb:PutItem' },
    ])
      expect(await decideHere(role, asked)).toMatch(/Denied/);
  });

  it('is what a tenant may not', async () => {
    expect(await decideHere('tenant', { ...read('tenantscope-registry'), tenant: 'acme' })).toMatch(/Denied/);
  });
});
