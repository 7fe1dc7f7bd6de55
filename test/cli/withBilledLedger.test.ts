import { describe, expect, it } from 'vitest';
import { withBilledLedger } from '../../cli/withBilledLedger.js';
import { parseConfigOrThrow } from '../../model/index.js';
import { fakeContext } from './fakeContext.js';

const BUCKET = 's3://lake/prefix';
const TRINO = { engine: 'trino', trinoUrl: 'http://127.0.0.1:8080/hive', ledgerCatalog: 'iceberg.lake' } as const;

describe('the ledger of a lake in S3', () => {
  const named = parseConfigOrThrow(`lake: ${BUCKET}\nengine: { athena: { database: lake } }\n`, 'tenantscope.yaml');
  const unnamed = parseConfigOrThrow(`lake: ${BUCKET}\n`, 'tenantscope.yaml');

  it.each([
    ['the embedded engine', named, {}, /the embedded engine does not read a lake in S3: .*--engine athena/],
    ['a Trino without its catalogue of the ledger', named, { ...TRINO, ledgerCatalog: undefined }, /--ledger-catalog/],
    ['a Trino whose database nobody names', unnamed, TRINO, /a Trino has to be told more .*engine\.athena\.database/],
    ['a Trino with a flag of Athena', named, { ...TRINO, athenaWorkgroup: 'w' }, /a flag of Athena without Athena/],
    ['nobody with a flag of Trino', named, { trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
    ['Athena without a database', unnamed, { engine: 'athena' }, /needs --athena-database/],
    ['Athena with a flag of Trino', named, { engine: 'athena', trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
  ] as const)('is not asked of %s, and nothing is opened', async (_, config, { ...flags }, message) => {
    const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
    const opened = withBilledLedger(config, given, fakeContext(), async () => 'opened');
    await expect(opened).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  });
});
