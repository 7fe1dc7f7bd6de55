import type { DashboardData } from '../DashboardData.js';
import { displayName } from './format.js';
import type { Selected } from './Selection.js';

/** What of the quality view is chosen by the filters, and what is said of the rest. */
export interface QualityFilter {
  readonly isChosen: (tenant: number) => boolean;
  /** Undefined where nothing is chosen. */
  readonly note: string | undefined;
}

/**
 * Which of the slowest tenants are chosen, and what is said where none is: the page has the slowest alone, so that one that is not
 * among them is not one whose lines came at once.
 */
export function chosenLag(
  { quality: { lag } }: Pick<DashboardData, 'quality'>,
  isChosen: QualityFilter['isChosen'],
): { readonly rows: DashboardData['quality']['lag']; readonly note: string | undefined } {
  const rows = lag.filter(({ tenant }) => isChosen(tenant));
  if (rows.length > 0) return { rows, note: undefined };
  const note =
    lag.length === 0
      ? 'No lines came in this window, so that nothing is said of how long they took.'
      : `How long after an hour its last line arrived is told of the ${lag.length === 1 ? 'slowest tenant' : `${lag.length} slowest tenants`} only: none that is chosen is among them, or had lines in this window.`;
  return { rows, note };
}

/**
 * Tenant, plan and cell choose rows of tenants. What deliveries, late lines and unattributed value come to is of the whole
 * platform, and whether a line is there has nothing to do with the service it speaks of: that is said rather than filtered.
 */
export function qualityFilter(data: DashboardData, { selection, tenant, includes }: Selected): QualityFilter {
  const isChosen = (one: number): boolean => (tenant === undefined || one === tenant) && includes(one);
  const by = [
    ...(tenant === undefined ? [] : [`tenant ${displayName(selection.tenant)}`]),
    ...(selection.plan === '' ? [] : [`plan ${displayName(selection.plan)}`]),
    ...(selection.cell === '' ? [] : [`cell ${displayName(selection.cell)}`]),
  ];
  if (by.length === 0 || data.audience.kind === 'tenant') return { isChosen: () => true, note: undefined };
  const { strip, more } = data.quality;
  const none = strip.some((row) => row.tenant >= 0 && isChosen(row.tenant))
    ? ''
    : ` None of them is drawn: the strip has ${more === 0 ? 'the tenants with doubtful hours, or all where they are few' : 'the tenants with most doubtful hours only'}.`;
  return {
    isChosen,
    note: `Rows of tenants are those of ${by.join(', ')}.${none} All tenants' row, late lines, the unattributed value and quarantine are of the whole platform, whatever is chosen; so is completeness of any service, since a line is there or not whatever it used.`,
  };
}
