import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationsOf, labelsOf } from '../../../alerts/messages/alertmanagerAlerts.js';
import { cutAscii, cutBytes, cutText } from '../../../alerts/messages/cutText.js';
import { eventBridgeEntry } from '../../../alerts/messages/eventBridgeEntry.js';
import { mailMessage } from '../../../alerts/messages/mailMessage.js';
import { mrkdwn } from '../../../alerts/messages/mrkdwn.js';
import { dedupKeyOf, pagerdutyEvent } from '../../../alerts/messages/pagerdutyEvent.js';
import { slackPayload } from '../../../alerts/messages/slackPayload.js';
import { snsMessage } from '../../../alerts/messages/snsMessage.js';
import { stdoutLine } from '../../../alerts/messages/stdoutLine.js';
import { webhookBody } from '../../../alerts/messages/webhookBody.js';
import { hostileMessage, message } from '../alertSamples.js';

const hostile = hostileMessage();
const bytes = (of: unknown): number => Buffer.byteLength(typeof of === 'string' ? of : JSON.stringify(of));

/** Every text within a value. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('a message that is far too long, of a tenant with a hostile name', () => {
  it('is cut for PagerDuty: summary 1024, key 255, 512 KB in all', () => {
    const event = pagerdutyEvent(hostile, 'KEY');
    expect(String(event.payload.summary).length).toBeLessThanOrEqual(1024);
    expect(String(event.payload.summary).length).toBeGreaterThan(1000);
    expect(String(event.payload.summary).endsWith('…')).toBe(true);
    expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    expect(bytes(event)).toBeLessThanOrEqual(512 * 1024);
    expect(dedupKeyOf('k'.repeat(256))).not.toBe(dedupKeyOf(`${'k'.repeat(255)}l`));
  });

  it('keeps to what Slack takes of each block, and of all', () => {
    const { text, blocks } = slackPayload(hostile, true);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
    for (const block of blocks) {
      const {
        type,
        text: of,
        fields = [],
        elements = [],
      } = block as {
        readonly type: string;
        readonly text?: { readonly text: string };
        readonly fields?: readonly { readonly text: string }[];
        readonly elements?: readonly { readonly text: unknown; readonly url?: string }[];
      };
      expect(of?.text.length ?? 0).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
      expect(fields.length).toBeLessThanOrEqual(10);
      for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
      for (const { url = '' } of elements) expect(url.length).toBeLessThanOrEqual(3000);
    }
    expect(JSON.stringify(blocks)).toMatch(/50 figures left out · 54 steps left out · 57 links left out/);
  });

  it('makes no mention, link or line in Slack', () => {
    const { text, blocks } = slackPayload(hostile, false);
    // Of these Slack makes nothing: they are plain text.
    const shown = blocks.filter(({ type }) => type !== 'header' && type !== 'actions');
    expect(JSON.stringify(blocks)).not.toMatch(/\u202e/);
    for (const one of [text, ...textsOf(shown)]) expect(one).not.toMatch(/<!|<https|<@/);
    for (const found of JSON.stringify(shown).matchAll(/"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"(.{17})/g))
      expect(found[1]).toBe(',"verbatim":true}');
  });

  it('stays below 20 KB as a webhook, whole JSON, and as an event', () => {
    const body = webhookBody(hostile, 'hook');
    expect(bytes(body)).toBeLessThanOrEqual(20_000);
    expect(JSON.parse(body)).toMatchObject({ type: 'alert.firing', data: { version: '4', status: 'firing' } });
    const { Detail, DetailType } = eventBridgeEntry(hostile, 'default', 'x');
    expect(bytes(Detail)).toBeLessThanOrEqual(256 * 1024);
    expect(DetailType.length).toBeLessThanOrEqual(128);
  });

  it('has a subject of 100 ASCII characters in SNS, ids it takes, and less than 256 KB', () => {
    const sns = snsMessage(hostile, 'arn:aws:sns:eu-west-1:123456789012:alerts.fifo');
    expect(sns.Subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(sns.MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
    expect(sns.MessageDeduplicationId).toBe(hostile.id);
    expect(bytes(sns)).toBeLessThanOrEqual(256 * 1024);
    expect(Object.keys(sns.MessageAttributes).length).toBeLessThanOrEqual(10);
  });

  it('begins no header in a mail, and is text in its HTML', () => {
    const mail = mailMessage({ ...hostile, title: 'a\r\nBcc: all@example.com' }, false);
    expect(mail.subject).toBe('[PAGE] prod: a Bcc: all@example.com');
    expect(mailMessage(hostile, false).subject.length).toBeLessThanOrEqual(200);
    for (const { Value } of mail.headers) expect(Value).toMatch(/^[\x20-\x7e]{1,870}$/);
    const { html } = mailMessage(hostile, false);
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/\u202e/);
    expect(
      mailMessage({ ...hostile, links: [{ name: 'x', text: 'x', url: 'javascript:alert(1)' }] }, false).html,
    ).not.toContain('javascript:');
  });

  it('is one line on standard output', () => {
    expect(stdoutLine(hostile, 'json').split('\n')).toHaveLength(1);
    expect(stdoutLine(hostile, 'text')).not.toMatch(/[\r\n\u202e]/);
  });

  it('gives Alertmanager labels without empty ones, and annotations of 4,000 characters', () => {
    expect(Object.values(labelsOf({ ...message('opened'), service: '' }))).not.toContain('');
    for (const value of Object.values(annotationsOf(hostile))) expect(value.length).toBeLessThanOrEqual(4000);
  });
});

describe('cuts', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 200 });

  it('keep to the limit, show that they were made, and leave no half character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 5, max: 100 }), (text, limit) => {
        const whole = text.isWellFormed() ? text : '';
        for (const [cut, size] of [
          [cutText(whole, limit), cutText(whole, limit).length],
          [cutBytes(whole, limit), bytes(cutBytes(whole, limit))],
          [mrkdwn(whole, limit), mrkdwn(whole, limit).length],
        ] as const) {
          expect(size).toBeLessThanOrEqual(limit);
          expect(cut.isWellFormed()).toBe(true);
        }
        expect(cutText(whole, limit) === whole || cutText(whole, limit).endsWith('…')).toBe(true);
        expect(cutAscii(whole, limit)).toMatch(/^[\x20-\x7e]*$/);
        expect(cutAscii(whole, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('cut no entity of mrkdwn in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('&', '<', '>', 'a') }),
        fc.integer({ min: 1, max: 60 }),
        (text, limit) => {
          const shown = mrkdwn(text, limit)
            .replace(/…$/, '')
            .replace(/&(?:amp|lt|gt);/g, '');
          expect(shown).toMatch(/^a*$/);
        },
      ),
    );
  });
});
