import { describe, expect, it } from 'vitest';
import { FormatMixer } from '../../../ingest/simulator/formats/FormatMixer.js';
import { PodSource } from '../../../ingest/simulator/PodSource.js';
import { Prng } from '../../../ingest/simulator/Prng.js';
import { transformLines } from '../../transforms/transformLines.js';

const NOON = Date.UTC(2026, 10, 24, 12);
const LINES = 4200;

describe('FormatMixer', () => {
  it('prints lines each of which comes out of the transform as it says: format, time, bytes, requests', async () => {
    const mixer = new FormatMixer(7, 1);
    const source = new PodSource(new Prng(7), { tenant: 'acme', namespace: 'tenant-acme', workload: 'catalog-api' });
    const printed = Array.from({ length: LINES }, (_, number) => {
      // Uneven steps back from noon, across midnight, so that milliseconds, days and whole hours all occur.
      const time = NOON - number * 11_003 - (number % 7) * 1_000;
      const line = mixer.instead('acme', { pod: source.pod, time, size: 1 });
      if (line === undefined) throw new Error('a mixer of share 1 let a line be');
      const stamp = time + 20;
      return { line, stamp, record: source.wrap(line, stamp, 0, Buffer.byteLength(line.log)) };
    });

    const { events } = await transformLines(
      printed.map(({ record }) => record),
      'acme',
      'tenant-acme',
    );

    const read = events.map((event) => ({
      format: event.format,
      time: Date.parse(event.event_time),
      bytes: Number(event.log_bytes),
      usage: event.usage
        .filter(({ service }) => service !== 'Pipeline')
        .map((entry) => `${entry.service} ${entry.operation} ${entry.meter} ${entry.quantity_micros}`),
      problems: event.problems,
    }));
    const wanted = printed.map(({ line, stamp }) => ({
      format: line.format,
      time: line.statedTime ?? stamp,
      bytes: Buffer.byteLength(line.log),
      usage: line.usage.map((entry) => `${entry.service} ${entry.operation} ${entry.meter} ${entry.halves * 500_000}`),
      problems: [],
    }));
    expect(read).toEqual(wanted);
    expect(new Set(read.map(({ format }) => format)).size).toBe(12);
  });

  it('gives every tenant each format in turn, and none with a share of 0', () => {
    const mixer = new FormatMixer(1, 1);
    const at = { pod: 'pod-1', time: NOON, size: 1 };
    for (const tenant of ['acme', 'rondo']) {
      const formats = Array.from({ length: 14 }, () => mixer.instead(tenant, at)?.format);
      expect(new Set(formats).size).toBe(12);
    }
    expect(new FormatMixer(1, 0).instead('acme', at)).toBeUndefined();
  });
});
