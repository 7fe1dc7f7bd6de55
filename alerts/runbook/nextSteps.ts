import { DAY_MS, type Incident, isoInstant, type Window } from '../../model/index.js';
import { ALL_SERVICES } from '../budgets/budgetKey.js';
import { ANY_SERVICE, MITIGATIONS } from './mitigations.js';

/** What the next steps are about. */
export interface NextStepsOf {
  readonly kind: Incident['kind'];
  readonly tenantId: string;
  readonly service: string;
  readonly window: Window;
  /** It crept up, over weeks. */
  readonly creeping?: boolean;
  /** Nothing measures the capacity of the service. */
  readonly capacityUnknown?: boolean;
  /** Who answers for the budget. */
  readonly owner?: string | undefined;
}

/** The flags that choose a window. */
const span = ({ start, end }: Window): string => `--since ${minute(start)} --until ${minute(end)}`;
const minute = (ms: number): string => `${isoInstant(ms).slice(0, 16)}Z`;

/** The service of incidents that are about the pipeline itself, and about all. */
const named = (service: string): boolean => !service.startsWith('_');

/** Commands that show what an incident rests on, with the parameters filled in. */
export function reportLinks({ tenantId, service, window }: NextStepsOf): string[] {
  const before: Window = { start: window.start - 7 * DAY_MS, end: window.end };
  const ofTenant = tenantId.startsWith('_')
    ? []
    : [`tenantscope report run tenant-usage-by-hour --param tenant_id=${tenantId} ${span(before)}`];
  if (service === ALL_SERVICES) return [`tenantscope report run service-by-tenant-matrix ${span(window)}`, ...ofTenant];
  if (!named(service)) return [`tenantscope report run completeness ${span(window)}`];
  const share = `tenantscope report run tenant-share --param service=${service} ${span(window)}`;
  return [share, ...ofTenant, `tenantscope report run top-operations --param service=${service} ${span(window)}`];
}

/** What on-call does next, one step a line, the first first. Service and cause decide. */
export function nextSteps(of: NextStepsOf): string[] {
  const { limit, room } = MITIGATIONS[of.service] ?? ANY_SERVICE;
  switch (of.kind) {
    case 'noisy_tenant':
      return [
        limit,
        of.creeping === true
          ? 'it grew over weeks: talk to the tenant, and plan capacity or a cell of its own before it presses'
          : 'if it stays, move the tenant to a cell of its own',
        'if it is contracted, state it as expected_share in tenantscope.yaml; if it is known, acknowledge it: tenantscope incident ack',
        ...(of.capacityUnknown === true
          ? [`nothing measures the capacity of ${of.service}: look whether it is pressed`]
          : []),
      ];
    case 'infrastructure':
      return ['look at the platform first: deployments, retries, what all tenants depend on', room];
    case 'systemic':
      return ['look at the platform first: so many tenants do not change at once by themselves', room];
    case 'no_majority_peer_group':
      return ['give each plan a tier in tenantscope.yaml, so that like is compared with like'];
    case 'pipeline':
      return [
        'see what is missing: tenantscope report run completeness --last 24h',
        'look at agents, stream and delivery: tenantscope canary says where lines stop',
      ];
    case 'budget':
      return [
        `tell ${of.owner ?? 'whoever answers for the budget'}: it is spend that runs away, not a service that fails`,
        of.service === ALL_SERVICES ? 'see which service it is, and limit that' : limit,
        'if so much was agreed, raise it: budgets in tenantscope.yaml',
      ];
  }
}
