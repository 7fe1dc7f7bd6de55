import type { Tenant } from '../../model/index.js';
import { streamOf } from '../cells/streamOf.js';
import type { PlannedChange } from './planChange.js';

/** Where a change was made, as far as what follows depends on it. */
export interface ChangePlace {
  /** Begins the names of the deployment. */
  readonly prefix: string;
  /** A table, whose changes are published by themselves; a file waits for somebody to deploy it. */
  readonly published: boolean;
  /** Days events are kept where neither tenant nor plan says. */
  readonly keptDays: number | undefined;
}

/** What somebody who changed a tenant has to know and do, a line each. Pure. */
export function whatFollows(planned: PlannedChange, place: ChangePlace): readonly string[] {
  const { kind, before, after, cell } = planned;
  const stream = streamOf(place.prefix, after.cell);
  const room = `cell ${cell.id}: ${cell.tenants} of ${cell.holds} tenants; stream ${stream}`;
  const known = place.published
    ? `the transforms know within minutes; manifests are published under manifests/${after.id}/`
    : 'deploy the file where transforms run in the cloud: they read it with the next deployment';
  switch (kind) {
    case 'onboarded':
      return [room, known, ...rendered(after, stream, after.namespaces)];
    case 'moved':
      return [room, known, ...moving(after, stream, place)];
    case 'offboarded':
      return leaving(after, planned, place);
    case 'suspended':
      return [
        'its lines still come in, are kept and counted; what it used is billed',
        'stop its workloads yourself: nothing here does',
      ];
    case 'resumed':
      return [room, known];
    default:
      return before?.moving_from !== undefined && after.moving_from === undefined
        ? [room, `its sidecars’ role no longer needs the writers’ policy of cell ${before.moving_from}`]
        : [room, known, ...changes(before, after, stream)];
  }
}

/** How the sidecars of these namespaces of a tenant are rendered. */
function rendered({ id, namespaces }: Tenant, stream: string, wanted: readonly string[]): readonly string[] {
  return wanted.map((namespace) => {
    const [named, out] =
      namespaces.length === 1 ? ['', `./deploy/${id}`] : [` --namespace ${namespace}`, `./deploy/${id}/${namespace}`];
    return `next: tenantscope sidecar render --tenant ${id}${named} --stream ${stream} --out ${out}`;
  });
}

function changes(before: Tenant | undefined, after: Tenant, stream: string): readonly string[] {
  const had = before?.namespaces ?? [];
  const came = after.namespaces.filter((namespace) => !had.includes(namespace));
  const went = had.filter((namespace) => !after.namespaces.includes(namespace));
  return [
    ...rendered(after, stream, came),
    ...went.map((namespace) => `lines from the namespace ${namespace} are quarantined from now on`),
    ...(before?.plan === after.plan
      ? []
      : ['the limits of its sidecars are those of the old plan until they are rendered and applied again']),
  ];
}

function moving(after: Tenant, stream: string, { prefix }: ChangePlace): readonly string[] {
  const from = after.moving_from ?? '';
  return [
    'until the move is finished both streams are believed, and the tenant takes a place in both cells',
    `1. attach the writers’ policy of cell ${after.cell} to its sidecars’ role, beside that of ${from}`,
    ...rendered(after, stream, after.namespaces).map((line) => line.replace('next: ', '2. ')),
    '3. apply them, and wait until no pod with the old configuration is left',
    `4. wait until ${streamOf(prefix, from)} is read to its end: no alarm delivery-late or stream-behind of cell ${from} for its buffer’s time`,
    `5. tenantscope tenant move ${after.id} --finish, and detach the writers’ policy of cell ${from}`,
  ];
}

function leaving(after: Tenant, { before }: PlannedChange, { keptDays }: ChangePlace): readonly string[] {
  const { id, effective_until: until } = after;
  const days = after.retention_days ?? keptDays;
  return [
    `it leaves on ${until} (UTC): the day before is the last that is billed; it stays in all totals`,
    'its lines are taken in and counted as long as they come: stop its workloads and agents',
    days === undefined
      ? 'its events are kept for good: say retention.days, or erase it'
      : `its events go ${days} days after they came (tenantscope lake retain); sums stay`,
    `to erase what tells of it, sums kept as _erased: tenantscope tenant erase ${id} --dry-run (docs/erasure.md)`,
    `its namespaces stay its own until they are taken out: tenantscope tenant change ${id} --remove-namespace ${(before ?? after).namespaces.join(' ')}`,
  ];
}
