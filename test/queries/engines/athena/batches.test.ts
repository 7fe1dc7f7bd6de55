import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../../queries/engines/Engine.js';
import { runInBatches } from '../../../../queries/index.js';

const answering = (answer: (statement: string) => QueryResult) => {
  const asked: string[] = [];
  return {
    asked,
    queryAll: async (statements: readonly string[]) => {
      asked.push(...statements);
      return statements.map(answer);
    },
  };
};
const perTenant = (statement: string): QueryResult => ({
  columns: ['tenant_id'],
  rows: statement.split(',').map((tenant) => [tenant]),
});

describe('runInBatches', () => {
  it('reads every tenant once, in batches no longer than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z0-9]{1,4}$/)),
        fc.integer({ min: 1, max: 7 }),
        async (tenants, size) => {
          const engine = answering(perTenant);
          const { rows } = await runInBatches(engine, tenants, (batch) => batch.join(','), size);
          expect(rows.flat()).toEqual([...new Set(tenants)]);
          for (const statement of engine.asked) expect(statement.split(',').length).toBeLessThanOrEqual(size);
        },
      ),
    );
  });

  it('reads 1,500 tenants in two statements', async () => {
    const engine = answering(perTenant);
    const tenants = Array.from({ length: 1500 }, (_, index) => `t${index}`);
    expect((await runInBatches(engine, tenants, (batch) => batch.join(','))).rows).toHaveLength(1500);
    expect(engine.asked.map((statement) => statement.split(',').length)).toEqual([1000, 500]);
  });

  it('does not merge rows of different columns', async () => {
    const engine = answering((statement) => ({ columns: [statement], rows: [] }));
    await expect(runInBatches(engine, ['a', 'b'], (batch) => batch.join(','), 1)).rejects.toThrow(/different columns/);
  });
});
