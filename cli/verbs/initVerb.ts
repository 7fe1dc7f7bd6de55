import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError, systemCode } from '../../model/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { CONFIG_TEMPLATE } from '../configTemplate.js';
import { printJson } from '../printJson.js';

/** `tenantscope init`: writes a commented tenantscope.yaml. Never overwrites one without --force. */
export function addInitVerb(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('write a commented tenantscope.yaml')
    .option('--out <file>', 'where it goes', 'tenantscope.yaml')
    .option('-f, --force', 'overwrite a file that is there')
    .option('--json', 'the file as JSON on stdout')
    .addHelpText('after', '\nExamples:\n  tenantscope init\n  tenantscope init --out config/tenantscope.yaml')
    .action(async (flags: { out: string; force?: true; json?: true }) => {
      try {
        await writeFile(flags.out, CONFIG_TEMPLATE, { flag: flags.force === true ? 'w' : 'wx' });
      } catch (error) {
        const exists = systemCode(error) === 'EEXIST';
        throw new AppError('CANNOT_CREATE', exists ? 'the file is there already' : 'cannot write the configuration', {
          got: flags.out,
          hint: exists
            ? 'give another --out, or --force to overwrite it'
            : 'check that the folder exists and is writable',
          cause: error,
        });
      }
      if (flags.json === true) printJson(context, { file: flags.out });
      printNote(
        context,
        `wrote ${flags.out}; next: register your tenants in it, then run: tenantscope vet ${flags.out}`,
      );
    });
}
