import type { Command } from 'commander';

/** Adds the flags of a command that asks or changes what a lake keeps: where it is, its project file, and JSON. */
export function withLakeFlags(command: Command): Command {
  return command
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout');
}

/** The same of a command that changes it. */
export function withChangeFlags(command: Command): Command {
  return withLakeFlags(command).option('--dry-run', 'say what would be changed, and change nothing');
}
