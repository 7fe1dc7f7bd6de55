import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sampleData } from '../sampleData.js';
import { run } from './runTransform.js';

/**
 * Bytes Fluent Bit 5.1.1 sent to a stream, kept outside the repository, four lines in every way its output can send them.
 * None carries a namespace, so nothing proves the tenant they name: they are read here with the stamp alone believed.
 */
const found = sampleData('fluent-bit-records');
const SAMPLES = found ?? '';
const present = found !== undefined;

type Unpack = (bytes: Buffer) => Buffer;
const unzstd = (zlib as unknown as { readonly zstdDecompressSync?: Unpack }).zstdDecompressSync;
if (unzstd === undefined) console.warn(`zstd is quarantined here: Node.js ${process.version} is older than 22.15`);

const asSent: Unpack = (bytes) => bytes;
/** How the lines of each folder are had without the transform. */
const UNPACK: Readonly<Record<string, Unpack>> = {
  plain: asSent,
  raw: asSent,
  timekey: asSent,
  agg: asSent,
  gzip: (bytes) => zlib.gunzipSync(bytes),
  agggzip: (bytes) => zlib.gunzipSync(bytes),
  ...(unzstd === undefined ? {} : { zstd: unzstd }),
};
const stamped = { trust: 'stamped' } as const;

const recordsOf = (folder: string): Buffer[] =>
  readdirSync(join(SAMPLES, folder))
    .sort()
    .map((file) => readFileSync(join(SAMPLES, folder, file)));
const linesOf = (record: Buffer): string[] => record.toString('utf8').trimEnd().split('\n');
const unpacked = (folder: string): Buffer[] => recordsOf(folder).map((record) => (UNPACK[folder] ?? asSent)(record));
const idsOf = async (records: readonly (string | Buffer)[]): Promise<string[]> =>
  (await run(records, stamped)).events.map((event) => event.event_id).sort();

describe.runIf(present)('records as Fluent Bit sent them', () => {
  it.each(Object.keys(UNPACK))('%s: every line is read, for the stamped tenant', async (folder) => {
    const records = recordsOf(folder);
    const { results, events, outcomes } = await run(records, stamped);
    expect(results.every(({ result, tenant }) => result === 'Ok' && tenant === 'acme')).toBe(true);
    expect(outcomes.map((outcome) => outcome.lines)).toEqual(unpacked(folder).map((record) => linesOf(record).length));
    const logs = unpacked(folder)
      .flatMap(linesOf)
      .map((line) => (JSON.parse(line) as { log: string }).log);
    expect(events.map((event) => Number(event.log_bytes))).toEqual(logs.map((log) => Buffer.byteLength(log)));
    expect(events).toHaveLength(4);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(4);
  });

  it.each([
    ['snappy', 'undecodable'],
    // log_key leaves a line's escaped text: no envelope, and nothing that is JSON.
    ['logkey', 'undecodable'],
    ...(unzstd === undefined ? ([['zstd', 'unsupported_encoding']] as const) : []),
  ] as const)('%s: every record is quarantined as %s', async (folder, reason) => {
    const records = recordsOf(folder);
    expect(records.length).toBeGreaterThan(0);
    const { outcomes, events } = await run(records, stamped);
    expect(events).toEqual([]);
    expect(outcomes).toMatchObject(records.map(() => ({ outcome: 'quarantined', reason })));
  });

  it('the same records sent with and without compression get the same event ids', async () => {
    const plain = await idsOf(recordsOf('timekey'));
    for (const folder of ['gzip', 'zstd'].filter((name) => name in UNPACK)) {
      const texts = (name: string) => unpacked(name).map(String).sort();
      expect(texts(folder)).toEqual(texts('timekey'));
      expect(await idsOf(recordsOf(folder))).toEqual(plain);
    }
    expect(await idsOf(recordsOf('agggzip'))).toEqual(await idsOf(unpacked('agggzip')));
  });

  it('the same lines get the same event ids in every packing, once they carry their position', async () => {
    const wanted = await idsOf(positioned(unpacked('plain').flatMap(linesOf)));
    for (const folder of Object.keys(UNPACK)) {
      const lines = positioned(unpacked(folder).flatMap(linesOf));
      const whole = Buffer.from(lines.join(''));
      expect(await idsOf(lines)).toEqual(wanted);
      expect(await idsOf([whole])).toEqual(wanted);
      expect(await idsOf([zlib.gzipSync(whole)])).toEqual(wanted);
      expect(await idsOf(lines.map((line) => zlib.gzipSync(line)))).toEqual(wanted);
    }
  });
});

/** The lines with the position and namespace tenantscope's own sidecar stamps; the same text has the same place. */
function positioned(lines: readonly string[]): string[] {
  return lines.map((text) => {
    const line = JSON.parse(text) as { readonly log: string };
    const place = { namespace: 'tenant-acme', pod_uid: 'uid-1', container: 'app', file: '/var/log/app.log' };
    return `${JSON.stringify({ ...line, ...place, offset: line.log.length })}\n`;
  });
}

const spoofs = present ? readdirSync(join(SAMPLES, 'spoof')) : [];

describe.runIf(present)('an application that tried to name its own tenant', () => {
  it.each(spoofs)('%s: is believed by no one without a namespace, and with its own is acme or nobody', async (file) => {
    const lines = linesOf(readFileSync(join(SAMPLES, 'spoof', file)));
    const unproven = await run(lines);
    expect(unproven.events).toEqual([]);
    expect(unproven.outcomes).toMatchObject(lines.map(() => ({ outcome: 'quarantined', reason: 'identity_unproven' })));

    const inPlace = lines.map((line) => JSON.stringify({ ...(JSON.parse(line) as object), namespace: 'tenant-acme' }));
    const { results, events, outcomes } = await run(inPlace);
    for (const [index, { result, tenant }] of results.entries()) {
      if (result === 'Ok') expect(tenant).toBe('acme');
      else expect(outcomes[index]).toMatchObject({ outcome: 'quarantined' });
    }
    expect(events.flatMap((event) => event.usage).every((entry) => entry.tenant_id === 'acme')).toBe(true);
  });
});
