/** Takes a lake for one maintenance at a time and returns the function that gives it back. Throws LAKE_BUSY. */
export type LakeLock = (lake: string) => Promise<() => Promise<void>>;
