import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kplRecord } from './kplRecord.js';
import { envelope, run } from './runTransform.js';

/** Whose each namespace is, by the registry of {@link run}. */
const OWNERS: Readonly<Record<string, string>> = { 'tenant-acme': 'acme', 'tenant-evil': 'evil' };

interface Marked {
  readonly text: string;
  readonly tenant: unknown;
  readonly namespace: unknown;
}

/** An application's text that tries everything to be another tenant's. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.json(),
  fc.constantFrom(
    '{"tenant_id":"evil","metering":{"v":1,"tenant_id":"evil","service":"S3","usage":[{"resource":"b","bytes_in":1}]}}',
    '","tenant_id":"evil","x":"',
    '}\n{"tenant_id":"evil","namespace":"tenant-evil"}',
    '{"tenantscope_reput":{"hop":1,"base":"x","lines":[0]}}',
    '{"__proto__":{"tenant_id":"evil"}}',
  ),
);

const envelopeLine = fc
  .record(
    {
      tenant_id: fc.constantFrom<unknown>('acme', 'evil', '_shared', '_unknown', 'newco', 'Bad!', 7, null),
      namespace: fc.constantFrom<unknown>('tenant-acme', 'tenant-evil', 'shared-search', 'x', 7),
      source: fc.constantFrom('s3_access', 'cloudtrail', 'nothing'),
      log: hostileText,
      app: fc.jsonValue(),
      Tenant_ID: fc.constant('evil'),
    },
    { requiredKeys: ['tenant_id', 'namespace'] },
  )
  .map((over) => ({ over, tenant: over.tenant_id, namespace: over.namespace }));

/** Outside an envelope; the header of a piece is no line. */
const bareText = hostileText.filter((text) => !text.startsWith('{"tenantscope_reput"'));

/** Lines of one record; each object's position is its place in the whole test, by which its event is found again. */
const records = fc
  .array(
    fc.record({
      lines: fc.array(fc.oneof({ weight: 5, arbitrary: envelopeLine }, { weight: 1, arbitrary: bareText }), {
        maxLength: 6,
      }),
      pack: fc.constantFrom('plain', 'gzip', 'kpl'),
    }),
    { maxLength: 6 },
  )
  .map((given) => {
    const marked: Marked[] = [];
    const bytes = given.map(({ lines, pack }) => {
      const texts = lines.map((entry) => {
        if (typeof entry === 'string') return entry.replaceAll('\n', ' ');
        const text = JSON.stringify(envelope({ ...entry.over, offset: marked.length }));
        marked.push({ text, tenant: entry.tenant, namespace: entry.namespace });
        return text;
      });
      const whole = Buffer.from(texts.map((text) => `${text}\n`).join(''));
      if (pack === 'gzip') return { texts, bytes: gzipSync(whole) };
      return {
        texts,
        bytes: pack === 'kpl' && texts.length > 0 ? kplRecord(texts.map((text) => Buffer.from(text))) : whole,
      };
    });
    return { bytes, marked };
  });

const filled = (texts: readonly string[]): number => texts.filter((text) => text.trim() !== '').length;

describe('for any records', () => {
  it('every id is answered once, nothing is thrown, and every line is in an event, a quarantined record or a piece', async () => {
    await fc.assert(
      fc.asyncProperty(records, async ({ bytes }) => {
        // `run` itself holds ids, order and the size of the answer.
        const { outcomes, events, pieces } = await run(bytes.map((record) => record.bytes));
        let accepted = 0;
        let reput = 0;
        for (const [at, { outcome, lines }] of outcomes.entries()) {
          const texts = bytes[at]?.texts ?? [];
          // A record without one object has no lines to speak of: it is quarantined whole.
          if (outcome !== 'quarantined' || lines > 0) expect(lines).toBe(filled(texts));
          if (outcome === 'accepted') accepted += lines;
          if (outcome === 'reput') reput += lines;
        }
        expect(events).toHaveLength(accepted);
        const sent = pieces.flatMap(({ data }) => data.toString().trimEnd().split('\n').slice(1));
        expect(sent).toHaveLength(reput);
      }),
      { numRuns: 400 },
    );
  });

  it('a line is never under a tenant that its own envelope did not name and its namespace does not prove', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.boolean(), async ({ bytes, marked }, platform) => {
        const options = platform ? { stream: 'tenantscope-platform' } : {};
        const first = await run(
          bytes.map((record) => record.bytes),
          options,
        );
        const again = await run(
          first.pieces.map(({ data }) => data),
          options,
        );
        for (const { results, outcomes, events } of [first, again]) {
          let at = 0;
          for (const [place, outcome] of outcomes.entries()) {
            if (outcome.outcome !== 'accepted') continue;
            const tenant = results[place]?.tenant;
            for (const event of events.slice(at, at + outcome.lines)) {
              if (event.problems.includes('line_not_json') || event.source_offset === null) continue;
              const { tenant: named, namespace } = marked[event.source_offset] ?? {};
              const customer = tenant === 'acme' || tenant === 'evil';
              if (customer) {
                expect(named).toBe(tenant);
                expect(OWNERS[String(namespace)]).toBe(tenant);
                for (const entry of event.usage) expect(entry.tenant_id).toBe(tenant);
              } else {
                expect(['_unknown', '_shared']).toContain(tenant);
                expect(OWNERS[String(namespace)] === named && named !== undefined).toBe(false);
              }
            }
            at += outcome.lines;
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('the same records give the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(records, async ({ bytes }) => {
        const all = bytes.map((record) => record.bytes);
        expect(await run(all)).toEqual(await run(all));
      }),
      { numRuns: 60 },
    );
  });

  it('lines with a position have the same ids alone, together, packed and sent again; a truncated file gives others', async () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, async (logs) => {
        const lines = logs.map((log, offset) => `${JSON.stringify(envelope({ log, offset }))}\n`);
        const idsOf = async (sent: readonly (string | Buffer)[]): Promise<string[]> =>
          (await run(sent)).events.map(({ event_id }) => event_id);
        const alone = await idsOf(lines);
        const whole = Buffer.from(lines.join(''));
        expect(new Set(alone).size).toBe(lines.length);
        expect(await idsOf([whole])).toEqual(alone);
        expect(await idsOf([gzipSync(whole)])).toEqual(alone);
        expect(await idsOf([kplRecord(lines.map((text) => Buffer.from(text)))])).toEqual(alone);
        const rewritten = logs.map((log, offset) => JSON.stringify(envelope({ log: `${log}.`, offset })));
        expect((await idsOf(rewritten)).some((id) => alone.includes(id))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
