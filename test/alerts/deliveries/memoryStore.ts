import type { Cell, ObjectStore } from '../../../queries/index.js';

/** An object store in memory. `between` runs before each write, to put another run's steps there. */
export function memoryStore(between: () => Promise<void> = async () => undefined): ObjectStore {
  const objects = new Map<string, string>();
  const cells = new Map<string, Cell>();
  return {
    name: 'memory',
    read: async (key) => objects.get(key),
    list: async (folder, after = '') =>
      [...objects.keys()]
        .filter((key) => key.startsWith(`${folder}/`))
        .map((key) => key.slice(folder.length + 1))
        .filter((name) => !name.includes('/') && name > after)
        .sort(),
    create: async (key, text) => {
      if (objects.has(key)) return false;
      objects.set(key, text);
      return true;
    },
    remove: async (key) => {
      objects.delete(key);
    },
    readCell: async (key) => cells.get(key),
    writeCell: async (key, text, seen) => {
      await between();
      const now = cells.get(key);
      if (now?.version !== seen?.version) return undefined;
      const cell = { text, version: String(Number(now?.version ?? 0) + 1) };
      cells.set(key, cell);
      return cell;
    },
  };
}
