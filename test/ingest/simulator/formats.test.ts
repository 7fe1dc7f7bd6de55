import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Compression, compressorOf } from '../../../ingest/simulator/compression.js';
import { measure } from './measure.js';
import { runSimulation, smallOptions } from './readSimulation.js';
import { sorted } from './recount.js';

const hasZstd = 'zstdCompressSync' in zlib;
if (!hasZstd) console.warn(`skipped: Node.js ${process.version} has no zstd, which needs 22.15 or later`);

/** Every format a simulation can print, with whether its lines are requests a tenant is metered for. */
const ALL: Readonly<Record<string, boolean>> = {
  alb: false,
  apache_common: true,
  emf: false,
  envoy: true,
  json: false,
  klog: false,
  lambda_report: false,
  logfmt: false,
  nginx: true,
  stack_trace: false,
  syslog: false,
  text: false,
  traefik: true,
};
const formats = smallOptions({ formats: 0.8, tenants: 3, hours: 6, linesPerTenantHour: 300 });
const rough = { duplicates: 0.2, late: true, hostile: true, historyHours: 30 } as const;

describe('printed formats', () => {
  it('are all there for every tenant, and requests are those of access lines only', async () => {
    const { truth } = await runSimulation(formats);
    for (const tenant of truth.tenants) {
      const rows = truth.formats.filter((row) => row.tenant_id === tenant);
      expect(rows.map((row) => row.format)).toEqual(Object.keys(ALL));
      for (const { format, lines, http_requests } of rows) expect(http_requests).toBe(ALL[format] ? lines : 0);
    }
    // Nothing an AWS line says is anybody's usage when a pod prints it.
    expect(new Set(truth.usage.map((row) => row.service))).toEqual(new Set(['DynamoDB', 'Ingress', 'Pipeline']));
    const sum = (meter: string) =>
      truth.usage.filter((row) => row.meter === meter).reduce((total, row) => total + row.events, 0);
    expect(truth.formats.reduce((total, row) => total + row.lines, 0)).toBe(sum('log_events'));
  });

  it.each([
    ['one line a record', {}],
    ['aggregated', { aggregate: true }],
    ['gzip, one line a record', { compress: 'gzip' }],
    ['gzip, aggregated', { compress: 'gzip', aggregate: true }],
    ['with late, resent and hostile lines', rough],
    ['gzip, aggregated, with late, resent and hostile lines', { ...rough, compress: 'gzip', aggregate: true }],
    ['pooled, gzip', { ...rough, scenario: 'pooled', compress: 'gzip' }],
  ] as const)('are recognised and metered as the truth says: %s', async (_name, over) => {
    const simulation = await runSimulation({ ...formats, ...over });
    const measured = await measure(simulation);
    expect(measured.formats).toEqual(simulation.truth.formats);
    expect(measured.usage).toEqual(sorted(simulation.truth.usage));
  });

  it.skipIf(!hasZstd).each([{}, { ...rough, aggregate: true }])(
    'are recognised and metered as the truth says: zstd, %o',
    async (over) => {
      const simulation = await runSimulation({ ...formats, ...over, compress: 'zstd' });
      const measured = await measure(simulation);
      expect(measured.formats).toEqual(simulation.truth.formats);
      expect(measured.usage).toEqual(sorted(simulation.truth.usage));
    },
  );

  it('take the place of text lines only: every other line is as it is without them', async () => {
    const [without, mixed] = await Promise.all([runSimulation({ ...formats, formats: 0 }), runSimulation(formats)]);
    const dynamo = (truth: (typeof mixed)['truth']) => truth.usage.filter((row) => row.service === 'DynamoDB');
    expect(dynamo(mixed.truth)).toEqual(dynamo(without.truth));
    const lines = (truth: (typeof mixed)['truth'], format: string) =>
      truth.formats.reduce((total, row) => total + (row.format === format ? row.lines : 0), 0);
    const share = lines(mixed.truth, 'text') / lines(without.truth, 'text');
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.3);
    expect(mixed.truth.distinct_lines).toBe(without.truth.distinct_lines);
  });

  it('give the same bytes for the same seed, and others for another', async () => {
    const { sha256 } = await runSimulation(formats);
    expect((await runSimulation(formats)).sha256).toBe(sha256);
    expect((await runSimulation({ ...formats, seed: 2 })).sha256).not.toBe(sha256);
  });
});

describe('compressed records', () => {
  const kinds: readonly Compression[] = hasZstd ? ['gzip', 'zstd'] : ['gzip'];

  it.each(kinds.flatMap((compress) => [true, false].map((aggregate) => ({ compress, aggregate }))))(
    'hold each the bytes it has uncompressed: $compress, aggregate $aggregate',
    async ({ compress, aggregate }) => {
      const options = { ...formats, ...rough, aggregate };
      const [plain, packed] = await Promise.all([runSimulation(options), runSimulation({ ...options, compress })]);
      const unpack = compress === 'gzip' ? zlib.gunzipSync : zstdDecompress;
      expect(packed.records.map(({ data }) => unpack(data).toString('latin1'))).toEqual(
        plain.records.map(({ data }) => data.toString('latin1')),
      );
      expect(packed.records.map(({ arrival }) => arrival)).toEqual(plain.records.map(({ arrival }) => arrival));
      expect({ ...packed.truth }).toEqual(plain.truth);
      expect(packed.summary.bytes).toBeLessThan(plain.summary.bytes * (aggregate ? 0.4 : 0.95));
      expect(packed.summary.files).toEqual(
        plain.summary.files.map((file) => `${file}${compress === 'gzip' ? '.gz' : '.zst'}`),
      );
    },
  );

  it('get the event ids of the same lines sent plain', async () => {
    const [plain, packed] = await Promise.all([
      runSimulation({ ...formats, hours: 1 }).then(measure),
      runSimulation({ ...formats, hours: 1, compress: 'gzip', aggregate: true }).then(measure),
    ]);
    expect([...packed.events.keys()].sort()).toEqual([...plain.events.keys()].sort());
  });

  it('stay within what the stream takes, and reach the bytes asked for before compression', async () => {
    const { records, batches, summary } = await runSimulation(
      smallOptions({ aggregate: true, compress: 'gzip', formats: 1, hours: 1, tenants: 2, targetBytes: 9_000_000 }),
    );
    expect(Math.max(...records.map(({ data }) => data.length))).toBeLessThanOrEqual(1_048_556);
    expect(Math.max(...batches.map(({ lengths }) => lengths.reduce((sum, length) => sum + length, 0)))).toBeLessThan(
      10_485_760,
    );
    const plain = records.reduce((sum, { data }) => sum + zlib.gunzipSync(data).length, 0);
    expect(plain).toBeGreaterThanOrEqual(9_000_000);
    expect(summary.bytes).toBeLessThan(plain / 3);
  });

  it('begin with the header Fluent Bit writes, which names no operating system', () => {
    const packed = compressorOf('gzip')(Buffer.from('{"log":"hello"}\n'));
    expect(packed.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
  });

  it('are refused as a wrong option where the runtime has no zstd, or for another name', async () => {
    expect(() => compressorOf('zstd', {})).toThrow(expect.objectContaining({ code: 'USAGE', exitCode: 64 }));
    expect(() => compressorOf('zstd', {})).toThrow(/22\.15/);
    await expect(runSimulation({ ...formats, compress: 'snappy' as Compression })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(runSimulation({ ...formats, formats: 1.5 })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

function zstdDecompress(bytes: Buffer): Buffer {
  return (zlib as unknown as { readonly zstdDecompressSync: (bytes: Buffer) => Buffer }).zstdDecompressSync(bytes);
}
