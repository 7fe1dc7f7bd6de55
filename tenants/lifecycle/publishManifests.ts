import { hash } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../model/index.js';
import type { PublishedFiles } from './PublishedFiles.js';

/** Where the manifests lie, for whatever applies them. */
export const MANIFESTS = 'manifests';
/** Where a tenant's are. */
export const manifestsPrefix = (tenant: string): string => `${MANIFESTS}/${tenant}/`;
/** Says what of the prefix is rendered, and by its hash as what. */
const INDEX = 'rendered.json';

const indexSchema = z.strictObject({
  tenant: z.string(),
  /** Of files that are as they should be: sha256 by path. */
  files: z.record(z.string(), z.string()),
  /** Files that may be in any state: somebody began to write or remove them. */
  changing: z.array(z.string()),
});

/** What publishing did: paths below the tenant's prefix. */
export interface PublishedManifests {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes the manifests of a tenant what they should be, and writes only what differs. Interrupted, the next call finishes it: the index
 * says first what is about to change. Calls for one tenant must not overlap. No wanted files take all of them away.
 */
export async function publishManifests(
  files: PublishedFiles,
  tenant: string,
  wanted: ReadonlyMap<string, string>,
): Promise<PublishedManifests> {
  const at = (path: string): string => `${manifestsPrefix(tenant)}${path}`;
  const index = await readIndex(files, tenant, at(INDEX));
  const hashes = new Map([...wanted].map(([path, text]) => [path, hash('sha256', text, 'hex')]));
  const written = [...wanted.keys()].filter((path) => index.files[path] !== hashes.get(path));
  const removed = [...Object.keys(index.files), ...index.changing].filter((path) => !wanted.has(path));
  if (written.length === 0 && removed.length === 0) return { written, removed };
  const kept = Object.fromEntries([...hashes].filter(([path]) => !written.includes(path)));
  await files.write(at(INDEX), indexText({ tenant, files: kept, changing: [...written, ...removed].sort() }));
  for (const path of written) await files.write(at(path), wanted.get(path) ?? '');
  for (const path of removed) await files.remove(at(path));
  if (wanted.size === 0) await files.remove(at(INDEX));
  else await files.write(at(INDEX), indexText({ tenant, files: Object.fromEntries(hashes), changing: [] }));
  return { written, removed };
}

type Index = z.output<typeof indexSchema>;

const indexText = (index: Index): string => `${JSON.stringify(index, null, 1)}\n`;

async function readIndex(files: PublishedFiles, tenant: string, key: string): Promise<Index> {
  const text = await files.read(key);
  if (text === undefined) return { tenant, files: {}, changing: [] };
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'the index of a tenant’s manifests is not readable', {
      got: key,
      hint: 'remove it: the manifests are written anew',
      cause,
    });
  }
}
