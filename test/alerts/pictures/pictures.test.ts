import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, describe, expect, it } from 'vitest';
import { mailChannel } from '../../../alerts/channels/mailChannel.js';
import { slackChannel } from '../../../alerts/channels/slackChannel.js';
import { deliver } from '../../../alerts/deliveries/deliver.js';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import type { AlertMessage } from '../../../alerts/messages/AlertMessage.js';
import { mailMessage, PICTURE_ID } from '../../../alerts/messages/mailMessage.js';
import { pagerdutyEvent } from '../../../alerts/messages/pagerdutyEvent.js';
import { slackPayload } from '../../../alerts/messages/slackPayload.js';
import { keepPictures } from '../../../alerts/pictures/keepPictures.js';
import { messagePictures } from '../../../alerts/pictures/messagePictures.js';
import { openPictureHome } from '../../../alerts/pictures/PictureHome.js';
import { PictureStore } from '../../../alerts/pictures/PictureStore.js';
import { DAY_MS, HOUR_MS, parseConfigOrThrow } from '../../../model/index.js';
import { HOSTILE, hostileMessage, message, transition } from '../alertSamples.js';
import { startReceiver } from '../channels/receiver.js';
import { world as deliveryWorld, planOf, routed } from '../deliveries/deliveryWorld.js';
import { memoryStore } from '../deliveries/memoryStore.js';
import { rigOf } from '../job/world.js';

const URL_OF = 'https://pictures.example/5f1c-0a1b.png';
const pictured = (over: Partial<AlertMessage> = {}): AlertMessage => ({
  ...message('opened'),
  picture: { alt: 'acme has 30 % of DynamoDB.', url: URL_OF },
  links: [...message('opened').links, { name: 'picture_url', text: 'Picture', url: URL_OF }],
  ...over,
});
const KEPT_MS = 90 * DAY_MS;
const store = () => new PictureStore(memoryStore(), KEPT_MS);
const kept = (incident_id: string, at: number, alt = 'alt') => ({ incident_id, at, alt, svg: `<svg>${alt}</svg>` });

describe('PictureStore', () => {
  it('keeps the last of each incident', async () => {
    const of = store();
    for (const at of [1, 3, 3, 2]) await of.keep(kept('aa', at, `at ${at}`));
    await of.keep(kept('aab', 9, 'other'));
    expect(await of.read('aa')).toEqual({ version: 1, ...kept('aa', 3, 'at 3') });
    expect(await of.read('a')).toBeUndefined();
  });

  it('forgets what is older than it keeps, and what names a tenant', async () => {
    const of = store();
    await of.keep(kept('old', 0));
    await of.keep(kept('new', KEPT_MS + 1, 'acme among peers'));
    await of.keep(kept('other', KEPT_MS + 2, 'nobody'));
    expect(await of.read('old')).toBeUndefined();
    await of.forget((text) => text.includes('acme'));
    expect(await of.read('new')).toBeUndefined();
    expect(await of.read('other')).toBeDefined();
  });

  it('shows nothing for what it cannot read', async () => {
    const objects = memoryStore();
    await objects.create('alerts/pictures/aa.000000000000001.json', '{"version":9}');
    await objects.create('alerts/pictures/bb.000000000000001.json', '{');
    const of = new PictureStore(objects, KEPT_MS);
    expect(await of.read('aa')).toBeUndefined();
    expect(await of.read('bb')).toBeUndefined();
  });
});

describe('the alerting job', () => {
  const START = Date.parse('2026-11-20T00:00:00Z');
  const FROM = START + 60 * HOUR_MS;
  const world = {
    tenants: Array.from({ length: 12 }, (_, index) => `t${index}`),
    start: START,
    rate: (tenant: number, at: number) => 5e7 * (tenant === 3 && at >= FROM && at < FROM + 3 * HOUR_MS ? 6 : 1),
  };

  it('keeps a picture of a tenant out of line, of what it judged, before it hands the page over', async () => {
    const pictures = store();
    const failed: string[] = [];
    let first: string | undefined;
    const rig = rigOf(world, {
      keepPictures: keepPictures(pictures, (reason) => failed.push(reason)),
      deliver: async (plan) => {
        const id = plan.notifications.find(({ held }) => held === undefined)?.transition.incident.id ?? '';
        first ??= (await pictures.read(id))?.alt;
      },
    });
    for (rig.at = FROM; rig.at <= FROM + 2 * HOUR_MS; rig.at += HOUR_MS) await runAlerts(rig.job);
    expect(failed).toEqual([]);
    expect(first).toBe(
      't3 has 35 % of DynamoDB from 2026-11-22 13:00 to 2026-11-22 14:00 UTC, number 1 of 12 tenants. The median of its 11 peers is 5.9 %. It used $37.5 at list price. In the 61 hours before it used between $6.25 and $37.5 in as long. Its own past leads one to expect $6.25.',
    );
    const { state } = await rig.job.store.read();
    const found = await pictures.read(state.open[0]?.id ?? '');
    expect(found?.svg).toContain('>t3 in DynamoDB<');
  });

  it('pages all the same when no picture can be kept, and says so', async () => {
    const failed: string[] = [];
    const broken = { ...memoryStore(), create: async () => Promise.reject(new Error('disk full')) };
    const rig = rigOf(world, {
      keepPictures: keepPictures(new PictureStore(broken, KEPT_MS), (reason) => failed.push(reason)),
    });
    for (rig.at = FROM; rig.at <= FROM + 2 * HOUR_MS; rig.at += HOUR_MS) await runAlerts(rig.job);
    expect(rig.sent).not.toEqual([]);
    expect(failed).toEqual(['t3/DynamoDB/up has no picture: disk full']);
  });
});

