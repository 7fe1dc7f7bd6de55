import { byteText } from './byteSize.js';
import { type CliContext, printNote } from './CliContext.js';
import { counted } from './counted.js';
import { listed } from './listed.js';

/** A file or object that a dry run would have written, by its place for people. */
export interface PlannedWrite {
  readonly path: string;
  readonly bytes: number;
}

/** How a note begins that says what was done, where it may not have been. */
export const dryPrefix = (dryRun: boolean): string => (dryRun ? 'dry run, nothing was changed: ' : '');

/** Says on stderr what a dry run would have written. */
export function noteWrites(writes: readonly PlannedWrite[], context: CliContext): void {
  if (writes.length === 0) {
    printNote(context, 'dry run: nothing would be written');
    return;
  }
  const total = writes.reduce((sum, { bytes }) => sum + bytes, 0);
  printNote(
    context,
    `dry run, nothing was written; would write ${counted(writes.length, 'file')}, ${byteText(total)}:`,
  );
  for (const line of listed(writes, ({ path, bytes }) => `${path}  ${byteText(bytes)}`)) printNote(context, line);
}
