import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningOf, fullJitter, neverSent, retryAfterMs } from '../../../model/index.js';

const failed = (code: string) => Object.assign(new Error('failed'), { code });

describe('neverSent', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is true for %s, before which nothing can have left',
    (code) => expect(neverSent(failed(code))).toBe(true),
  );

  it.each(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'UND_ERR_HEADERS_TIMEOUT'])(
    'is false for %s, which may come after',
    (code) => expect(neverSent(failed(code))).toBe(false),
  );

  it('is false for what is no error of the system', () => {
    expect(neverSent(new Error('ECONNREFUSED'))).toBe(false);
    expect(neverSent(undefined)).toBe(false);
  });
});

describe('fullJitter', () => {
  it('doubles its ceiling up to the cap', () => {
    const almost = () => 1 - Number.EPSILON;
    const ceilings = [1, 2, 3, 4, 5].map((tries) => fullJitter(tries, { baseMs: 100, capMs: 1000 }, almost));
    expect(ceilings).toEqual([99, 199, 399, 799, 999]);
  });

  it('is a whole number between nothing and the cap, after any number of tries', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 3_600_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (tries, baseMs, capMs, random) => {
          const wait = fullJitter(tries, { baseMs, capMs }, () => random);
          expect(Number.isSafeInteger(wait)).toBe(true);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(capMs);
        },
      ),
    );
  });
});

describe('retryAfterMs', () => {
  const now = Date.UTC(2026, 10, 27, 10);

  it('reads seconds and dates, and nothing else', () => {
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Fri, 27 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Fri, 27 Nov 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(null, now)).toBeUndefined();
  });
});

describe('beginningOf', () => {
  it('reads no more of an endless answer than it was allowed', async () => {
    let pulled = 0;
    let ended = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
      },
      cancel() {
        ended = true;
      },
    });
    expect(await beginningOf(new Response(body), 4096)).toBe('x'.repeat(4096));
    expect(pulled).toBeLessThan(10);
    expect(ended).toBe(true);
  });

  it('keeps what came of an answer that broke off', async () => {
    let first = true;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!first) return controller.error(new Error('reset'));
        first = false;
        controller.enqueue(new TextEncoder().encode(' not so: '));
      },
    });
    expect(await beginningOf(new Response(body), 4096)).toBe('not so:');
    expect(await beginningOf(new Response(null), 10)).toBe('');
  });
});
