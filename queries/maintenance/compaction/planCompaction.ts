import type { UtcDay } from '../../../model/index.js';
import type { HeldIn, ObjectIndex } from '../../lake/ObjectIndex.js';

/** What a compaction aims at: large enough that opening files costs nothing, small enough to be read in parallel. */
export const TARGET_BYTES = 128 * 1024 * 1024;

/** Below it a file is small: two of them fit into one of the target size. */
export function smallBytes(targetBytes: number): number {
  return targetBytes / 2;
}

/** A file that is to be rewritten. */
export interface PlannedFile extends HeldIn {
  readonly bytes: number;
  readonly rows: number;
  /** As booked; undefined of an object that nobody hashed, which has S3's entity tag. */
  readonly sha256?: string;
  readonly etag?: string;
}

/** The files of one partition that are rewritten into fewer. */
export interface PlannedPartition {
  readonly emitter: string;
  readonly dt: string;
  readonly from: readonly PlannedFile[];
}

/** What a plan is made from. */
export interface CompactionInput {
  readonly index: ObjectIndex;
  /** Bytes of the files that are there, by path. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Rows and hash of compacted files, by path, as the log states them. */
  readonly compacted: ReadonlyMap<string, { readonly rows: number; readonly sha256: string }>;
  /** Numbers of the manifests whose booking is finished: only their objects are taken. */
  readonly finished: ReadonlySet<number>;
  /** Only arrival dates before it. */
  readonly before: UtcDay;
  readonly tenant?: string;
  readonly targetBytes: number;
  /** Also take what would gain nothing, so that every object of a date lies in the compacted prefix. */
  readonly wholeDates: boolean;
}

/**
 * Which files to rewrite: in each partition the small ones, when they become fewer by it. Objects that came after an
 * earlier compaction are taken together with what that one wrote, when that is small itself. By emitter and date.
 */
export function planCompaction(input: CompactionInput): readonly PlannedPartition[] {
  const partitions = new Map<string, { emitter: string; dt: string; files: Map<string, PlannedFile> }>();
  for (const [path, { entry, manifest }] of input.index.booked) {
    const { emitter, dt } = entry;
    if (dt >= input.before || (input.tenant !== undefined && emitter !== input.tenant)) continue;
    if (!input.finished.has(manifest)) continue;
    const place = input.index.whereabouts(path);
    const held = place.state === 'delivered' ? [place.file] : place.state === 'compacted' ? place.files : [];
    for (const file of held) {
      const facts = place.state === 'delivered' ? entry : input.compacted.get(file.object);
      const bytes = input.sizes.get(file.object);
      if (facts === undefined || bytes === undefined || holdsWhatIsGone(input.index, file.object)) continue;
      const key = `${emitter}/${dt}`;
      const partition = partitions.get(key) ?? { emitter, dt, files: new Map<string, PlannedFile>() };
      const booked = 'etag' in facts && facts.etag !== undefined ? { etag: facts.etag } : {};
      const hash = facts.sha256 === undefined ? booked : { sha256: facts.sha256, ...booked };
      partition.files.set(file.object, { ...file, bytes, rows: facts.rows, ...hash });
      partitions.set(key, partition);
    }
  }
  return [...partitions.values()]
    .map(({ emitter, dt, files }) => ({ emitter, dt, from: chooseFiles([...files.values()], input) }))
    .filter(({ from }) => from.length > 0)
    .sort((a, b) => (a.dt === b.dt ? (a.emitter < b.emitter ? -1 : 1) : a.dt < b.dt ? -1 : 1));
}

/** How many files of the target size so many bytes make. */
export function filesOf(bytes: number, targetBytes: number): number {
  return Math.max(1, Math.ceil(bytes / targetBytes));
}

function chooseFiles(files: readonly PlannedFile[], input: CompactionInput): readonly PlannedFile[] {
  const chosen = files.filter(({ bytes }) => bytes < smallBytes(input.targetBytes));
  const bytes = chosen.reduce((sum, file) => sum + file.bytes, 0);
  const gains = chosen.length > filesOf(bytes, input.targetBytes);
  const delivered = files.filter(({ object }) => input.index.booked.has(object));
  const taken =
    input.wholeDates && delivered.length > 0 ? [...delivered, ...(gains ? chosen : [])] : gains ? chosen : [];
  return [...new Set(taken)].sort((a, b) => (a.object < b.object ? -1 : 1));
}

/** Rows past their retention, or of an erased tenant, must not be carried on into a new file. */
function holdsWhatIsGone(index: ObjectIndex, file: string): boolean {
  return index.heldIn(file).some((object) => index.whereabouts(object).state !== 'compacted');
}
