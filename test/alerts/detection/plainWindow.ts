import type { JudgeInput } from '../../../alerts/detection/judgeWindow.js';
import { ownHistoryScores } from '../../../alerts/detection/ownHistoryScore.js';
import { referenceWindows } from '../../../alerts/detection/referenceWindows.js';
import type { TenantEvidence } from '../../../alerts/detection/TenantEvidence.js';
import { windowStart } from '../../../alerts/detection/UsagePanel.js';
import { HOUR_MS } from '../../../model/index.js';
import { type PlainChange, plainChange } from './plainChange.js';
import { plainPeers } from './plainPeers.js';
import { median } from './plainStatistics.js';

/**
 * `judgeWindow` as one writes it first: an object a tenant, a sort a median, every p worked out. Slow, and plain enough to be
 * read beside the reference; what is fast is held to it bit by bit. Gives the evidence of every active customer.
 */
export function plainWindow(input: JudgeInput): readonly TenantEvidence[] {
  const { panel, index } = input;
  const start = windowStart(panel, index);
  const amounts = [...(panel.amounts[index] ?? [])];
  const total = amounts.filter((amount) => amount > 0).reduce((sum, amount) => sum + amount, 0);
  const customers = panel.tenants
    .map((tenant, place) => ({ tenant, place, amount: amounts[place] ?? 0, facts: input.facts(tenant) }))
    .filter(({ tenant, amount }) => amount > 0 && !tenant.startsWith('_'));
  const n = customers.length;
  const typical = median(customers.map(({ amount }) => amount));
  const agreed = customers.map(({ facts: { expectedShare, acknowledged } }) =>
    acknowledged === undefined || acknowledged.until <= start
      ? expectedShare
      : Math.max(expectedShare ?? 0, (acknowledged.share * acknowledged.tolerance) / 1.25),
  );
  const peers = plainPeers(
    customers.map(({ amount, facts }, at) => {
      const share = agreed[at];
      return { amount, weight: share === undefined ? (facts.size ?? 1) : share * n, tier: facts.tier ?? '' };
    }),
  );
  const change = changeOf(input, customers, 0.01 * typical);
  const drafts = customers.map((one, at) => {
    const expected = Math.exp(change[at]?.expected ?? Number.NaN) - 0.01 * typical;
    const ownExpected = Number.isFinite(expected) ? expected : null;
    const peerExpected = peers[at]?.expected ?? null;
    const none = ownExpected === null ? typical : 0;
    return { ...one, at, ownExpected, excess: one.amount - Math.max(0, ownExpected ?? 0, peerExpected ?? none) };
  });
  const scored = new Set([...drafts].sort((a, b) => b.excess - a.excess).slice(0, 50));
  return drafts.map((draft): TenantEvidence => {
    const { at, tenant, place, amount, facts, excess, ownExpected } = draft;
    const share = amount / total;
    const peer = peers[at];
    const changed = change[at];
    const onboarding = (facts.onboardingUntil ?? 0) > start;
    const first = panel.amounts.findIndex((window) => (window[place] ?? 0) > 0);
    const isNew = index - first < Math.max(24, (24 * HOUR_MS) / panel.windowMs) || onboarding;
    const word = facts.acknowledged;
    const series = panel.amounts.slice(0, index + 1).map((window) => window[place] ?? Number.NaN);
    const month = series.slice(-Math.round((28 * 24 * HOUR_MS) / panel.windowMs));
    const score = ownHistoryScores(Float64Array.from(month), panel.windowMs).up.at(-1) ?? Number.NaN;
    const enough = Math.max(0.2, 3 / n, 1.25 * (agreed[at] ?? 0));
    return {
      tenant,
      amount,
      share,
      rank: 1 + amounts.filter((other) => other > amount).length,
      peerExpected: peer?.expected ?? null,
      peerP: peer?.p ?? null,
      peerLevel: onboarding && share < 0.3 ? 'none' : (peer?.level ?? 'none'),
      tailCapped: peer?.tailCapped ?? false,
      peers: peer?.peers ?? 0,
      ownExpected,
      changeP: changed?.p ?? null,
      changeLevel: changed?.level ?? 'none',
      changeRatio: changed?.ratio ?? null,
      ownScore: scored.has(draft) && !isNew && Number.isFinite(score) ? score : null,
      dominant: n >= 3 && share >= enough && amount >= 5 * typical,
      overrun: share > 1.25 * (agreed[at] ?? Number.NaN),
      acknowledged: word !== undefined && word.until > start && share <= word.share * word.tolerance,
      creeping: input.creeping.has(place),
      isNew,
      excess,
      excessUsdPerHour: panel.usdPerUnit === null ? null : (excess * panel.usdPerUnit * HOUR_MS) / panel.windowMs,
    };
  });
}

function changeOf(
  { panel, index, masked }: JudgeInput,
  customers: readonly { readonly tenant: string; readonly place: number; readonly amount: number }[],
  shift: number,
): readonly (PlainChange | undefined)[] {
  const reference = referenceWindows(index, panel.windowMs, customers.length);
  const history = reference.places.map((window) =>
    customers.map(({ tenant, place }) => {
      const amount = panel.amounts[window]?.[place] ?? Number.NaN;
      return amount > 0 && masked(window)?.has(tenant) !== true ? Math.log(amount + shift) : Number.NaN;
    }),
  );
  const now = customers.map(({ amount }) => Math.log(amount + shift));
  return plainChange(now, history, reference.slots, reference.sameWeekday);
}
