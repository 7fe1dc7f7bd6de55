import { expect, it } from 'vitest';
import { deliver, deliverDue, forgetDeliveries, listDeliveries } from '../../../alerts/index.js';
import { incident, transition } from '../alertSamples.js';
import { LATER, planOf, world } from './deliveryWorld.js';

it('an erased tenant is named by no delivery, is told of no more, and others are', async () => {
  const w = world();
  w.channel('pager');
  w.channel('away', () => LATER);
  w.channel('am', undefined, { resendMs: 270_000 });
  const other = { id: 'other', key: 'globex/DynamoDB/up', tenant_id: 'globex', sentence: 'globex used 20 %' };
  const plan = planOf(transition('opened'), { ...transition('opened', 0, other), id: 'other-opened' });
  await deliver({ ...plan, more: { id: 'more/1', count: 2, largest: [incident()] } }, w.parts('a'));
  const sent = w.sendings.length;
  await forgetDeliveries(w.store, 'acme', (text) => text.includes('acme'));
  for (const id of await w.store.since(0)) expect(JSON.stringify(await w.store.read(id))).not.toContain('acme');
  w.wait(3_600_000);
  await deliverDue(w.parts('b'));
  const told = w.sendings.slice(sent).map(({ channel, message }) => `${channel} ${message.tenant_id}`);
  expect(new Set(told)).toEqual(new Set(['away globex', 'am globex']));
  const rows = await listDeliveries(w.store, 0);
  expect(rows.filter(({ detail }) => detail === 'the tenant was erased')).not.toEqual([]);
});
