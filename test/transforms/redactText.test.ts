import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactText } from '../../transforms/index.js';

describe('redactText', () => {
  it.each([
    ['user jane.doe+x@mail.example.co.uk logged in', 'user [redacted:email] logged in'],
    ['Authorization: Bearer abc.def-123456', 'Authorization: [redacted:secret]'],
    ['got token bearer abcdefgh12345678 from', 'got token [redacted:token] from'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [redacted:aws-key] used'],
    ['{"password":"s3cr3t!","user":"x"}', '{"password":"[redacted:secret]","user":"x"}'],
    ['api_key=abcdef&x=1', 'api_key=[redacted:secret]&x=1'],
    ['card 4111 1111 1111 1111 ok', 'card [redacted:card] ok'],
    ['order 4111111111111112 ok', 'order 4111111111111112 ok'],
    ['t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end', 't [redacted:jwt] end'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x', '[redacted:private-key] x'],
    ['nothing to hide, 2026-11-24T10:00:00.123Z 192.0.2.1', 'nothing to hide, 2026-11-24T10:00:00.123Z 192.0.2.1'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
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
});
