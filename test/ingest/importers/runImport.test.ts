import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KinesisClient, PutRecordsCommand, type PutRecordsCommandInput } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FileSource,
  type ImportSummary,
  kinesisTarget,
  lakeSink,
  runImport,
  s3Objects,
  streamImportSink,
} from '../../../ingest/index.js';
import { buildRegistry, meterSourcesSchema, tenantSchema } from '../../../model/index.js';
import { buildLedger, reconcile } from '../../../queries/index.js';
import { ledgerLines } from '../../e2e/truth.js';
import { type Emulator, startS3rver } from '../../emulators.js';
import {
  albLine,
  CADVISOR,
  CONTROL_ENVELOPE,
  cloudFrontRecord,
  cloudFrontW3c,
  kubeletSummary,
  logEnvelope,
  REPORT,
  s3AccessLine,
  signIn,
} from './samples.js';

const root = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registry = buildRegistry({
  tenants: [
    tenantSchema.parse({
      id: 'acme',
      namespaces: ['tenant-acme'],
      resources: {
        hosts: ['*.acme.example.com'],
        bucket_prefixes: ['media/acme'],
        functions: ['acme-*'],
        user_pools: ['pool'],
      },
    }),
  ],
  meterSources: meterSourcesSchema.parse({ S3: 'access_logs' }),
});
const common = {
  registry,
  trust: 'namespace',
  platformStream: 'platform',
  stream: 'platform',
  memoryMb: 256,
  threads: 1,
} as const;
const clock = () => Date.parse('2026-11-24T08:00:00Z');
let folders = 0;

const fresh = (name: string): string => {
  const folder = join(root, `${name}-${folders++}`);
  mkdirSync(folder);
  return folder;
};

async function importTexts(
  source: FileSource,
  texts: readonly (string | Buffer)[],
  lake: string,
  signal?: AbortSignal,
): Promise<ImportSummary> {
  const folder = fresh('input');
  const files = texts.map((text, place) => {
    const path = join(folder, `file-${place}`);
    writeFileSync(path, text);
    return { path, name: `file-${place}` };
  });
  const sink = await lakeSink({ ...common, lake, clock });
  return runImport({ source, files, sink, intervalSeconds: 60, ...(signal === undefined ? {} : { signal }) });
}

const build = async (lake: string): Promise<string[]> => {
  await buildLedger({ lake, clock, memoryMb: 256, threads: 1 });
  return (await ledgerLines(lake)).filter((line) => !line.includes('| Pipeline |'));
};
const sums = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line.replace(/^(\S+) \| \S+ \| (\S+) \| .*? \| .*? \| (\S+) \| .*: (\d+) in (\d+)$/, '$1 $2 $3 $4/$5'),
  );

const many = (count: number, line: (n: number) => string): string =>
  `${Array.from({ length: count }, (_, n) => line(n)).join('\n')}\n`;

