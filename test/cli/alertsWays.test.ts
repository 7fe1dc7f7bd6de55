import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listDeliveries } from '../../alerts/index.js';
import { deliveryStore } from '../../cli/alertParts.js';
import { alertsWays } from '../../cli/alertsWays.js';
import { DAY_MS, LAKE, parseConfigOrThrow } from '../../model/index.js';
import { transition } from '../alerts/alertSamples.js';
import { planOf } from '../alerts/deliveries/deliveryWorld.js';
import { fakeContext } from './fakeContext.js';

const lake = mkdtempSync(join(tmpdir(), 'alerts-ways-'));
afterAll(() => rmSync(lake, { recursive: true, force: true }));

it('a run forgets what was told of a resolved incident once it is older than the file says, and no sooner', async () => {
  writeFileSync(join(lake, LAKE.marker), '{}');
  const channels = '{ log: { type: stdout }, note: { type: stdout } }';
  const alerts = `alerts: { channels: ${channels}, routes: [{ channels: [log, note] }], keep_deliveries_days: 40 }`;
  const config = parseConfigOrThrow(`lake: ${JSON.stringify(lake)}\n${alerts}\n`, 'tenantscope.yaml');
  const context = fakeContext();
  const ways = await alertsWays(config, context, () => undefined);
  const store = await deliveryStore(config, context);
  const gauges = { at: 0, open: [], services: [] };
  await ways.deliver(planOf(transition('opened'), transition('resolved', 1)), 0);
  await ways.afterwards?.(gauges);
  // The same text is settled for both channels at once, in files.
  const sent = (await listDeliveries(store, 0)).map(({ channel, event, state }) => `${channel} ${event} ${state}`);
  expect(sent.filter((one) => one.endsWith('resolved sent')).sort()).toEqual([
    'log resolved sent',
    'note resolved sent',
  ]);
  context.wait(39 * DAY_MS);
  await ways.afterwards?.(gauges);
  expect(await listDeliveries(store, 0)).toHaveLength(sent.length);
  context.wait(2 * DAY_MS);
  await ways.afterwards?.(gauges);
  expect(await listDeliveries(store, 0)).toEqual([]);
  expect(await store.since(0)).toEqual([]);
  expect(context.written().stderr).toBe('');
});

it.each(['{}', '{ channels: { log: { type: stdout } }, routes: [{ channels: [log] }] }'])(
  'draws what is told of, with the channels %s',
  async (alerts) => {
    writeFileSync(join(lake, LAKE.marker), '{}');
    const config = parseConfigOrThrow(`lake: ${JSON.stringify(lake)}\nalerts: ${alerts}\n`, 'tenantscope.yaml');
    expect((await alertsWays(config, fakeContext(), () => undefined)).keepPictures).toBeTypeOf('function');
  },
);
