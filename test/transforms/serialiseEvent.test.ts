import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asMicros, type Event, MAX_EVENT_MICROS, type TenantId } from '../../model/index.js';
import { eventId } from '../../transforms/eventId.js';
import { serialiseEvent } from '../../transforms/serialiseEvent.js';
import { readEvent } from './readEvent.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('"', '\\', '\ud800', '\udc00x', '\\ud800', '\u2028', 'é', '😀', 'x'.repeat(65)),
);
const nullable = fc.option(anyText);
/** Few places, so that one comes again after others. */
const place = fc.constantFrom<string | null>('a', 'b', '"', null);
const time = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString());
const usage = fc.record({
  tenant_id: fc.constantFrom('acme', 'evil', '_shared').map((id) => id as TenantId),
  service: fc.constantFrom('DynamoDB', 'S3'),
  resource: anyText,
  operation: anyText,
  meter: fc.constantFrom('requests', 'bytes_in'),
  unit: fc.constantFrom('Requests', 'B'),
  kind: fc.constantFrom('sum' as const, 'counter' as const),
  series: anyText,
  quantity_micros: fc.bigInt({ min: 0n, max: MAX_EVENT_MICROS }).map(asMicros),
});
const pipeline = fc
  .record({ tenant_id: fc.constantFrom('acme' as TenantId, 'evil' as TenantId), bytes: fc.nat() })
  .map(({ tenant_id, bytes }) => {
    const entry = { tenant_id, service: 'Pipeline', resource: '', operation: '', kind: 'sum' as const, series: '' };
    return [
      { ...entry, meter: 'log_events', unit: 'Events', quantity_micros: asMicros(1_000_000n) },
      { ...entry, meter: 'log_bytes', unit: 'B', quantity_micros: asMicros(BigInt(bytes) * 1_000_000n) },
    ];
  });

const event: fc.Arbitrary<Event> = fc.record({
  schema_version: fc.constant(1 as const),
  event_id: fc.stringMatching(/^[0-9a-f]{32}$/),
  id_hour: time,
  event_time: time,
  observed_time: fc.option(time),
  arrival_time: time,
  severity_number: fc.option(fc.integer({ min: 1, max: 24 })),
  severity_text: nullable,
  body: nullable,
  event_name: nullable,
  format: fc.constantFrom('json', 'text', 'nginx'),
  service_name: place,
  cluster: place,
  node: place,
  namespace: place,
  pod: place,
  pod_uid: place,
  container: place,
  log_iostream: place,
  source_file: place,
  source_offset: fc.option(fc.nat()),
  shard_id: place,
  sequence_number: nullable,
  trace_id: nullable,
  span_id: nullable,
  http_request_method: nullable,
  http_route: nullable,
  url_path: nullable,
  http_response_status_code: fc.option(fc.integer({ min: 100, max: 599 })),
  duration_ms: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
  error_type: nullable,
  log_bytes: fc.nat(),
  // The schema's reader drops the one key; that it is written is held below.
  attributes: fc.dictionary(
    anyText.filter((key) => key !== '__proto__'),
    anyText,
    { maxKeys: 5 },
  ),
  usage: fc.tuple(fc.array(usage, { maxLength: 3 }), pipeline).map(([own, pipelines]) => [...own, ...pipelines]),
  problems: fc.subarray(['line_truncated', 'time_missing', 'envelope_unknown_key']),
});

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]));
}

describe('an event as a line', () => {
  it('reads back as the event, whatever lines came before', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), (events) => {
        for (const given of [...events, ...events]) {
          const line = serialiseEvent(given);
          expect(line).not.toContain('\n');
          expect(line.isWellFormed()).toBe(true);
          expect(readEvent(line)).toEqual(
            wellFormed({ ...given, duration_ms: given.duration_ms === null ? null : given.duration_ms + 0 }),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps a key that is also a property of every object', () => {
    const attributes = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    const [given] = fc.sample(event, { numRuns: 1, seed: 1 });
    expect(given).toBeDefined();
    if (given !== undefined)
      expect(serialiseEvent({ ...given, attributes })).toContain('"attributes":{"__proto__":"x"}');
  });
});

describe('the id of a line', () => {
  it('is the hash of its parts with their lengths, whatever lines came before', () => {
    const parts = fc.record({
      cluster: place,
      pod_uid: fc.constantFrom('a', 'b', ''),
      container: place,
      file: fc.constantFrom('a', 'b', ''),
      offset: fc.nat(9),
      text: anyText,
    });
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (lines) => {
        for (const { cluster, pod_uid, container, file, offset, text } of [...lines, ...lines]) {
          const envelope = {
            pod_uid,
            file,
            offset,
            ...(cluster === null ? {} : { cluster }),
            ...(container === null ? {} : { container }),
          };
          const all = ['position', cluster ?? '', pod_uid, container ?? '', file, String(offset), '', text];
          const input = all.map((part) => `${part.length}:${part}`).join('');
          const expected = createHash('sha256').update(input).digest('hex').slice(0, 32);
          expect(eventId(envelope, text, () => 'base', 0)).toBe(expected);
        }
      }),
      { numRuns: 500 },
    );
  });
});
