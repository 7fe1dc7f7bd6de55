import { describe, expect, it } from 'vitest';

import { line, run } from './runTransform.js';

describe('identity', () => {
  it.each([
    ['its own namespace', {}, 'acme'],
    ['an unknown tenant in a namespace of no one', { tenant_id: 'newco', namespace: 'tenant-newco' }, '_unknown'],
  ])('accepts %s', async (_name, over, tenant) => {
    const { results } = await run([line(over)]);
    expect(results).toMatchObject([{ result: 'Ok', tenant, dt: '2026-11-23' }]);
  });

  it.each([
    ['no stamp', { tenant_id: undefined }, 'identity_missing'],
    ['a stamp that is no text', { tenant_id: { a: 1 } }, 'identity_missing'],
    ['a stamp that is no id', { tenant_id: '../acme' }, 'identity_invalid'],
    ['a reserved stamp', { tenant_id: '_idle' }, 'identity_reserved'],
    ['no namespace', { namespace: undefined }, 'identity_unproven'],
    ["another's namespace", { namespace: 'tenant-evil' }, 'identity_mismatch'],
    ['a registered tenant in a namespace of no one', { namespace: 'tenant-new' }, 'identity_mismatch'],
    ["an unknown tenant in another's namespace", { tenant_id: 'newco' }, 'identity_mismatch'],
    ['a shared namespace on a tenant stream', { tenant_id: '_shared', namespace: 'shared-search' }, 'shared_untrusted'],
    ['_shared from a tenant namespace', { tenant_id: '_shared' }, 'identity_reserved'],
  ])('quarantines %s', async (_name, over, reason) => {
    const { results, outcomes } = await run([line(over)]);
    expect(results[0]?.result).toBe('ProcessingFailed');
    expect(outcomes).toMatchObject([{ outcome: 'quarantined', reason }]);
  });

  it('believes a shared namespace on the platform stream, stamped as such only', async () => {
    const shared = { tenant_id: '_shared', namespace: 'shared-search' };
    const platform = { stream: 'tenantscope-platform' };
    expect((await run([line(shared)], platform)).results[0]?.tenant).toBe('_shared');
    expect((await run([line({ ...shared, tenant_id: 'acme' })], platform)).outcomes[0]?.reason).toBe(
      'identity_mismatch',
    );
  });

  it('believes the bare stamp only when told to, and never against a namespace', async () => {
    const trust = { trust: 'stamped' } as const;
    expect((await run([line({ namespace: undefined })], trust)).results[0]?.tenant).toBe('acme');
    expect((await run([line({ namespace: 'tenant-evil' })], trust)).outcomes[0]?.reason).toBe('identity_mismatch');
  });

  it('takes nothing from the text of an application or from unknown keys', async () => {
    const spoof = {
      TENANT_ID: 'evil',
      kubernetes: { namespace_name: 'tenant-evil' },
      log: '{"tenant_id":"evil","namespace":"tenant-evil","operation":"GetItem","ConsumedCapacity":{"TableName":"t","CapacityUnits":5}}',
    };
    const { results, events } = await run([line(spoof)]);
    expect(results[0]?.tenant).toBe('acme');
    expect(events[0]?.problems).toContain('envelope_unknown_key');
    expect(events[0]?.attributes).toMatchObject({ tenant_id: 'evil', 'envelope.unknown_keys': 'TENANT_ID,kubernetes' });
    expect(events[0]?.usage.map((entry) => entry.service)).toContain('DynamoDB');
    expect(events[0]?.usage.every((entry) => entry.tenant_id === 'acme')).toBe(true);
  });
});

