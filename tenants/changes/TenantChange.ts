import type { ResourceKind, UtcDay } from '../../model/index.js';

/** A resource rule as the command line names one. */
export interface ResourceRule {
  readonly kind: ResourceKind;
  readonly rule: string;
}

/** Fields of a tenant that are set as they are given. */
export interface TenantFields {
  readonly name?: string;
  readonly plan?: string;
  readonly owner?: string;
  readonly billing_account?: string;
  readonly retention_days?: number;
  readonly effective_from?: UtcDay;
}

/** Fields that can be taken out again. */
export const OPTIONAL_FIELDS = [
  'name',
  'plan',
  'owner',
  'billing_account',
  'retention_days',
  'effective_from',
] as const satisfies readonly (keyof TenantFields)[];

/** What is asked for one tenant. */
export type TenantChange = { readonly id: string } & (
  | {
      readonly kind: 'add';
      readonly fields: TenantFields;
      readonly namespaces: readonly string[];
      readonly resources: readonly ResourceRule[];
      /** Undefined: the one with the most room. */
      readonly cell: string | undefined;
      readonly newCell: boolean;
    }
  | {
      readonly kind: 'change';
      readonly fields: TenantFields;
      readonly unset: readonly (keyof TenantFields)[];
      readonly addNamespaces: readonly string[];
      readonly removeNamespaces: readonly string[];
      readonly addResources: readonly ResourceRule[];
      readonly removeResources: readonly ResourceRule[];
    }
  | { readonly kind: 'suspend' | 'resume' }
  /** `until`: the first UTC day it is no tenant any more; undefined is tomorrow, so that today still counts. */
  | { readonly kind: 'offboard'; readonly until: UtcDay | undefined }
  | { readonly kind: 'move'; readonly to: string; readonly newCell: boolean }
  /** The old cell's stream has nothing of the tenant any more. */
  | { readonly kind: 'finish-move' }
);
