import { describe, expect, it } from 'vitest';
import { deliverDue } from '../../../alerts/deliveries/deliverDue.js';
import { deliver, deliverAcknowledgement, listDeliveries, resend, type SendOutcome } from '../../../alerts/index.js';
import { HOUR_MS } from '../../../model/index.js';
import { incident, transition } from '../alertSamples.js';
import { LATER, planOf, routed, TAKEN, world } from './deliveryWorld.js';
import { memoryStore } from './memoryStore.js';

const events = (of: ReturnType<typeof world>) =>
  of.received.map(({ channel, message }) => `${channel} ${message.event}`);
const states = async (of: ReturnType<typeof world>) =>
  (await listDeliveries(of.store, 0))
    .map(({ id, channel, event, state }) => `${id.split(':')[1]} ${channel} ${event} ${state}`)
    .sort();
const HOUR = HOUR_MS;

describe('deliver', () => {
  it('sends a transition to the channels of the first route that holds, once', async () => {
    const w = world();
    for (const name of ['pager', 'chat', 'log']) w.channel(name);
    const routes = [
      routed(['log'], { continue: true, services: ['DynamoDB'] }),
      routed(['pager'], { severities: ['PAGE'], plans: ['pro'] }),
      routed(['chat']),
    ];
    const facts = () => ({ plan: 'pro' });
    const plan = planOf(transition('opened'));
    const first = await deliver(plan, w.parts('a', { routes, facts }));
    expect(first).toMatchObject({ enqueued: 1, sent: 2, waiting: 0, failed: [], unrouted: [] });
    const again = await deliver(plan, w.parts('b', { routes, facts }));
    expect(again).toMatchObject({ sent: 0 });
    expect(events(w)).toEqual(['log opened', 'pager opened']);
  });

  it('says what no route sends anywhere, and sends nothing that is held', async () => {
    const w = world();
    w.channel('chat');
    const plan = {
      ...planOf(transition('opened')),
      notifications: [
        { transition: transition('opened'), held: undefined },
        { transition: transition('grew', 1), held: 'silenced' as const },
      ],
    };
    const report = await deliver(plan, w.parts('a', { routes: [routed([])] }));
    expect(report).toMatchObject({ enqueued: 0, sent: 0, unrouted: [transition('opened').id] });
  });

  it('resolves where it was opened, whatever the routes say now, and nowhere else', async () => {
    const w = world();
    for (const name of ['pager', 'chat']) w.channel(name);
    await deliver(planOf(transition('opened')), w.parts('a', { routes: [routed(['pager'])] }));
    w.wait(HOUR);
    await deliver(planOf(transition('resolved', 1)), w.parts('b', { routes: [routed(['chat'])] }));
    expect(events(w)).toEqual(['pager opened', 'pager resolved']);
  });

  it('tells an escalation to those who were told before and those it is routed to now', async () => {
    const w = world();
    for (const name of ['pager', 'chat']) w.channel(name);
    const routes = [routed(['pager'], { severities: ['PAGE'] }), routed(['chat'])];
    await deliver(planOf(transition('opened', 0, { severity: 'TICKET' })), w.parts('a', { routes }));
    await deliver(planOf(transition('escalated', 1)), w.parts('b', { routes }));
    expect(events(w)).toEqual(['chat opened', 'chat escalated', 'pager escalated']);
    expect(w.received.map(({ message }) => message.told_severity)).toEqual([null, 'TICKET', 'TICKET']);
  });

  it('tries again with full jitter, no earlier than the receiver asked, and in the order of the incident', async () => {
    const w = world();
    const answers: SendOutcome[] = [LATER, { ...LATER, afterMs: 120_000 }, TAKEN];
    w.channel('pager', () => answers.shift() ?? TAKEN);
    await deliver(planOf(transition('opened')), w.parts('a'));
    await deliver(planOf(transition('grew', 1)), w.parts('b', { patienceMs: HOUR }));
    expect(events(w)).toEqual(['pager opened', 'pager grew']);
    const [first, second, third] = w.sendings.map(({ at }) => at);
    // Half of 30 s, then what Retry-After asked for.
    expect([(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)]).toEqual([15_000, 120_000]);
  });

  it('waits within a run only as long as it may', async () => {
    const w = world();
    w.channel('pager', () => LATER);
    const began = w.now();
    const report = await deliver(planOf(transition('opened')), w.parts('a', { patienceMs: 20_000 }));
    expect(report).toMatchObject({ sent: 0, waiting: 1, failed: [] });
    expect(w.now() - began).toBeLessThanOrEqual(20_000);
    expect(w.sendings).toHaveLength(2);
  });

  it('gives up after its span, says so once, and goes on with what came later', async () => {
    const w = world();
    let down = true;
    w.channel('pager', () => (down ? LATER : TAKEN));
    await deliver(planOf(transition('opened')), w.parts('a', { giveUpMs: 2 * HOUR }));
    w.wait(3 * HOUR);
    const report = await deliver(planOf(transition('grew', 3)), w.parts('b', { giveUpMs: 2 * HOUR }));
    expect(report.failed).toEqual([
      { id: '5f1c9a7e02b44d10:1', channel: 'pager', reason: 'given up after 2.0 h and 2 tries: HTTP 500' },
    ]);
    down = false;
    w.wait(HOUR);
    expect(await deliver(planOf(), w.parts('c'))).toMatchObject({ sent: 1, failed: [] });
    expect(events(w)).toEqual(['pager grew']);
  });

  it('never asks again what was refused for good, and still tells what comes later', async () => {
    const w = world();
    w.channel('pager', ({ message }) =>
      message.event === 'opened' ? { kind: 'rejected', reason: 'HTTP 400' } : TAKEN,
    );
    const report = await deliver(planOf(transition('opened'), transition('resolved', 2)), w.parts('a'));
    expect(report.sent).toBe(1);
    expect(await states(w)).toEqual(['1 pager opened superseded', '2 pager resolved sent']);
    const v = world();
    v.channel('pager', ({ message }) =>
      message.event === 'opened' ? { kind: 'rejected', reason: 'HTTP 400' } : TAKEN,
    );
    expect((await deliver(planOf(transition('opened')), v.parts('a'))).failed).toHaveLength(1);
    await deliver(planOf(transition('resolved', 2)), v.parts('b'));
    expect(v.sendings.map(({ message }) => message.event)).toEqual(['opened', 'resolved']);
  });

  it('lets a resolution take the place of what was never sent', async () => {
    const w = world();
    let down = true;
    w.channel('pager', () => (down ? LATER : TAKEN));
    await deliver(planOf(transition('opened'), transition('grew', 1)), w.parts('a'));
    down = false;
    await deliver(planOf(transition('resolved', 2)), w.parts('b'));
    expect(events(w)).toEqual(['pager resolved']);
    expect(await states(w)).toEqual(['1 pager opened superseded', '2 pager grew superseded', '3 pager resolved sent']);
  });

  it('tells an Alertmanager again and again until it resolves, and then no more', async () => {
    const w = world();
    w.channel('am', undefined, { resendMs: 270_000 });
    await deliver(planOf(transition('opened')), w.parts('run 0'));
    for (let run = 1; run <= 3; run += 1) {
      w.wait(300_000);
      expect(await deliver(planOf(), w.parts(`run ${run}`))).toMatchObject({ sent: 0, resent: 1, waiting: 0 });
    }
    await deliver(planOf(transition('resolved', 1)), w.parts('last'));
    w.wait(HOUR);
    await deliver(planOf(), w.parts('after'));
    expect(events(w)).toEqual(['am opened', 'am opened', 'am opened', 'am opened', 'am resolved']);
    expect(await states(w)).toEqual(['1 am opened sent', '2 am resolved sent']);
  });

  it('keeps telling what stands while the next word is refused', async () => {
    const w = world();
    w.channel('am', ({ message }) => (message.event === 'grew' ? LATER : TAKEN), { resendMs: 270_000 });
    await deliver(planOf(transition('opened')), w.parts('a'));
    w.wait(60_000);
    await deliver(planOf(transition('grew', 1)), w.parts('b', { random: () => 0.999 }));
    for (let run = 1; run <= 4; run += 1) {
      w.wait(300_000);
      await deliver(planOf(), w.parts(`run ${run}`, { random: () => 0.999 }));
    }
    expect(events(w).filter((event) => event === 'am opened').length).toBeGreaterThan(2);
  });

  it('does not let a channel that hangs, or an incident that cannot be read, keep others from being told', async () => {
    const objects = memoryStore();
    const w = world(objects);
    w.channel('dead', () => LATER);
    w.channel('pager');
    const many = Array.from({ length: 10 }, (_, index) =>
      transition('opened', 0, { id: `incident-${index}`, key: `t${index}/DynamoDB/up`, tenant_id: `t${index}` }),
    ).map((one) => ({ ...one, id: `${one.incident.id}-opened` }));
    await objects.writeCell('alerts/deliveries/incidents/broken/deliveries', '{', undefined);
    await w.store.markOpen(['broken'], w.now());
    const report = await deliver(planOf(...many), w.parts('a'));
    expect(report).toMatchObject({ sent: 10, waiting: 10, damaged: ['broken'] });
    expect(w.sendings.filter(({ channel }) => channel === 'dead')).toHaveLength(3);
  });

  it('does not lose what waits for a channel that was taken out of the configuration', async () => {
    const w = world();
    w.channel('pager', () => LATER);
    await deliver(planOf(transition('opened')), w.parts('a'));
    w.channels.delete('pager');
    w.wait(HOUR);
    expect(await deliver(planOf(), w.parts('b'))).toMatchObject({ waiting: 1 });
    expect((await listDeliveries(w.store, 0))[0]?.detail).toContain('alerts.channels has no pager any more');
  });

  it('sends after a crash what may have been sent, says so, and with the same id', async () => {
    let crash = true;
    const v = world();
    v.channel('chat', async () => {
      // The process ends here: nothing after the sending happens.
      if (crash) await new Promise(() => undefined);
      return TAKEN;
    });
    const killed = deliver(planOf(transition('opened')), v.parts('killed'));
    await Promise.race([killed, new Promise((resolve) => setImmediate(resolve))]);
    crash = false;
    expect(await deliver(planOf(transition('opened')), v.parts('soon'))).toMatchObject({ sent: 0, waiting: 1 });
    v.wait(3 * 60_000);
    expect(await deliver(planOf(transition('opened')), v.parts('later'))).toMatchObject({ sent: 1, waiting: 0 });
    expect(v.sendings.map(({ key }) => key)).toEqual([
      { id: transition('opened').id, repeated: false },
      { id: transition('opened').id, repeated: true },
    ]);
  });

  it('keeps to the pace of a channel', async () => {
    const w = world();
    w.channel('slack', undefined, { paceMs: 1000 });
    const three = [1, 2, 3].map((hour) => transition('grew', hour, { id: `incident-${hour}` }));
    await deliver(planOf(...three.map((one) => ({ ...one, id: `t${one.at}` }))), w.parts('a'));
    const times = w.sendings.map(({ at }) => at);
    expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 1000, 2000]);
  });

  it('tells of an acknowledgement whoever was told, each time somebody acknowledges', async () => {
    const w = world();
    for (const name of ['pager', 'chat']) w.channel(name);
    await deliver(planOf(transition('opened')), w.parts('a', { routes: [routed(['pager'])] }));
    const acknowledged = { by: 'kim', reason: 'throttling', at: w.now() };
    for (const run of ['b', 'c']) await deliverAcknowledgement(incident({ acknowledged }), w.parts(run));
    expect(events(w)).toEqual(['pager opened', 'pager acknowledged']);
  });

  it('sends one page for all beyond the cap, and resolves it after an hour without', async () => {
    const w = world();
    w.channel('pager');
    const more = { id: 'more/1', count: 12, largest: [incident()] };
    await deliver({ notifications: [], more }, w.parts('a'));
    await deliver({ notifications: [], more }, w.parts('b'));
    w.wait(30 * 60_000);
    await deliver(planOf(), w.parts('c'));
    expect(events(w)).toEqual(['pager opened']);
    w.wait(31 * 60_000);
    for (const run of ['d', 'e']) await deliver(planOf(), w.parts(run));
    expect(w.received.map(({ message }) => message.headline)).toEqual([
      '12 more pages were held back this hour',
      'Resolved: no more pages are held back',
    ]);
  });

  it('takes an incident off the list once nothing of it is due and its time to enqueue is over', async () => {
    const w = world();
    w.channel('pager');
    await deliver(planOf(transition('opened')), w.parts('a'));
    expect([...(await w.store.open()).keys()]).toEqual(['5f1c9a7e02b44d10']);
    w.wait(16 * 60_000);
    await deliverDue(w.parts('b'));
    expect((await w.store.open()).size).toBe(0);
    expect(await listDeliveries(w.store, 0)).toHaveLength(1);
  });
});

describe('resend', () => {
  it('sends what failed once more, and refuses what is older than what went out since', async () => {
    const w = world();
    let refuse = true;
    w.channel('pager', () => (refuse ? { kind: 'rejected', reason: 'HTTP 403' } : TAKEN));
    await deliver(planOf(transition('opened')), w.parts('a'));
    refuse = false;
    await resend('5f1c9a7e02b44d10:1', w.store, w.now());
    expect((await listDeliveries(w.store, 0))[0]?.detail).toBe('sent again by hand; it was failed: HTTP 403');
    await deliverDue(w.parts('b'));
    expect(events(w)).toEqual(['pager opened']);
    await deliver(planOf(transition('resolved', 1)), w.parts('c'));
    await expect(resend('5f1c9a7e02b44d10:1', w.store, w.now())).rejects.toThrow(
      /5f1c9a7e02b44d10:2 \(resolved\) went out after it on pager; resend that/,
    );
    for (const id of ['nonsense', 'unknown:1', '5f1c9a7e02b44d10:9'])
      await expect(resend(id, w.store, w.now())).rejects.toMatchObject({ code: 'USAGE' });
  });
});
