import pLimit from 'p-limit';
import { renderSidecar } from '../../fluentbit/index.js';
import { type Tenant, utcDayOf } from '../../model/index.js';
import { hasLeft } from '../cells/cellUses.js';
import type { RegistryState } from '../RegistryState.js';
import type { LifecycleEvent } from './LifecycleEvent.js';
import type { PublishedFiles } from './PublishedFiles.js';
import { publishManifests } from './publishManifests.js';
import { publishSnapshot } from './publishSnapshot.js';
import type { Welcome } from './sendWelcome.js';
import { type SidecarSettings, sidecarOf } from './sidecarSettings.js';
import { type Mail, welcomeMail } from './welcomeMail.js';

/** Tenants whose manifests are looked at together: ten thousand take a minute or two. */
const TENANTS_AT_ONCE = 16;

/** What follows an event is done with. */
export interface LifecycleParts {
  /** The registry as it is now. Throws AppError. */
  readonly read: () => Promise<RegistryState>;
  readonly files: PublishedFiles;
  readonly sidecar: SidecarSettings;
  readonly prefix: string;
  readonly region: string;
  /** Absent where no sender is configured. Returns what became of it. */
  readonly welcome?: (tenant: string, eventId: string, mail: Mail) => Promise<Welcome>;
  readonly clock: () => number;
}

/** What came of an event; all of it is nothing when it was told before. */
export interface Followed {
  readonly snapshot: boolean;
  readonly manifests: number;
  readonly mails: number;
  /** Of those, sent again since nobody knows whether they went out before: the only ones that can have come twice. */
  readonly mails_again: number;
}

/**
 * Does what follows from an event: the registry as it is now is published, the manifests of the tenants it is about are what they
 * should be, and a new tenant is welcomed. Only the registry's present state counts, so that order and repetition do not matter. Throws
 * AppError: then all of it is to be done again.
 */
export async function followEvent(event: LifecycleEvent, parts: LifecycleParts): Promise<Followed> {
  const state = await parts.read();
  const snapshot = await publishSnapshot(parts.files, state);
  const limit = pLimit(TENANTS_AT_ONCE);
  const published = await Promise.all(
    concerned(event, state).map((tenant) =>
      limit(() => publishManifests(parts.files, tenant.id, manifestsOf(tenant, state, parts))),
    ),
  );
  const manifests = published.reduce((sum, { written, removed }) => sum + written.length + removed.length, 0);
  const mail = await welcomed(event, state, parts);
  return {
    ...{ snapshot, manifests, mails: mail === 'sent' || mail === 'sent again' ? 1 : 0 },
    mails_again: mail === 'sent again' ? 1 : 0,
  };
}

/** A tenant that is not registered any more was taken out by hand: what is published for it may still be in use, and stays. */
function concerned(event: LifecycleEvent, { tenants }: RegistryState): readonly Tenant[] {
  switch (event.kind) {
    case 'reconcile':
      return tenants;
    case 'registry_changed':
      return [];
    case 'plan_changed':
      return tenants.filter(({ plan }) => plan === event.plan);
    default:
      return tenants.filter(({ id }) => id === event.tenant);
  }
}

/** By path below the tenant's prefix; none for a tenant that has left. */
function manifestsOf(tenant: Tenant, { plans }: RegistryState, parts: LifecycleParts): ReadonlyMap<string, string> {
  if (hasLeft(tenant, utcDayOf(parts.clock()))) return new Map();
  const around = { prefix: parts.prefix, region: parts.region, plans };
  return new Map(
    tenant.namespaces.flatMap((namespace) =>
      [...renderSidecar(sidecarOf(tenant, namespace, parts.sidecar, around)).files].map(
        ([file, text]) => [`${namespace}/${file}`, text] as const,
      ),
    ),
  );
}

async function welcomed(
  event: LifecycleEvent,
  state: RegistryState,
  { welcome }: LifecycleParts,
): Promise<Welcome | undefined> {
  if (event.kind !== 'onboarded' || welcome === undefined) return undefined;
  const tenant = state.tenants.find(({ id }) => id === event.tenant);
  const mail = tenant === undefined ? undefined : welcomeMail(tenant, state.plans);
  return mail === undefined ? undefined : welcome(event.tenant, event.id, mail);
}
