/** The Kinesis data stream of a cell, in a deployment whose names begin with `prefix`. */
export const streamOf = (prefix: string, cell: string): string => `${prefix}-${cell}`;
