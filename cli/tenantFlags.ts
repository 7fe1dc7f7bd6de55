import { AppError, isUtcDay, RESOURCE_KINDS, type UtcDay } from '../model/index.js';
import { OPTIONAL_FIELDS, type ResourceRule, type TenantFields } from '../tenants/index.js';
import { unknownName } from './oneOf.js';
import { wholeNumber } from './wholeNumber.js';

/** Flags that set a tenant's fields. */
export interface FieldFlags {
  readonly name?: string;
  readonly plan?: string;
  readonly owner?: string;
  readonly billingAccount?: string;
  readonly retentionDays?: string;
  readonly from?: string;
}

/** The fields that flags set. Throws USAGE naming the flag. */
export function tenantFields(flags: FieldFlags): TenantFields {
  return {
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.plan === undefined ? {} : { plan: flags.plan }),
    ...(flags.owner === undefined ? {} : { owner: flags.owner }),
    ...(flags.billingAccount === undefined ? {} : { billing_account: flags.billingAccount }),
    ...(flags.from === undefined ? {} : { effective_from: dayFlag('--from', flags.from) }),
    ...(flags.retentionDays === undefined
      ? {}
      : { retention_days: wholeNumber('--retention-days', flags.retentionDays, 1, 36_525) }),
  };
}

/** A UTC day given to a flag. Throws USAGE. */
export function dayFlag(flag: string, text: string): UtcDay {
  if (isUtcDay(text)) return text;
  throw new AppError('USAGE', `${flag} is not usable`, {
    expected: 'a calendar day as YYYY-MM-DD, UTC',
    got: JSON.stringify(text),
  });
}

/** Resource rules as `kind=rule`. Throws USAGE. */
export function resourceRules(flag: string, texts: readonly string[] = []): readonly ResourceRule[] {
  return texts.map((text) => {
    const [, word = '', rule = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
    const kind = RESOURCE_KINDS.find((known) => known === word);
    if (kind !== undefined) return { kind, rule };
    throw unknownName('USAGE', `${flag} is not usable`, {
      expected: `KIND=NAME, KIND one of ${RESOURCE_KINDS.join(', ')}`,
      got: word === '' ? text : word,
      known: RESOURCE_KINDS,
    });
  });
}

/** Fields to take out. Throws USAGE. */
export function unsetFields(names: readonly string[] = []): readonly (keyof TenantFields)[] {
  return names.map((name) => {
    const field = OPTIONAL_FIELDS.find((known) => known === name.replaceAll('-', '_'));
    if (field !== undefined) return field;
    throw unknownName('USAGE', '--unset is not usable', { got: name, known: OPTIONAL_FIELDS });
  });
}
