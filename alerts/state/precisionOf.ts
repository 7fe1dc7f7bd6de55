import type { Feedback, PolicyState } from './PolicyState.js';

/** How often incidents were worth it, by what they were about. */
export interface Precision {
  readonly kind: string;
  readonly service: string;
  readonly severity: string;
  readonly true: number;
  readonly false: number;
  readonly unsure: number;
  /** Of those somebody was sure of, the part that was worth it; null when nobody was. */
  readonly precision: number | null;
}

/** What feedback says, by kind, service and severity; an incident two people disagree on is unsure. */
export function precisionOf({ feedback }: Pick<PolicyState, 'feedback'>): readonly Precision[] {
  const incidents = new Map<string, Feedback[]>();
  for (const one of feedback) incidents.set(one.incident, [...(incidents.get(one.incident) ?? []), one]);
  const groups = new Map<
    string,
    { kind: string; service: string; severity: string; true: number; false: number; unsure: number }
  >();
  for (const words of incidents.values()) {
    const [{ kind, service, severity } = { kind: '', service: '', severity: '' }] = words;
    const verdicts = new Set(words.map(({ verdict }) => verdict));
    const [verdict = 'unsure'] = verdicts.size === 1 ? verdicts : [];
    const key = `${kind}\n${service}\n${severity}`;
    const group = groups.get(key) ?? { kind, service, severity, true: 0, false: 0, unsure: 0 };
    group[verdict] += 1;
    groups.set(key, group);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const sure = group.true + group.false;
      return { ...group, precision: sure === 0 ? null : group.true / sure };
    });
}
