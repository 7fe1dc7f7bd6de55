import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN_REDACTIONS, DEFAULT_REDACTION, redactionSchema } from '../../model/index.js';
import { compileRedaction } from '../../transforms/index.js';

const every = compileRedaction({ builtin: [...BUILTIN_REDACTIONS], custom: [] });
const redactText = (text: string): string => every.text(text, new Map());

describe('redaction', () => {
  it.each([
    ['user jane.doe+x@mail.example.co.uk logged in', 'user [redacted:email] logged in'],
    ['Authorization: Bearer abc.def-123456', 'Authorization: [redacted:token]'],
    ['got token bearer abcdefgh12345678 from', 'got token [redacted:token] from'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [redacted:aws_key] used'],
    ['{"password":"s3cr3t!","user":"x"}', '{"password":"[redacted:secret]","user":"x"}'],
    ['api_key=abcdef&x=1', 'api_key=[redacted:secret]&x=1'],
    ['card 4111 1111 1111 1111 ok', 'card [redacted:card] ok'],
    ['order 4111111111111112 ok', 'order 4111111111111112 ok'],
    ['t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end', 't [redacted:jwt] end'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x', '[redacted:private_key] x'],
    ['from 192.0.2.1 and 2001:db8::1 to 300.1.2.3', 'from [redacted:ip] and [redacted:ip] to 300.1.2.3'],
    ['nothing to hide, 2026-11-24T10:00:00.123Z v1.2.3', 'nothing to hide, 2026-11-24T10:00:00.123Z v1.2.3'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('takes the rest of a text whole that holds more secrets than any log', () => {
    const counts = new Map<string, number>();
    const text = every.text(`${'password=hunter2 '.repeat(20_000)}end`, counts);
    expect(text).not.toContain('hunter2');
    expect(text.endsWith('[redacted:secret]')).toBe(true);
    expect(counts.get('secret')).toBe(10_000);
  });

  it('never leaves a mail address, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), fc.emailAddress(), fc.string(), (before, mail, after) => {
        fc.pre(/^[\w.%+-]+@[a-z0-9.-]+$/i.test(mail));
        expect(redactText(`${before} ${mail} ${after}`)).not.toContain(` ${mail} `);
      }),
    );
  });

  it('ends on a megabyte of what its patterns begin with', () => {
    for (const start of ['eyJ', 'a@a.', '4 ', 'password=', '-----BEGIN ', 'bearer a']) {
      expect(redactText(start.repeat(1_000_000 / start.length)).length).toBeGreaterThan(0);
    }
  });

  it('counts by rule, and takes an attribute whose key says it is a secret whole', () => {
    const counts = new Map<string, number>();
    expect(every.text('a@b.io c@d.io', counts)).toBe('[redacted:email] [redacted:email]');
    expect(every.attribute('db.password', 'hunter2 with spaces', counts)).toBe('[redacted:secret]');
    expect(every.attribute('http.request.header.cookie', 'x', counts)).toBe('[redacted:secret]');
    expect(every.attribute('tokens_used', '17', counts)).toBe('17');
    expect([...counts]).toEqual([
      ['email', 2],
      ['secret', 2],
    ]);
  });

  it('leaves addresses alone by default, and credentials never', () => {
    const standard = compileRedaction(DEFAULT_REDACTION);
    expect(standard.text('a@b.io from 192.0.2.1 password=hunter2', new Map())).toBe(
      'a@b.io from 192.0.2.1 password=[redacted:secret]',
    );
    const none = compileRedaction({ builtin: [], custom: [] });
    expect(none.text('password=hunter2', new Map())).toBe('password=hunter2');
  });

  it('runs custom patterns in linear time, and refuses what RE2 does not take', () => {
    const custom = (pattern: string) => compileRedaction({ builtin: [], custom: [{ name: 'customer', pattern }] });
    expect(custom('KD-[0-9]{6}').text('order of KD-123456, KD-12', new Map())).toBe(
      'order of [redacted:customer], KD-12',
    );
    // Catastrophic for a backtracking engine.
    expect(custom('(a+)+b').text('a'.repeat(50_000), new Map())).toHaveLength(50_000);
    for (const pattern of ['(?=x)y', '[', '(a)\\1', 'a*', '']) {
      expect(redactionSchema.safeParse({ custom: [{ name: 'customer', pattern }] }).success).toBe(false);
    }
    expect(redactionSchema.safeParse({ custom: [{ name: 'Bad Name', pattern: 'x' }] }).success).toBe(false);
  });
});
