import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError, type ReportSchedule, type ReportTarget, reportScheduleSchema } from '../../../model/index.js';
import {
  folderDeliverer,
  mailDeliverer,
  runDue,
  runNow,
  runSchedules,
  type ScheduleParts,
  s3Deliverer,
} from '../../../queries/index.js';
import type { ReportResult } from '../../../queries/reports/ReportResult.js';
import { type Deliverer, type Delivery, DeliveryProblem } from '../../../queries/schedules/Delivery.js';
import { renderDelivery } from '../../../queries/schedules/renderDelivery.js';
import { type Emulator, startS3rver } from '../../emulators.js';

const root = mkdtempSync(join(tmpdir(), 'schedules-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const HOUR = 3_600_000;
const START = Date.parse('2026-11-20T05:30:00Z');
const SIX = Date.parse('2026-11-20T06:00:00Z');

const result = (rows: ReportResult['rows'] = [['acme', 1n]], more: Partial<ReportResult> = {}): ReportResult => ({
  report: 'top-tenants',
  title: 'Who used most',
  columns: [
    { name: 'tenant_id', type: 'varchar', unit: '' },
    { name: 'events', type: 'bigint', unit: 'entries' },
  ],
  rows,
  params: {},
  stats: {
    query_id: null,
    bytes_scanned: null,
    cost_usd: null,
    duration_ms: 0,
    reused: false,
    data_through: '2026-11-20T06:00:00.000Z',
    completeness: 'declared',
    generated_at: '2026-11-20T06:00:00.000Z',
  },
  warnings: [],
  ...more,
});

const scheduleOf = (more: object = {}): ReportSchedule =>
  reportScheduleSchema.parse({
    name: 'daily',
    report: 'top-tenants',
    last: '24h',
    at: '0 6 * * *',
    deliver: [{ folder: 'out' }],
    ...more,
  });

/** A world with a clock of its own, in which everything that is delivered is noted. */
class World {
  now = START;
  through: number | null = Number.MAX_SAFE_INTEGER;
  runs = 0;
  readonly sent: string[] = [];
  readonly problems: Error[] = [];
  repeatable = true;
  readonly lake: string;
  onDeliver: () => Promise<void> = async () => undefined;

  constructor(lake = mkdtempSync(join(root, 'lake-'))) {
    this.lake = lake;
  }

  get parts(): ScheduleParts {
    const deliverer: Deliverer = {
      repeatable: this.repeatable,
      deliver: async (target: ReportTarget, delivery: Delivery) => {
        await this.onDeliver();
        const problem = this.problems.shift();
        if (problem !== undefined) throw problem;
        this.sent.push(`${JSON.stringify(target)} ${delivery.fileName} ${Buffer.from(delivery.content).toString()}`);
      },
    };
    return {
      lake: this.lake,
      clock: () => this.now,
      dataThrough: async () => this.through,
      run: async () => {
        this.runs += 1;
        return result([[`run ${this.runs}`, 1n]]);
      },
      deliverer: async () => deliverer,
    };
  }

  async due(schedule: ReportSchedule, at = this.now): Promise<readonly string[]> {
    this.now = at;
    return (await runDue(this.parts, [schedule])).map(
      ({ state, time }) => `${new Date(time).toISOString().slice(5, 16)} ${state}`,
    );
  }
}

describe('a scheduled time', () => {
  it('is delivered once, under a name made of its window, however often it is looked at', async () => {
    const world = new World();
    const schedule = scheduleOf();
    expect(await world.due(schedule)).toEqual([]);
    expect(await world.due(schedule, SIX)).toEqual(['11-20T06:00 delivered']);
    expect(await world.due(schedule, SIX + 60_000)).toEqual([]);
    expect(await world.due(schedule, SIX + 24 * HOUR)).toEqual(['11-21T06:00 delivered']);
    expect(world.sent).toEqual([
      '{"folder":"out"} daily-2026-11-19T0600Z_2026-11-20T0600Z.csv tenant_id,events\r\nrun 1,1\r\n',
      '{"folder":"out"} daily-2026-11-20T0600Z_2026-11-21T0600Z.csv tenant_id,events\r\nrun 2,1\r\n',
    ]);
    expect(readdirSync(join(world.lake, 'schedules/daily/2026-11-20T0600Z'))).not.toContain('delivery.json');
  });

  it('is delivered once by two processes at once', async () => {
    const world = new World();
    const other = new World(world.lake);
    const schedule = scheduleOf({ deliver: [{ mail: ['a@example.com'] }, { folder: 'x' }] });
    await world.due(schedule);
    world.now = SIX;
    other.now = SIX;
    await Promise.all([world.due(schedule), other.due(schedule), world.due(schedule), other.due(schedule)]);
    await world.due(schedule);
    const all = [...world.sent, ...other.sent];
    expect(all.map((text) => text.split(' ')[0]).sort()).toEqual(['{"folder":"x"}', '{"mail":["a@example.com"]}']);
    // Both targets have the same answer, whoever made it.
    expect(new Set(all.map((text) => text.split('.csv ')[1])).size).toBe(1);
  });

  it('waits for its data, then is delivered; or after its wait is delivered or failed, as it says', async () => {
    const world = new World();
    world.through = SIX - HOUR;
    const schedule = scheduleOf({ wait_hours: 2 });
    await world.due(schedule);
    expect(await world.due(schedule, SIX)).toEqual(['11-20T06:00 waiting']);
    expect(await world.due(schedule, SIX + HOUR)).toEqual(['11-20T06:00 waiting']);
    world.through = SIX;
    expect(await world.due(schedule, SIX + HOUR)).toEqual(['11-20T06:00 delivered']);
    world.through = SIX;
    expect(await world.due(schedule, SIX + 24 * HOUR)).toEqual(['11-21T06:00 waiting']);
    expect(await world.due(schedule, SIX + 26 * HOUR)).toEqual(['11-21T06:00 delivered']);
    const strict = scheduleOf({ name: 'strict', wait_hours: 2, incomplete: 'fail' });
    await world.due(strict, SIX + 47 * HOUR);
    expect(await world.due(strict, SIX + 48 * HOUR)).toEqual(['11-22T06:00 waiting']);
    expect(await world.due(strict, SIX + 50 * HOUR)).toEqual(['11-22T06:00 failed']);
    expect(await world.due(strict, SIX + 51 * HOUR)).toEqual([]);
  });

  it.each([
    ['last', ['11-20T06:00 skipped', '11-21T06:00 skipped', '11-22T06:00 delivered']],
    ['all', ['11-20T06:00 delivered', '11-21T06:00 delivered', '11-22T06:00 delivered']],
    ['none', ['11-20T06:00 skipped', '11-21T06:00 skipped', '11-22T06:00 skipped']],
  ])('that was missed is made up for: %s', async (catch_up, expected) => {
    const world = new World();
    const schedule = scheduleOf({ catch_up });
    await world.due(schedule);
    expect(await world.due(schedule, SIX + 50 * HOUR)).toEqual(expected);
    expect(await world.due(schedule, SIX + 51 * HOUR)).toEqual([]);
  });

  it('is tried again after what may pass, a few times, and not after what will not', async () => {
    const world = new World();
    world.problems.push(new DeliveryProblem('again', 'busy'), new DeliveryProblem('again', 'busy'));
    const schedule = scheduleOf();
    await world.due(schedule);
    expect(await world.due(schedule, SIX)).toEqual(['11-20T06:00 pending']);
    expect(await world.due(schedule, SIX + 59_000)).toEqual(['11-20T06:00 pending']);
    expect(world.problems).toHaveLength(1);
    expect(await world.due(schedule, SIX + 61_000)).toEqual(['11-20T06:00 pending']);
    expect(await world.due(schedule, SIX + 7 * 60_000)).toEqual(['11-20T06:00 delivered']);
    expect(world.sent).toHaveLength(1);
    expect(world.runs).toBe(1);
    world.problems.push(new DeliveryProblem('failed', 'access denied'));
    expect(await world.due(schedule, SIX + 24 * HOUR)).toEqual(['11-21T06:00 failed']);
    expect(await world.due(schedule, SIX + 25 * HOUR)).toEqual([]);
    world.problems.push(...Array.from({ length: 9 }, () => new DeliveryProblem('again', 'busy')));
    const states: string[] = [];
    for (let minutes = 0; minutes < 120; minutes += 5)
      states.push(...(await world.due(schedule, SIX + 48 * HOUR + minutes * 60_000)));
    expect(states.at(-1)).toBe('11-22T06:00 failed');
    expect(world.problems).toHaveLength(4);
  });

  it('is not mailed again when nobody knows whether it was, unless someone says so', async () => {
    const world = new World();
    world.repeatable = false;
    const schedule = scheduleOf({ deliver: [{ mail: ['a@example.com'] }] });
    await world.due(schedule);
    // A process that is killed while it sends: its try begins and never ends.
    world.onDeliver = () => new Promise(() => undefined);
    world.now = SIX;
    void runDue(world.parts, [schedule]);
    const folder = join(world.lake, 'schedules/daily/2026-11-20T0600Z');
    const begun = () => readdirSync(folder).some((name) => name.endsWith('.1.begun.json'));
    await expect.poll(begun, { timeout: 60_000 }).toBe(true);
    world.onDeliver = async () => undefined;
    expect(await world.due(schedule, SIX + 60_000)).toEqual(['11-20T06:00 pending']);
    expect(await world.due(schedule, SIX + 20 * 60_000)).toEqual(['11-20T06:00 failed']);
    expect(world.sent).toEqual([]);
    expect(await runNow(world.parts, schedule)).toMatchObject({ state: 'delivered' });
    expect(await runNow(world.parts, schedule)).toMatchObject({ state: 'delivered', detail: 'already' });
    expect(world.sent).toHaveLength(1);
  });

  it('goes on where a killed process stopped, with the same bytes', async () => {
    const world = new World();
    const schedule = scheduleOf({ deliver: [{ folder: 'a' }, { folder: 'b' }] });
    await world.due(schedule);
    world.problems.push(new AppError('INTERRUPTED', 'interrupted'));
    world.now = SIX;
    await expect(runDue(world.parts, [schedule])).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await world.due(schedule, SIX + 1000)).toEqual(['11-20T06:00 delivered']);
    expect(world.sent.map((text) => text.slice(-9, -2))).toEqual(['run 1,1', 'run 1,1']);
    expect(world.runs).toBe(1);
  });

  it('whose report fails is tried again, and failed when it cannot be', async () => {
    const world = new World();
    const schedule = scheduleOf();
    const failing = (code: 'ENGINE_BUSY' | 'PARAMETER_INVALID'): ScheduleParts => ({
      ...world.parts,
      run: () => Promise.reject(new AppError(code, 'no')),
    });
    await world.due(schedule);
    world.now = SIX;
    expect((await runDue(failing('ENGINE_BUSY'), [schedule]))[0]).toMatchObject({ state: 'pending' });
    world.now = SIX + 61_000;
    expect((await runDue(failing('PARAMETER_INVALID'), [schedule]))[0]).toMatchObject({
      state: 'failed',
      detail: 'report: no',
    });
  });
});

it('waits from one time to the next, and ends when it is told to', async () => {
  const world = new World();
  const slept: number[] = [];
  const told: string[] = [];
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms);
    world.now += ms;
  };
  const pacing = { sleep, signal: new AbortController().signal, until: SIX + 2 * HOUR };
  await runSchedules(world.parts, [scheduleOf({ at: '*/30 * * * *', last: '1h' })], pacing, ({ state, time }) =>
    told.push(`${new Date(time).toISOString().slice(11, 16)} ${state}`),
  );
  expect(told).toEqual(['06:00', '06:30', '07:00', '07:30', '08:00'].map((time) => `${time} delivered`));
  expect(Math.max(...slept)).toBeLessThanOrEqual(60_000);
  const stopped = AbortSignal.abort(new AppError('INTERRUPTED', 'interrupted'));
  await expect(runSchedules(world.parts, [], { sleep, signal: stopped }, () => undefined)).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});

