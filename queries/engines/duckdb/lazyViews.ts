/** Views that are made together, when the first of them is read. */
export interface LazyViews {
  readonly names: readonly string[];
  readonly make: () => Promise<void>;
}

/**
 * Makes views when a statement reads them: what is never asked for need not be looked up. A name counts wherever it stands
 * in the statement, so that at worst views are made in vain. What making them throws, every statement that reads them throws.
 */
export function lazyViews(groups: readonly LazyViews[]): {
  readonly forStatement: (sql: string) => Promise<void>;
  readonly forViews: (names: readonly string[]) => Promise<void>;
} {
  const made = new Map<LazyViews, Promise<void>>();
  const makeAll = async (wanted: readonly LazyViews[]): Promise<void> => {
    for (const group of wanted) {
      const making = made.get(group) ?? group.make();
      made.set(group, making);
      await making;
    }
  };
  return {
    forStatement: (sql) => {
      const words = new Set(sql.toLowerCase().match(/[a-z_]+/g));
      return makeAll(groups.filter(({ names }) => names.some((name) => words.has(name))));
    },
    forViews: (names) => makeAll(groups.filter((group) => group.names.some((name) => names.includes(name)))),
  };
}