describe('messages', () => {
  it('carry the picture of what goes on, and a link to it', async () => {
    const w = deliveryWorld();
    w.channel('chat');
    const picture = async () => ({ alt: 'words', url: URL_OF });
    const parts = w.parts('run', { routes: [routed(['chat'])], picture });
    await deliver(planOf(transition('opened')), parts);
    await deliver(planOf(transition('resolved', 2)), parts);
    expect(w.received.map((one) => one.message.picture)).toEqual([{ alt: 'words', url: URL_OF }, undefined]);
    expect(w.received[0]?.message.links.at(-1)).toEqual({ name: 'picture_url', text: 'Picture', url: URL_OF });
  });

  it('go without one that cannot be drawn, put or read, and say why', async () => {
    const pictures = store();
    await pictures.keep(kept('aa', 1));
    const failed: string[] = [];
    const of = messagePictures(
      pictures,
      async () => ({ put: async () => Promise.reject(new Error('no')) }),
      (reason) => failed.push(reason),
    );
    expect(await of.picture('aa')).toEqual({ alt: 'alt' });
    expect(await of.picture('none')).toBeUndefined();
    expect(await of.png('aa')).toBeUndefined();
    expect(failed).toHaveLength(2);
    for (const reason of failed) expect(reason).toMatch(/^the picture of aa is left out: /);
  });
});

describe('Slack', () => {
  it('shows the picture with its words, and no second link to it', () => {
    const { blocks } = slackPayload(pictured(), false);
    expect(blocks).toContainEqual({ type: 'image', image_url: URL_OF, alt_text: 'acme has 30 % of DynamoDB.' });
    expect(JSON.stringify(blocks).split(URL_OF)).toHaveLength(2);
  });

  it('shows none that it could not fetch, and links to it instead', () => {
    const url = 'http://intranet/p.png';
    const of = pictured({ picture: { alt: 'x', url }, links: [{ name: 'picture_url', text: 'Picture', url }] });
    expect(slackPayload(of, false).blocks.some(({ type }) => type === 'image')).toBe(false);
    expect(JSON.stringify(slackPayload(of, false))).toContain(url);
  });

  it('gets the page without its picture when it refuses it with one', async () => {
    const slack = await startReceiver({ status: 200, body: 'ok' });
    slack.answers.push({ status: 400, body: 'invalid_blocks' });
    const channel = slackChannel('chat', slack.url, { timeoutMs: 5000, clock: Date.now });
    expect(await channel.send(pictured(), { id: 'e', repeated: false })).toMatchObject({ kind: 'sent' });
    expect(slack.requests.map(({ body }) => body.includes('"image"'))).toEqual([true, false]);
    await slack.close();
  });

  it('is kept within its limits by a long alt text and a long address, and never mentions anybody', () => {
    const alt = `${HOSTILE} ${'x'.repeat(10_000)}`;
    const of = { ...hostileMessage(), picture: { alt, url: `https://b.example/${'k'.repeat(2900)}` } };
    expect(JSON.stringify(slackPayload(of, true).blocks).length).toBeLessThan(13_000);
    const small = slackPayload(pictured({ picture: { alt, url: URL_OF } }), false);
    const image = small.blocks.find(({ type }) => type === 'image');
    expect(String(image?.alt_text).length).toBeLessThanOrEqual(500);
    expect(String(image?.alt_text)).not.toMatch(/[\r\n\u202e]/);
  });
});

describe('PagerDuty', () => {
  it('shows the picture, over TLS only', () => {
    expect(pagerdutyEvent(pictured(), 'KEY').images).toEqual([
      { src: URL_OF, href: URL_OF, alt: 'acme has 30 % of DynamoDB.' },
    ]);
    expect(
      pagerdutyEvent(pictured({ picture: { alt: 'x', url: 'http://p.example/x.png' } }), 'KEY').images,
    ).toBeUndefined();
    expect(pagerdutyEvent(message('opened'), 'KEY')).not.toHaveProperty('images');
  });
});

