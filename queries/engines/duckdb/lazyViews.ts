import { messageOf } from '../../../model/index.js';
import { tablesRead } from '../trino/tablesRead.js';

/** Views that are made together, when the first of them is read. */
export interface ViewGroup {
  readonly names: readonly string[];
  readonly make: () => Promise<void>;
}

/** Views that are made when they are asked for. What making them throws, everyone who asks for them is thrown. */
export interface LazyViews {
  /** Makes these views. */
  make(names: Iterable<string>): Promise<void>;
  /** Runs a statement on the views it reads. */
  run<T>(sql: string, statement: () => Promise<T>): Promise<T>;
}

/** Makes groups of views when a statement reads one of them: what is never asked for need not be looked up. */
export function lazyViews(groups: readonly ViewGroup[]): LazyViews {
  const made = new Map<ViewGroup, Promise<void>>();
  const unmadeOf = (names: ReadonlySet<string>): readonly ViewGroup[] =>
    groups.filter((group) => !made.has(group) && group.names.some((name) => names.has(name)));
  const make = async (names: Iterable<string>): Promise<void> => {
    const asked = new Set(names);
    for (const group of groups) {
      if (!group.names.some((name) => asked.has(name))) continue;
      const making = made.get(group) ?? group.make();
      made.set(group, making);
      await making;
    }
  };
  return {
    make,
    run: async (sql, statement) => {
      await make(tablesRead(sql));
      try {
        return await statement();
      } catch (error) {
        // It names a view in a way that was not understood: `main.events`.
        const missing = new Set(
          messageOf(error)
            .toLowerCase()
            .match(/(?<=table with name )\w+/g),
        );
        if (unmadeOf(missing).length === 0) throw error;
        await make(missing);
        return statement();
      }
    },
  };
}
