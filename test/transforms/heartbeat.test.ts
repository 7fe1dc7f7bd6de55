import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../model/index.js';
import { transformLines } from './transformLines.js';

const envelope = {
  schema: 'tenantscope/1',
  tenant_id: 'acme',
  namespace: 'tenant-acme',
  pod: 'p',
  pod_uid: 'u',
  time: '2026-11-24T11:59:00.000Z',
};
const beat = { started: 1, lines_read: 10, bytes_read: 100, lines_held_back: 2, bytes_held_back: 20 };
const run = (...objects: readonly object[]) =>
  transformLines(
    objects.map((object) => JSON.stringify(object)),
    'acme',
    'tenant-acme',
  );

describe('a heartbeat', () => {
  it('becomes an unbilled event with its counts', async () => {
    const { events } = await run({
      ...envelope,
      time: '2026-11-24T11:59:00.000Z',
      file: 'hb',
      offset: 5,
      heartbeat: beat,
    });
    const event = eventSchema.parse(events[0]);
    expect(event).toMatchObject({ event_name: 'tenantscope.heartbeat', format: 'heartbeat', usage: [], problems: [] });
    expect(event).toMatchObject({ body: null, log_bytes: 0, event_time: '2026-11-24T11:59:00.000Z' });
    expect(event.attributes).toMatchObject({ 'heartbeat.lines_read': '10', 'heartbeat.lines_held_back': '2' });
  });

  it('keeps the counts by hour, all of them or none', async () => {
    const hours = {
      hour_lines_read: 4,
      hour_lines_held_back: 0,
      last_hour_lines_read: 6,
      last_hour_lines_held_back: 2,
    };
    const { events } = await run(
      { ...envelope, heartbeat: { ...beat, ...hours } },
      { ...envelope, heartbeat: { ...beat, hour_lines_read: 4 } },
    );
    expect(events[0]).toMatchObject({
      format: 'heartbeat',
      attributes: { 'heartbeat.hour_lines_read': '4', 'heartbeat.last_hour_lines_held_back': '2' },
    });
    expect(events[1]).toMatchObject({ problems: expect.arrayContaining(['envelope_invalid_value']) });
  });

  it('cannot be printed by an application: in the text it is text, and usage', async () => {
    const { events } = await run(
      { ...envelope, log: JSON.stringify({ ...envelope, heartbeat: beat }) },
      { ...envelope, app: { heartbeat: beat } },
    );
    expect(events.map((event) => event.format)).toEqual(['json', 'json']);
    for (const event of events) expect(event.usage.map((entry) => entry.meter)).toContain('log_events');
  });

  it.each([
    ['text', 'now'],
    ['a count missing', { started: 1 }],
    ['a negative count', { ...beat, lines_read: -1 }],
  ])('with %s is ignored and noted', async (_, heartbeat) => {
    const { events } = await run({ ...envelope, log: 'x', heartbeat });
    expect(events[0]).toMatchObject({ format: 'text', body: 'x', problems: ['envelope_invalid_value'] });
  });

  it('marks of the sidecar become problems of the line', async () => {
    const { events } = await run({ ...envelope, log: 'x', truncated: true, invalid_utf8: true });
    expect(events[0]?.problems).toEqual(['line_truncated', 'line_invalid_utf8']);
  });
});
