import { expect, it } from 'vitest';
import { applyEnvironment, parseConfigOrThrow } from '../../model/index.js';

it('an environment variable sets its value beside a rate card: what parsing made of the card was parsed again, and refused', () => {
  const text = `rate_card:
  id: "2026"
  currency: USD
  prices: [{ service: DynamoDB, meter: read_units, price: "0.25", per: 1000000, included: 1000000 }]
`;
  const config = parseConfigOrThrow(text, 'tenantscope.yaml');
  const changed = applyEnvironment(config, {
    TENANTSCOPE_LAKE: 's3://lake',
    TENANTSCOPE_MEMORY_MB: '1024',
    TENANTSCOPE_ATHENA_DATABASE: 'tenantscope',
  });
  expect(changed).toMatchObject({
    lake: 's3://lake',
    engine: { memory_mb: 1024, athena: { database: 'tenantscope' } },
  });
  expect(changed.rate_card).toEqual(config.rate_card);
  expect(() => applyEnvironment(config, { TENANTSCOPE_MEMORY_MB: 'much' })).toThrow(/TENANTSCOPE_MEMORY_MB/);
});
