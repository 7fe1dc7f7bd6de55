import type { Tenant } from './Tenant.js';
import type { TenantId } from './TenantId.js';

/** Kinds of cloud resource a tenant can own, as `tenants[].resources` names them. */
export const RESOURCE_KINDS = [
  'tables',
  'bucket_prefixes',
  'queues',
  'topics',
  'functions',
  'user_pools',
  'load_balancers',
  'log_groups',
  'hosts',
  'paths',
] as const;

/** A kind of cloud resource. */
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** Finds the tenant a resource belongs to. */
export type ResourceOwner = (kind: ResourceKind, name: string) => TenantId | undefined;

interface Rule {
  readonly tenantId: TenantId;
  /** What must stand before the star; the whole name when there is none. */
  readonly before: string;
  readonly after: string;
  readonly exact: boolean;
}

/**
 * Compiles the resource rules of all tenants. A rule is a name, or a pattern with one `*`. Paths and bucket prefixes also
 * hold for what lies below them, at a `/`. The most specific rule wins: an exact one, then the longest.
 */
export function compileResourceRules(tenants: readonly Tenant[]): ResourceOwner {
  const rules = new Map<ResourceKind, { exact: Map<string, TenantId>; patterns: Rule[] }>();
  for (const kind of RESOURCE_KINDS) {
    const exact = new Map<string, TenantId>();
    const patterns: Rule[] = [];
    for (const tenant of tenants) {
      for (const name of tenant.resources?.[kind] ?? []) {
        const folded = foldName(kind, name);
        const tenantId = tenant.id as TenantId;
        const star = folded.indexOf('*');
        if (star >= 0) {
          patterns.push({ tenantId, before: folded.slice(0, star), after: folded.slice(star + 1), exact: false });
        } else if (isPrefix(kind)) patterns.push({ tenantId, before: folded, after: '', exact: true });
        else exact.set(folded, tenantId);
      }
    }
    patterns.sort((a, b) => b.before.length + b.after.length - (a.before.length + a.after.length));
    rules.set(kind, { exact, patterns });
  }
  return (kind, name) => {
    const found = rules.get(kind);
    if (found === undefined || name === '') return undefined;
    const folded = foldName(kind, name);
    return found.exact.get(folded) ?? found.patterns.find((rule) => matches(rule, folded))?.tenantId;
  };
}

/** A rule as it is compared, so that two rules that mean the same are seen as one. */
export function foldName(kind: ResourceKind, name: string): string {
  if (kind === 'hosts') return name.toLowerCase().replace(/\.$/, '');
  return isPrefix(kind) && name.length > 1 ? name.replace(/\/$/, '') : name;
}

function isPrefix(kind: ResourceKind): boolean {
  return kind === 'paths' || kind === 'bucket_prefixes';
}

function matches({ before, after, exact }: Rule, name: string): boolean {
  if (!name.startsWith(before)) return false;
  if (exact) return name.length === before.length || before.endsWith('/') || name[before.length] === '/';
  return name.length >= before.length + after.length && name.endsWith(after);
}