describe('runImport into a lake', () => {
  it('books the same usage however often, packed or not, and under whatever name a file is imported', async () => {
    const lake = fresh('lake');
    const text = many(300, (n) => albLine(n % 3 === 0 ? 'x.example.com' : 'a.acme.example.com', `/p/${n}`));
    const first = await importTexts('alb', [text], lake);
    expect(first).toMatchObject({ files: 1, lines: 300, failed: [] });
    const booked = sums(await build(lake));
    expect(booked).toContain('acme ALB requests 200000000/200');
    expect(booked).toContain('_unknown ALB requests 100000000/100');
    const second = await importTexts('alb', [gzipSync(text)], lake);
    expect(second.deliveries?.[0]?.skipped).toHaveLength(1);
    // The same lines with others behind them: another content, so only what differs from the first counts as new lines.
    await importTexts('alb', [text], lake);
    expect(sums(await build(lake))).toEqual(booked);
  });

  it('reconciles, and imports the good files beside a bad one', async () => {
    const lake = fresh('lake');
    const good = many(30, (n) => s3AccessLine('REST.GET.OBJECT', `acme/${n}`));
    const cut = gzipSync(good).subarray(0, 200);
    const summary = await importTexts('s3_access', [good, cut, 'some other file\n'], lake);
    expect(summary.lines).toBe(30);
    expect(summary.failed.map(({ file }) => file)).toEqual(['file-1', 'file-2']);
    expect(summary.failed[0]?.reason).toMatch(/^file-1: cannot read the content: got unexpected end of file/);
    expect(summary.failed[1]?.reason).toMatch(/^file-2: none of the first 1 lines is of s3 access/);
    expect(sums(await build(lake))).toContain('acme S3 tier2_requests 30000000/30');
    const { checks } = await reconcile({ lake, memoryMb: 256, threads: 1 });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('reads CloudFront as W3C, JSON and Parquet alike', async () => {
    const records = Array.from({ length: 40 }, (_, n) => cloudFrontRecord(`w${n % 2}.acme.example.com`, `/a b/${n}`));
    const parquet = join(fresh('parquet'), 'cf.parquet');
    const json = join(fresh('json'), 'cf.json');
    writeFileSync(json, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select * rename ("cs-uri-stem" as cs_uri_stem, "x-host-header" as x_host_header)
         from (select columns(*)::varchar from read_json('${json}'))) to '${parquet}' (format parquet)`,
    );
    connection.closeSync();
    const { readFileSync } = await import('node:fs');
    const results: string[][] = [];
    for (const content of [gzipSync(cloudFrontW3c(records)), readFileSync(json), readFileSync(parquet)]) {
      const lake = fresh('lake');
      const summary = await importTexts('cloudfront', [content], lake);
      expect(summary).toMatchObject({ lines: 40, failed: [] });
      results.push(await build(lake));
    }
    expect(sums(results[0] ?? [])).toContain('acme CloudFront bytes_out 7280000000/40');
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('counts a CloudTrail event once when the trail wrote it into two files', async () => {
    const lake = fresh('lake');
    const file = (users: readonly string[]) =>
      gzipSync(JSON.stringify({ Records: users.map((user) => signIn('pool', user)) }));
    await importTexts('cloudtrail', [file(['a', 'b']), file(['b', 'c'])], lake);
    expect(sums(await build(lake))).toContain('acme Cognito sign_ins 3000000/3');
  });

  it('reads subscription envelopes without line ends between them, and passes over control messages', async () => {
    const lake = fresh('lake');
    const text = [
      CONTROL_ENVELOPE,
      logEnvelope('/aws/lambda/acme-a', [REPORT, 'START "{" x\n']),
      logEnvelope('/aws/lambda/acme-a', [REPORT], 9),
    ].join('');
    const summary = await importTexts('cloudwatch_logs', [gzipSync(text)], lake);
    expect(summary).toMatchObject({ lines: 3, skipped: 1, failed: [] });
    expect(sums(await build(lake))).toContain('acme Lambda mb_milliseconds 3328000000/2');
  });

  it('reads kubelet summaries and cAdvisor metrics; the same sample counts once', async () => {
    const lake = fresh('lake');
    const summary = kubeletSummary('tenant-acme', 5e9, '2026-11-20T10:00:00Z');
    const other = kubeletSummary('tenant-acme', 6e9, '2026-11-20T10:01:00Z');
    expect(await importTexts('kubelet', [`${summary}\n${other}\n`, summary], lake)).toMatchObject({
      lines: 3,
      failed: [],
    });
    expect(await importTexts('kubelet', [CADVISOR], lake)).toMatchObject({ lines: 1, failed: [] });
    const booked = sums(await build(lake));
    // Two samples of 0.5 GiB and one of 1 GiB, each for a minute.
    expect(booked).toContain('acme EKS memory_gib_seconds 120000000/3');
  });

  it('refuses cAdvisor metrics without time stamps, with the line', async () => {
    const text = CADVISOR.replaceAll(/ \d+$/gm, '');
    const summary = await importTexts('kubelet', [text], fresh('lake'));
    expect(summary.failed[0]?.reason).toMatch(/^file-0:3: the sample has no time stamp/);
  });

  it('ends at Ctrl-C with nothing half-delivered', async () => {
    const lake = fresh('lake');
    const aborted = AbortSignal.abort();
    await expect(importTexts('alb', [albLine('a.acme.example.com', '/')], lake, aborted)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});

describe('runImport into a stream', () => {
  const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  const waiting = { sleep: async () => {}, random: () => 0 };
  const write = async (
    text: string,
    answer: (input: PutRecordsCommandInput) => object,
  ): Promise<{ sent: string[]; run: Promise<ImportSummary> }> => {
    const path = join(fresh('input'), 'a.log');
    writeFileSync(path, text);
    const client = new KinesisClient(settings);
    const sent: string[] = [];
    mockClient(client)
      .on(PutRecordsCommand)
      .callsFake((input: PutRecordsCommandInput) => {
        for (const { Data } of input.Records ?? []) sent.push(Buffer.from(Data as Uint8Array).toString());
        return answer(input);
      });
    const sink = streamImportSink(kinesisTarget(client, 'platform'), waiting);
    return { sent, run: runImport({ source: 'alb', files: [{ path, name: 'a.log' }], sink, intervalSeconds: 60 }) };
  };

  it('writes aggregated records, the same bytes each time', async () => {
    const text = many(2000, (n) => albLine('a.acme.example.com', `/p/${n}`));
    const taken = ({ Records = [] }: PutRecordsCommandInput) => ({
      Records: Records.map(() => ({ SequenceNumber: '1' })),
    });
    const first = await write(text, taken);
    expect((await first.run).written).toMatchObject({ undelivered: 0 });
    expect(first.sent.length).toBeGreaterThan(3);
    for (const record of first.sent) expect(record.length).toBeLessThanOrEqual(256 * 1024);
    const lines = first.sent
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2000);
    expect(new Set(lines.map(({ uid }) => uid)).size).toBe(2000);
    const second = await write(text, taken);
    await second.run;
    expect(second.sent).toEqual(first.sent);
  });

  // Cut by characters, its bytes were more than a record: the stream refused it, and with it the whole import, for good.
  it('cuts a line whose bytes are more than a record takes, and marks it', async () => {
    const long = `${albLine('a.acme.example.com', '/')} ${'é'.repeat(800_000)}`;
    const taken = ({ Records = [] }: PutRecordsCommandInput) => ({ Records: Records.map(() => ({})) });
    const { run, sent } = await write(`${albLine('a.acme.example.com', '/')}\n${long}\n`, taken);
    expect((await run).written).toMatchObject({ undelivered: 0 });
    const lines = sent
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ truncated }) => truncated)).toEqual([undefined, true]);
    // What fits is kept, and not a character less than need be.
    expect(Math.abs(Buffer.byteLength(JSON.stringify(lines[1].log)) - 900_000)).toBeLessThan(4);
  });

  it('ends with an error when the stream does not take everything', async () => {
    const refused = ({ Records = [] }: PutRecordsCommandInput) => ({
      FailedRecordCount: 1,
      Records: Records.map(() => ({ ErrorCode: 'InternalFailure' })),
    });
    const { run } = await write(albLine('a.acme.example.com', '/'), refused);
    await expect(run).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  });
});

describe('s3Objects', () => {
  let emulator: Emulator<S3Client>;
  beforeAll(async () => {
    emulator = await startS3rver('logs');
  });
  afterAll(() => emulator.stop());

  it('imports every object under a prefix, in order, and leaves no copy behind', async () => {
    const client = emulator.client();
    for (let n = 0; n < 25; n += 1) {
      const Body = gzipSync(albLine('a.acme.example.com', `/o/${n}`));
      await client.send(
        new PutObjectCommand({ Bucket: 'logs', Key: `alb/2026/${String(n).padStart(2, '0')}.log.gz`, Body }),
      );
    }
    await client.send(new PutObjectCommand({ Bucket: 'logs', Key: 'other/x', Body: 'x' }));
    const folder = fresh('download');
    const lake = fresh('lake');
    const names: string[] = [];
    async function* seen() {
      for await (const file of s3Objects(client, 's3://logs/alb/', folder)) {
        names.push(file.name);
        yield file;
      }
    }
    const summary = await runImport({
      source: 'alb',
      files: seen(),
      sink: await lakeSink({ ...common, lake, clock }),
      intervalSeconds: 60,
    });
    expect(summary).toMatchObject({ files: 25, lines: 25, failed: [] });
    expect(names[0]).toBe('s3://logs/alb/2026/00.log.gz');
    expect(names).toEqual([...names].sort());
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(folder)).toEqual([]);
    expect(sums(await build(lake))).toContain('acme ALB requests 25000000/25');
  });

  it('names what is missing: the bucket, or objects under the prefix', async () => {
    const client = emulator.client();
    const list = async (url: string) => {
      for await (const _ of s3Objects(client, url, root));
    };
    await expect(list('s3://nothing-here/x')).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    await expect(list('s3://logs/nothing/')).rejects.toThrow(/no object lies under the prefix/);
    await expect(list('s3:/logs')).rejects.toThrow(/expected s3:\/\/bucket\/prefix/);
    await client.send(new CreateBucketCommand({ Bucket: 'second' }));
  });
});
