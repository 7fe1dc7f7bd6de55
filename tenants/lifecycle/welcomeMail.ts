import type { Plan, Tenant } from '../../model/index.js';

/** A mail as text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const ADDRESS = /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;

/** The mail that welcomes a tenant to its owner; undefined when its owner is nobody a mail can be sent to. */
export function welcomeMail(tenant: Tenant, plans: readonly Plan[]): Mail | undefined {
  const { owner, id } = tenant;
  if (owner === undefined || !ADDRESS.test(owner)) return undefined;
  const plan = plans.find((candidate) => candidate.id === tenant.plan);
  const { lines_per_second: lines, bytes_per_day: bytes } = plan?.ingest_limits ?? {};
  const limits = [
    ...(lines === undefined ? [] : [`${lines} lines a second of each pod`]),
    ...(bytes === undefined ? [] : [`${bytes} bytes a UTC day of each pod`]),
  ];
  const text = [
    `${tenant.name ?? id} is registered as the tenant ${id}.`,
    '',
    `Namespaces: ${tenant.namespaces.join(', ') || 'none yet'}`,
    ...(plan === undefined ? [] : [`Plan: ${plan.name ?? plan.id}`]),
    ...(limits.length === 0 ? [] : [`Logs beyond ${limits.join(' and ')} are held back and counted.`]),
    ...(tenant.effective_from === undefined ? [] : [`From: ${tenant.effective_from} (UTC)`]),
    '',
    'What an application there writes to /var/log/tenantscope/*.log is collected by the agent beside it, under this tenant alone.',
    'Nothing of yours has to hold credentials, and nothing an application prints can change whose line it is.',
    '',
    'Who runs the platform deploys that agent, and answers this mail.',
  ];
  return {
    to: owner,
    subject: `${tenant.name ?? id}: registered as ${id}`.replace(/[\r\n]+/g, ' '),
    text: `${text.join('\n')}\n`,
  };
}
