import { describe, expect, it } from 'vitest';
import { ledgerOnAthena, ledgerOnTrino } from '../../cli/ledgerFlags.js';
import { configSchema } from '../../model/index.js';

const trino = { engine: 'trino', trinoUrl: 'http://127.0.0.1:8080/lake' };

describe('the flags of a ledger on Trino', () => {
  it('name a catalogue, and a schema or the default one', () => {
    const context = { clock: () => 0, signal: new AbortController().signal };
    const config = configSchema.parse({});
    const read = (ledgerCatalog: string) => ledgerOnTrino({ ...trino, ledgerCatalog })?.(config, context as never);
    expect(read('iceberg')).toMatchObject({ catalog: 'lake', ledgerCatalog: 'iceberg', ledgerSchema: 'tenantscope' });
    expect(read('glue.ledger_2')).toMatchObject({ ledgerCatalog: 'glue', ledgerSchema: 'ledger_2' });
    expect(ledgerOnTrino({ engine: 'duckdb' })).toBeUndefined();
  });

  it.each([
    [{ ...trino }, /needs --ledger-catalog/],
    [{ engine: 'trino', ledgerCatalog: 'iceberg' }, /needs --trino-url/],
    [{ engine: 'duckdb', ledgerCatalog: 'iceberg' }, /a flag of Trino without Trino/],
    [{ ...trino, ledgerCatalog: 'a"b' }, /--ledger-catalog is not usable/],
    [{ ...trino, ledgerCatalog: 'a.b.c' }, /--ledger-catalog is not usable/],
  ])('are refused: %o', (flags, message) => {
    expect(() => ledgerOnTrino(flags)).toThrow(message);
  });
});

describe('the flags of a ledger on Athena', () => {
  it('are those of its reports, and belong to no other engine', () => {
    expect(ledgerOnAthena({ engine: 'duckdb' })).toBeUndefined();
    expect(ledgerOnAthena({ engine: 'athena', athenaDatabase: 'tenantscope' })).toBeTypeOf('function');
    expect(() => ledgerOnAthena({ engine: 'trino', athenaDatabase: 'tenantscope' })).toThrow(
      /a flag of Athena without Athena/,
    );
    expect(() => ledgerOnAthena({ engine: 'athena', athenaDatabase: 'No"' })).toThrow(
      /--athena-database is not usable/,
    );
  });

  it('need a database, in a flag or the project file', async () => {
    const context = { clock: () => 0, signal: new AbortController().signal };
    await expect(
      ledgerOnAthena({ engine: 'athena' })?.(configSchema.parse({}), context as never),
    ).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
