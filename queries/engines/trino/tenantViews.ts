import type { TenantId } from '../../../model/index.js';
import { sqlText } from '../sqlText.js';
import { TENANT_VIEWS, VIEW_OWNERS } from '../viewOwners.js';
import type { Views } from './withViews.js';

/**
 * The views as one tenant sees them: its rows of those whose rows have an owner, and of `event_usage` what its own lines
 * state; nothing of a view that is not for tenants.
 */
export function tenantViews(views: Views, tenant: TenantId): Views {
  const own = [...views].flatMap(([name, select]): [string, string][] => {
    if (!TENANT_VIEWS.includes(name)) return [];
    const owner = VIEW_OWNERS[name];
    if (owner === undefined) return [[name, select]];
    const emitter = name === 'event_usage' ? ` and "emitter" = ${sqlText(tenant)}` : '';
    return [[name, `select * from (${select}) where "${owner}" = ${sqlText(tenant)}${emitter}`]];
  });
  return new Map(own);
}