describe('records', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['white space', ' \n\n', 'empty'],
    ['text', 'hello\n', 'undecodable'],
    ['an array', '[1,2]\n', 'undecodable'],
    ['gzip that is cut short', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'undecodable'],
  ])('quarantines %s', async (_name, bytes, reason) => {
    expect((await run([bytes])).outcomes).toMatchObject([{ outcome: 'quarantined', reason }]);
  });

  it('keeps a bad line inside a good aggregate as text, and its neighbours untouched', async () => {
    const { events, outcomes } = await run([`${line({ offset: 1 })}garbage {\n${line({ offset: 2 })}`]);
    expect(outcomes).toMatchObject([{ outcome: 'accepted', lines: 3 }]);
    expect(events.map((event) => event.body)).toEqual(['hello', 'garbage {', 'hello']);
    expect(events.map((event) => event.problems)).toEqual([[], ['line_not_json', 'time_missing'], []]);
  });

  it('splits an aggregate of several tenants, loses no line, and gives each line the id it has alone', async () => {
    const lines = [
      line({ offset: 1 }),
      line({ tenant_id: 'evil', namespace: 'tenant-evil', offset: 2 }),
      line({ offset: 3 }),
      line({ namespace: 'tenant-evil' }),
    ];
    const { results, outcomes, pieces, events } = await run([lines.join('')]);
    expect(results[0]?.result).toBe('Dropped');
    expect(outcomes).toMatchObject([{ outcome: 'reput', lines: 4 }]);
    expect(events).toEqual([]);
    const second = await run(pieces.map((piece) => piece.data));
    expect(second.results.map((result) => result.tenant ?? result.result)).toEqual([
      'acme',
      'evil',
      'ProcessingFailed',
    ]);
    expect(second.outcomes.reduce((sum, outcome) => sum + outcome.lines, 0)).toBe(4);
    const alone = await run(lines.slice(0, 3));
    expect(second.events.map((event) => event.event_id).sort()).toEqual(
      alone.events.map((event) => event.event_id).sort(),
    );
  });

  it('quarantines the parent when a piece is not taken, and a record that went round too often', async () => {
    const mixed = `${line()}${line({ tenant_id: 'evil', namespace: 'tenant-evil' })}`;
    expect((await run([mixed], { taken: false })).outcomes[0]?.reason).toBe('reput_failed');
    const looping = `${JSON.stringify({ tenantscope_reput: { hop: 3, base: 'b', lines: [0, 1] } })}\n${mixed}`;
    expect((await run([looping])).outcomes[0]?.reason).toBe('reput_loop');
  });

  it('sends again what the answer has no room for, in halves when it never would', async () => {
    const aggregate = Array.from({ length: 9000 }, (_, offset) => line({ offset, log: 'x' })).join('');
    const lines: number[] = [];
    let waiting: Buffer[] = [Buffer.from(aggregate)];
    for (let round = 0; waiting.length > 0 && round < 8; round += 1) {
      const { outcomes, pieces } = await run(waiting);
      lines.push(...outcomes.filter((outcome) => outcome.outcome === 'accepted').map((outcome) => outcome.lines));
      waiting = pieces.map((piece) => piece.data);
    }
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBe(9000);
  });
});

describe('event ids', () => {
  const idsOf = async (texts: string[], options = {}): Promise<string[]> =>
    (await run(texts, options)).events.map((event) => event.event_id);

  it('are equal on a resend, whatever the record, and differ by position and bytes', async () => {
    const [first] = await idsOf([line()]);
    expect(
      await idsOf([`${line({ offset: 9 })}${line({ time: '2026-11-23T12:00:00Z' })}`], { sequence: '77' }),
    ).toContain(first);
    expect(await idsOf([line({ offset: 1 })])).not.toContain(first);
    expect(await idsOf([line({ log: 'other' })])).not.toContain(first);
    expect(await idsOf([line({ pod_uid: 'uid-2' })])).not.toContain(first);
  });

  it('of lines without position follow the imported file and record number, else the bytes of the record', async () => {
    const bare = line({ file: undefined, offset: undefined });
    const file = { shard: 'file-abc', sequence: '1' };
    expect(await idsOf([bare], file)).toEqual(await idsOf([bare], file));
    expect(await idsOf([bare], { ...file, sequence: '2' })).not.toEqual(await idsOf([bare], file));
    expect(await idsOf([bare], { sequence: '5' })).toEqual(await idsOf([bare], { sequence: '6' }));
  });
});
