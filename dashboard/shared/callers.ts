import type { CallerTable, DashboardData, WindowData } from '../DashboardData.js';
import { reportCommand } from './reportCommand.js';

/** What usage is told to have come from. */
export type CallerDimension = 'users' | 'endpoints';

/** A row of a table of users or endpoints; `printed` where the name is an application's. */
export interface CallerRow {
  readonly name: string;
  readonly printed: boolean;
  readonly amount: string;
  readonly part: number;
}

/** The rows of such a table: those named, then what is in none of them, so that the parts make the whole. */
export function callerRows(
  { named, rest }: CallerTable,
  dimension: CallerDimension,
  data: DashboardData,
): readonly CallerRow[] {
  return [
    ...named.map((entry) => ({ ...entry, printed: true })),
    ...rest.map(({ kind, callers, amount, part }) => ({
      name:
        kind === 'others'
          ? `${callers} other ${callers === 1 ? dimension.slice(0, -1) : dimension}`
          : kind === 'unstated'
            ? `no ${dimension.slice(0, -1)} stated`
            : NOT_IN_LINES[data.audience.kind],
      ...{ printed: false, amount, part },
    })),
  ];
}

const NOT_IN_LINES = {
  platform: 'in no line that was read: late, past its retention, or of a counter',
  tenant: 'in no line of its own: by a shared service, late, or past its retention',
} as const;

/** Why there is no table, where there is none; undefined where there is one. */
export function noCallers({ named, rest }: CallerTable, dimension: CallerDimension): string | undefined {
  if (named.length > 0) return undefined;
  if (!rest.some(({ kind }) => kind === 'unstated'))
    return rest.length === 0 ? 'nothing was used in the window.' : 'no line that was read says what was used.';
  return dimension === 'users'
    ? 'no line states one (enduser.id, user.id, usr.id, user_id or userId); what the lines say is of no stated user.'
    : 'no line states a route, path or method; what the lines say is of no stated endpoint.';
}

/** What has to be known to read the tables of users and endpoints; nothing where they were not read. */
export function callersNote({ callers, audience }: DashboardData): string {
  if (callers === null) return '';
  const whose = audience.kind === 'tenant' ? 'its own pods' : 'its own pods and of shared services';
  const numbered =
    callers.users === 'numbered'
      ? ' Users stand as numbers here; the command names them, or a page made with --callers named.'
      : '';
  const warned = callers.warnings.map((warning) => ` Warning: ${warning}.`).join('');
  return `Users and endpoints are those the lines of ${whose} state, of the same window. Completeness of these lines: ${callers.completeness}.${numbered}${warned}`;
}

/** The command behind a table of users or endpoints. */
export function callersCommand(
  data: DashboardData,
  window: WindowData,
  tenant: string,
  dimension: CallerDimension,
): string {
  const one = dimension === 'users' ? 'user' : 'endpoint';
  if (data.audience.kind === 'tenant') {
    const parameters = { tenant_id: tenant, dimension: one };
    return reportCommand('tenant-callers', parameters, window.window, ` --as-tenant ${tenant}`);
  }
  return reportCommand('top-callers', { tenant_ids: `${tenant},_shared`, dimension: one }, window.window, data.flags);
}
