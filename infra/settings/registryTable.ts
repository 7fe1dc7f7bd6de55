/** Name of the registry's table. */
export const registryTable = (prefix: string): string => `${prefix}-registry`;