const delivery: Delivery = {
  fileName: 'a.csv',
  contentType: 'text/csv',
  content: Buffer.from('x\n'),
  subject: 's',
  text: 't',
  html: 'h',
};

describe('a folder', () => {
  it('gets the file whole, the same twice, and never another in its place', async () => {
    const folder = join(root, 'deep/er');
    await folderDeliverer.deliver({ folder }, delivery);
    await folderDeliverer.deliver({ folder }, delivery);
    expect(readdirSync(folder)).toEqual(['a.csv']);
    writeFileSync(join(folder, 'a.csv'), 'of someone else');
    await expect(folderDeliverer.deliver({ folder }, delivery)).rejects.toMatchObject({ outcome: 'failed' });
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('of someone else');
    expect(readdirSync(folder)).toEqual(['a.csv']);
    mkdirSync(join(root, 'file-in-the-way'));
    writeFileSync(join(root, 'file-in-the-way/f'), '');
    await expect(folderDeliverer.deliver({ folder: join(root, 'file-in-the-way/f') }, delivery)).rejects.toMatchObject({
      outcome: 'again',
    });
  });
});

describe('a bucket', () => {
  let s3: Emulator<S3Client>;
  beforeAll(async () => {
    s3 = await startS3rver('reports');
  });
  afterAll(() => s3.stop());
  const mock = mockClient(S3Client);
  afterEach(() => mock.reset());

  it('gets the object under its prefix, with its type', async () => {
    mock.restore();
    const client = s3.client();
    await s3Deliverer(client).deliver({ s3: 's3://reports/daily/' }, delivery);
    const there = await client.send(new GetObjectCommand({ Bucket: 'reports', Key: 'daily/a.csv' }));
    expect([await there.Body?.transformToString(), there.ContentType]).toEqual(['x\n', 'text/csv']);
    client.destroy();
  });

  it('is written to under a condition; what is there already is compared, and left', async () => {
    const sends = mockClient(S3Client);
    const taken = Object.assign(new Error('At least one of the pre-conditions you specified did not hold'), {
      $metadata: { httpStatusCode: 412 },
    });
    sends.on(PutObjectCommand).rejects(taken);
    const body = (text: string) => ({ Body: { transformToByteArray: async () => Buffer.from(text) } });
    sends
      .on(GetObjectCommand)
      .resolvesOnce(body('x\n') as never)
      .resolves(body('other') as never);
    const deliverer = s3Deliverer(new S3Client({ region: 'us-east-1' }));
    await deliverer.deliver({ s3: 's3://reports/' }, delivery);
    expect(sends.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({ IfNoneMatch: '*', Key: 'a.csv' });
    await expect(deliverer.deliver({ s3: 's3://reports/' }, delivery)).rejects.toMatchObject({ outcome: 'failed' });
    for (const [status, outcome] of [
      [403, 'failed'],
      [404, 'failed'],
      [409, 'again'],
      [503, 'again'],
      [undefined, 'again'],
    ] as const) {
      sends.on(PutObjectCommand).rejects(Object.assign(new Error('no'), { $metadata: { httpStatusCode: status } }));
      await expect(deliverer.deliver({ s3: 's3://reports/' }, delivery)).rejects.toMatchObject({ outcome });
    }
    sends.restore();
  });
});

describe('a mail', () => {
  const ses = mockClient(SESv2Client);
  const mail = mailDeliverer(new SESv2Client({ region: 'us-east-1', maxAttempts: 1 }), 'reports@example.com');
  afterEach(() => ses.reset());

  it('has the table as text and HTML and the file attached', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: '1' });
    await mail.deliver({ mail: ['a@example.com', 'b@example.com'] }, delivery);
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
      FromEmailAddress: 'reports@example.com',
      Destination: { ToAddresses: ['a@example.com', 'b@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 's' },
          Body: { Text: { Data: 't' }, Html: { Data: 'h' } },
          Attachments: [{ FileName: 'a.csv', ContentType: 'text/csv', RawContent: delivery.content }],
        },
      },
    });
  });

  it.each([
    [{ $metadata: { httpStatusCode: 429 } }, 'again'],
    [{ code: 'ECONNREFUSED' }, 'again'],
    [{ $metadata: { httpStatusCode: 400 } }, 'failed'],
    [{ $metadata: { httpStatusCode: 403 } }, 'failed'],
    [{ $metadata: { httpStatusCode: 500 } }, 'unknown'],
    [{ name: 'TimeoutError' }, 'unknown'],
  ])('that fails with %j ends as %s', async (error, outcome) => {
    ses.on(SendEmailCommand).rejects(Object.assign(new Error('no'), error));
    await expect(mail.deliver({ mail: ['a@example.com'] }, delivery)).rejects.toMatchObject({ outcome });
  });
});

it('nothing a tenant prints acts on a mail or its attachment; files for programs stay exact', () => {
  const evil = ['=cmd|calc', '+1', '-2.5', '@x', '\t=1', '<script>alert(1)</script>', 'plain'];
  const { plain, mail } = renderDelivery(
    scheduleOf(),
    { start: SIX - 24 * HOUR, end: SIX },
    result(
      evil.map((text) => [text, -5n]),
      { title: 'A\r\nBcc: x', warnings: ['<b>'] },
    ),
  );
  expect(Buffer.from(plain.content).toString()).toContain('=cmd|calc,-5\r\n+1,-5\r\n-2.5,-5\r\n@x,-5\r\n');
  expect(Buffer.from(mail.content).toString()).toContain(
    "'=cmd|calc,-5\r\n'+1,-5\r\n-2.5,-5\r\n'@x,-5\r\n'\t=1,-5\r\n",
  );
  expect(mail.subject).toBe('A  Bcc: x: 2026-11-19 06:00 to 2026-11-20 06:00 UTC');
  expect(mail.html).not.toMatch(/<script|<b>|\r/);
  expect(mail.html).toContain('&#60;script&#62;');
});
