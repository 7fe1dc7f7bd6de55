import { hash } from 'node:crypto';
import { AppError } from '../../model/index.js';
import type { RegistryState } from '../RegistryState.js';
import type { PublishedFiles } from './PublishedFiles.js';

/** Where the transforms read the registry. */
export const SNAPSHOT_KEY = 'registry/registry.json';
const TRIES = 5;

/**
 * Publishes a registry as the document that transforms read: the same registry gives the same bytes, and is not written again. One
 * that is older than what is published, by its version, is left. Returns whether it was written. Throws LAKE_BUSY when others
 * wrote each time, and what the files throw.
 */
export async function publishSnapshot(files: PublishedFiles, state: RegistryState): Promise<boolean> {
  const text = snapshotText(state);
  const about = { version: state.version, sha256: hash('sha256', text, 'hex') };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const there = await files.head(SNAPSHOT_KEY);
    if (there !== undefined) {
      if (Number(there.about.version) > Number(state.version)) return false;
      if (there.about.sha256 === about.sha256 && there.about.version === about.version) return false;
    }
    if (await files.write(SNAPSHOT_KEY, text, { over: there?.tag ?? null, about })) return true;
  }
  throw new AppError('LAKE_BUSY', 'the registry’s snapshot changed under each of several tries', { got: SNAPSHOT_KEY });
}

/** Keys in one order, tenants and plans by id: DynamoDB keeps no order of its own. */
function snapshotText({ written, plans, sharedNamespaces }: RegistryState): string {
  const byId = <T extends { readonly id?: unknown }>(list: readonly T[]): readonly T[] =>
    list.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  const document = {
    tenants: byId([...written.values()]),
    plans: byId(plans),
    shared_namespaces: sharedNamespaces.toSorted(),
  };
  return `${JSON.stringify(inOrder(document), null, 1)}\n`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
}
