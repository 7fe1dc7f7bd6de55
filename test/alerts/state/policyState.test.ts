import { describe, expect, it } from 'vitest';
import { advanceIncidents } from '../../../alerts/policy/advanceIncidents.js';
import {
  acknowledge,
  acknowledgeShare,
  addSilence,
  expireSilence,
  giveFeedback,
  resolveByHand,
} from '../../../alerts/state/changes.js';
import { findIncident } from '../../../alerts/state/findIncident.js';
import { forgetTenant } from '../../../alerts/state/forgetTenant.js';
import { EMPTY_STATE, type PolicyState, policyStateSchema } from '../../../alerts/state/PolicyState.js';
import { openPolicyStore } from '../../../alerts/state/policyStore.js';
import { precisionOf } from '../../../alerts/state/precisionOf.js';
import { rebuildState } from '../../../alerts/state/rebuildState.js';
import { HOUR_MS } from '../../../model/index.js';
import { memoryStore } from '../job/world.js';

const AT = Date.parse('2026-11-23T10:00:00Z');
const said = { owner: 'kim', reason: 'TS-40', at: AT };
const opened = (tenants: readonly string[]): PolicyState => ({
  ...EMPTY_STATE,
  open: advanceIncidents([], {
    at: AT,
    judged: new Set(['DynamoDB']),
    observations: tenants.map((tenant_id) => ({
      kind: 'noisy_tenant',
      tenant_id,
      service: 'DynamoDB',
      direction: 'up',
      severity: 'PAGE',
      calm: false,
      extent: { at: AT, amount: 30, share: 0.3, ratio: 6 },
      sentence: `${tenant_id} used 30 % of DynamoDB`,
    })),
  }).open.map((incident) => ({ ...incident, notified: { at: AT, severity: 'PAGE', amount: 30, count: 1 } })),
});

describe('a state that cannot be used', () => {
  const holding = async (text: string) => {
    const store = memoryStore();
    await store.writeCell('alerts/state.json', text, undefined);
    return openPolicyStore(store);
  };

  it('of a newer version is refused, and not written over', async () => {
    const store = await holding(JSON.stringify({ ...EMPTY_STATE, version: 2, more: [] }));
    const newer = { code: 'LAKE_DAMAGED', details: { where: 'memory/alerts/state.json', got: 'version 2' } };
    await expect(store.read()).rejects.toMatchObject(newer);
    await expect(store.replace(() => EMPTY_STATE)).rejects.toMatchObject(newer);
  });

  it.each(['{"version":1,"judged"', '{"version":1}'])('is told apart, and can be made anew: %s', async (text) => {
    const store = await holding(text);
    await expect(store.read()).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      details: { hint: expect.stringContaining('alerts rebuild') },
    });
    await store.replace((before) => rebuildState(before, AT + 1));
    expect((await store.read()).state).toEqual({ ...EMPTY_STATE, judged: { hourly: AT, recent: null } });
  });
});

describe('what people say', () => {
  it('of an incident is kept with it; a resolve is told to whoever was told', () => {
    const state = opened(['acme', 'globex']);
    const [acme] = state.open;
    expect(findIncident(state, acme?.id.slice(0, 6) ?? '')).toEqual(acme);
    const seen = acknowledge(state, 'acme/DynamoDB/up', said);
    expect(seen.open[0]?.acknowledged).toEqual({ by: 'kim', reason: 'TS-40', at: AT });
    const resolved = resolveByHand(seen, 'acme/DynamoDB/up', { ...said, at: AT + 60_000 });
    expect(resolved.open.map(({ tenant_id }) => tenant_id)).toEqual(['globex']);
    expect(resolved.outbox).toMatchObject([
      { notifications: [{ kind: 'resolved', incident: { closed: { by: 'kim' } } }], taken_until: 0 },
    ]);
    expect(() => resolveByHand(resolved, 'acme/DynamoDB/up', said)).toThrow('is over');
    expect(() => findIncident(state, 'initech/DynamoDB/up')).toThrow('no incident');
    expect(policyStateSchema.parse(resolved)).toEqual(resolved);
  });

  it('of a share replaces what was said before', () => {
    const known = { tenant_id: 'acme', service: 'DynamoDB', tolerance: 1.25, until: AT + HOUR_MS };
    const first = acknowledgeShare(EMPTY_STATE, { ...known, share: 0.3 }, said).state;
    const second = acknowledgeShare(first, { ...known, share: 0.4 }, said).state;
    expect(second.acknowledgements).toMatchObject([{ share: 0.4, owner: 'kim' }]);
  });

  it('makes silences that end, and end them sooner', () => {
    const { state, silence } = addSilence(EMPTY_STATE, { tenant_id: 'acme' }, AT + HOUR_MS, said);
    expect(expireSilence(state, silence.id.slice(0, 4), AT + 60_000).silences[0]?.ends_at).toBe(AT + 60_000);
    expect(() => expireSilence(state, silence.id, AT + 2 * HOUR_MS)).toThrow('no silence');
    expect(() => addSilence(EMPTY_STATE, {}, AT + HOUR_MS, said)).toThrow('a silence of everything is not taken');
  });

  it('goes with a tenant that is erased, and with nobody else', () => {
    let state = giveFeedback(opened(['acme', 'globex']), 'acme/DynamoDB/up', 'true', said);
    state = addSilence(state, { tenant_id: 'acme' }, AT + HOUR_MS, said).state;
    state = acknowledgeShare(
      state,
      { tenant_id: 'acme', service: 'DynamoDB', share: 0.3, tolerance: 1.25, until: AT + HOUR_MS },
      said,
    ).state;
    const naming = state.open.map((incident) =>
      incident.tenant_id === 'globex' ? { ...incident, sentence: 'globex and acme' } : incident,
    );
    const names = (text: string): boolean => text.includes('acme');
    const after = forgetTenant(resolveByHand({ ...state, open: naming }, 'acme/DynamoDB/up', said), 'acme', names);
    expect(JSON.stringify(after)).not.toContain('acme');
    expect(after?.open.map(({ key }) => key)).toEqual(['globex/DynamoDB/up']);
    expect(precisionOf(after ?? EMPTY_STATE)).toMatchObject([{ true: 1 }]);
    expect(policyStateSchema.parse(after)).toEqual(after);
    expect(forgetTenant(EMPTY_STATE, 'acme', names)).toBeUndefined();
  });

  it('comes to a precision by kind, service and severity, where nobody disagrees', () => {
    let state = opened(['a', 'b', 'c', 'd']);
    const say = (tenant: string, verdict: 'true' | 'false' | 'unsure', owner = 'kim') => {
      state = giveFeedback(state, `${tenant}/DynamoDB/up`, verdict, { ...said, owner });
    };
    say('a', 'false');
    say('a', 'true');
    say('b', 'true');
    say('c', 'false');
    say('d', 'true');
    say('d', 'false', 'lee');
    expect(precisionOf(state)).toEqual([
      { kind: 'noisy_tenant', service: 'DynamoDB', severity: 'PAGE', true: 2, false: 1, unsure: 1, precision: 2 / 3 },
    ]);
  });
});
