/** What an incident is about. A finding has these kinds as well, and `not_judged`, of which no incident is made. */
export const INCIDENT_KINDS = [
  'noisy_tenant',
  'infrastructure',
  'systemic',
  'no_majority_peer_group',
  'pipeline',
  'budget',
] as const;
