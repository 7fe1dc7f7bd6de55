import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The session tag that says which tenant a session is for. */
export const TENANT_TAG = 'tenant_id';

/** Stands for its value in a policy. */
export const TENANT_VARIABLE = `\${aws:PrincipalTag/${TENANT_TAG}}`;

/**
 * What a session tag may hold and a tenant's id may not (`^[a-z0-9][a-z0-9-]{0,62}$`): parts of paths, reserved tenants, white
 * space; and wildcards (`${*}`, `${?}`: themselves), which STS takes in no tag, in case they come another way.
 */
const NO_TENANT = ['', '-*', '_*', '*_*', '*/*', '*.*', '*:*', '*=*', '*+*', '*@*', '* *', `*\${*}*`, `*\${?}*`];

/**
 * Everything is denied to a session without the tag, and to one whose tag is no tenant's id. Upper case passes, and reaches
 * nothing: ids have none, and resources are told apart by case.
 */
export function denyWithoutTenant(): readonly PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'DenyWithoutTenant',
      effect: Effect.DENY,
      actions: ['*'],
      resources: ['*'],
      conditions: { Null: { [`aws:PrincipalTag/${TENANT_TAG}`]: 'true' } },
    }),
    new PolicyStatement({
      sid: 'DenyWhatIsNoTenant',
      effect: Effect.DENY,
      actions: ['*'],
      resources: ['*'],
      conditions: { StringLike: { [`aws:PrincipalTag/${TENANT_TAG}`]: NO_TENANT } },
    }),
  ];
}
