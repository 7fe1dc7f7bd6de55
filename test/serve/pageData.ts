import type { DashboardData } from '../../dashboard/index.js';

const START = Date.parse('2026-11-23T00:00:00Z');

/** What a page is made from, where it does not matter what stands in it. */
export const pageData = (): DashboardData => ({
  window: { start: START, end: START + 24 * 3_600_000 },
  dataThrough: START + 24 * 3_600_000,
  completeness: 'is declared',
  services: [],
  findings: [],
  bill: null,
  quality: { records: 1, accepted: 1, lines: 1, duplicates: 0, quarantined: [], reconciled: true },
});