describe('mail', () => {
  const key = { id: 'e', repeated: false };

  it('has the picture within the text, with what it says, and as words in the plain part', async () => {
    const ses = mockClient(SESv2Client);
    ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const png = new Uint8Array([137, 80, 78, 71]);
    const channel = mailChannel(
      'mail',
      { from: 'a@example.com', to: ['b@example.com'] },
      new SESv2Client({ region: 'eu-west-1' }),
      async () => png,
    );
    expect(await channel.send(pictured(), key)).toEqual({ kind: 'sent', receipt: 'm' });
    const simple = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple;
    expect(simple?.Attachments).toEqual([
      {
        FileName: 'picture.png',
        ContentType: 'image/png',
        ContentDisposition: 'INLINE',
        ContentId: PICTURE_ID,
        ContentDescription: 'acme has 30 % of DynamoDB.',
        RawContent: png,
      },
    ]);
    expect(simple?.Body?.Html?.Data).toContain(
      `<img src="cid:${PICTURE_ID}" alt="acme has 30 % of DynamoDB." width="720"`,
    );
    expect(simple?.Body?.Text?.Data).toContain('\nacme has 30 % of DynamoDB.\n');
    ses.restore();
  });

  it('goes without one that is not there', async () => {
    const ses = mockClient(SESv2Client);
    ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const channel = mailChannel(
      'mail',
      { from: 'a@example.com', to: ['b@example.com'] },
      new SESv2Client({ region: 'eu-west-1' }),
      async () => undefined,
    );
    await channel.send(pictured(), key);
    const simple = ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple;
    expect(simple).not.toHaveProperty('Attachments');
    expect(simple?.Body?.Html?.Data).not.toContain('<img');
    ses.restore();
  });

  it('escapes what a picture says of a hostile name', () => {
    const { html, text } = mailMessage(
      pictured({ picture: { alt: `"><img src=x onerror=alert(1)> ${HOSTILE}` } }),
      false,
      true,
    );
    expect(html.match(/<img/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script|onerror=alert\(1\)>[^&]*<\/p>\n<img/);
    expect(html).toContain('alt="&#34;&#62;&#60;img src=x');
    expect(text).not.toMatch(/^Bcc:/m);
  });
});

describe('where pictures are put', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is a folder that is served, under names that nobody can guess', async () => {
    const home = await openPictureHome({ to: join(folder, 'p'), url: 'https://pictures.example/', link_days: 7 }, 5000);
    const address = (await home?.put('../5f1c', new Uint8Array([1, 2, 3]))) ?? '';
    expect(address).toMatch(/^https:\/\/pictures\.example\/---5f1c-[0-9a-f]{24}\.png$/);
    const [name] = readdirSync(join(folder, 'p'));
    expect(address.endsWith(`/${name}`)).toBe(true);
    expect([...readFileSync(join(folder, 'p', name ?? ''))]).toEqual([1, 2, 3]);
    expect(await home?.put('../5f1c', new Uint8Array([1, 2, 3]))).toBe(address);
  });

  it('is a bucket, by its own address or a link that expires', async () => {
    const s3 = mockClient(S3Client);
    s3.onAnyCommand().resolves({});
    process.env.AWS_REGION ??= 'eu-west-1';
    const open = await openPictureHome({ to: 's3://bucket/p', url: 'https://cdn.example/p', link_days: 7 }, 5000);
    expect(await open?.put('5f1c', new Uint8Array([1]))).toMatch(/^https:\/\/cdn\.example\/p\/5f1c-[0-9a-f]{24}\.png$/);
    expect(s3.calls()[0]?.args[0].input).toMatchObject({
      Bucket: 'bucket',
      Key: expect.stringMatching(/^p\/5f1c-[0-9a-f]{24}\.png$/),
      ContentType: 'image/png',
    });
    // Regression: a bucket that does not answer held up every page, as long as the system lets a connection wait.
    const client = s3.calls()[0]?.thisValue as S3Client | undefined;
    expect(await client?.config.maxAttempts()).toBe(1);
    s3.restore();
  });

  it('is checked in the configuration', () => {
    const parse = (pictures: string) =>
      parseConfigOrThrow(`alerts: { pictures: ${pictures} }\n`, 'tenantscope.yaml').alerts.pictures;
    expect(parse('{ to: "s3://bucket/p" }')).toEqual({ to: 's3://bucket/p', link_days: 7 });
    expect(() => parse('{ to: ./p }')).toThrow(/expected url, under which the folder is served/);
    expect(() => parse('{ to: "s3://b/p", link_days: 8 }')).toThrow(/link_days/);
  });
});
