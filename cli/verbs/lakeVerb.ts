import type { Command } from 'commander';
import type { CliContext } from '../CliContext.js';
import { addLakeCompactVerb } from './lakeCompactVerb.js';
import { addLakeRetainVerb } from './lakeRetainVerb.js';
import { addLakeStatusVerb } from './lakeStatusVerb.js';

/** `tenantscope lake`: what is in a lake, and the work that keeps it readable and no longer than it should be. */
export function addLakeVerb(program: Command, context: CliContext): void {
  const lake = program.command('lake').description('compaction, retention and state of the lake');
  addLakeStatusVerb(lake, context);
  addLakeCompactVerb(lake, context);
  addLakeRetainVerb(lake, context);
}
