import type { Cell, ObjectStore } from './ObjectStore.js';

/** What would have been written to a store. */
export interface DryWrite {
  readonly key: string;
  readonly bytes: number;
}

/** A store that keeps what is written to itself. */
export interface DryStore extends ObjectStore {
  /** What would have been written, and not removed again: objects, then texts that change, each in the order of its first writing. */
  readonly writes: readonly DryWrite[];
}

/**
 * A store that reads as another does and writes nothing: what is written is remembered here, and read back, so that a job runs to
 * its end as it would. For dry runs.
 */
export function dryStore(under: ObjectStore): DryStore {
  const texts = new Map<string, string | undefined>();
  const cells = new Map<string, Cell>();
  let versions = 0;
  const read = async (key: string): Promise<string | undefined> => (texts.has(key) ? texts.get(key) : under.read(key));
  const readCell = async (key: string): Promise<Cell | undefined> => cells.get(key) ?? under.readCell(key);
  return {
    name: under.name,
    read,
    list: async (folder, after = '') => {
      const names = new Set(await under.list(folder, after));
      for (const [key, text] of texts) {
        const name = key.slice(folder.length + 1);
        if (!key.startsWith(`${folder}/`) || name.includes('/') || name <= after) continue;
        if (text === undefined) names.delete(name);
        else names.add(name);
      }
      return [...names].sort();
    },
    create: async (key, text) => {
      if ((await read(key)) !== undefined) return false;
      texts.set(key, text);
      return true;
    },
    remove: async (key) => {
      texts.set(key, undefined);
    },
    readCell,
    writeCell: async (key, text, seen) => {
      if ((await readCell(key))?.version !== seen?.version) return undefined;
      versions += 1;
      const cell = { text, version: `dry ${versions}` };
      cells.set(key, cell);
      return cell;
    },
    get writes() {
      return [...texts, ...[...cells].map(([key, { text }]) => [key, text] as const)].flatMap(([key, text]) =>
        text === undefined ? [] : [{ key, bytes: Buffer.byteLength(text) }],
      );
    },
  };
}
