import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError, type Config, configSchema } from '../../model/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { awsChecks } from '../doctor/awsChecks.js';
import { type Check, checkOf, formatChecks } from '../doctor/Check.js';
import { machineChecks } from '../doctor/machineChecks.js';
import { awsParts, thisMachine } from '../doctor/machineParts.js';
import { type ConfigFlags, configFileOf, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { withLakeFlags } from '../withLakeFlags.js';

type DoctorFlags = ConfigFlags & { readonly aws?: true; readonly json?: true };

/** `tenantscope doctor`: what is wrong with this machine and project, and how to mend it. */
export function addDoctorVerb(program: Command, context: CliContext): void {
  withLakeFlags(
    program
      .command('doctor')
      .description('what is wrong with this machine and project, and how to mend it')
      .option('--aws', 'ask AWS, too: whether the credentials are good, and what time it is'),
  )
    .addHelpText(
      'after',
      '\nChanges nothing. Exit code 1 when something is wrong; warnings are none.\n\nExamples:\n  tenantscope doctor\n  tenantscope doctor --lake ./lake --json\n  AWS_PROFILE=prod tenantscope doctor --aws',
    )
    .action(async (flags: DoctorFlags) => {
      const checks = await examine(flags, context);
      const wrong = checks.filter(({ state }) => state === 'wrong').length;
      if (flags.json === true) printJson(context, { ok: wrong === 0, checks });
      else printData(context, formatChecks(checks));
      if (wrong > 0) throw new AppError('CHECK_FAILED', `${wrong} of ${checks.length} checks found something wrong`);
    });
}

async function examine(flags: DoctorFlags, context: CliContext): Promise<readonly Check[]> {
  const aws = flags.aws === true;
  const read = await readConfig(flags, context, aws);
  return [
    ...(await machineChecks(thisMachine(context), read.config.lake)),
    read.check,
    ...(await checkProject(read, context, aws)),
    ...(await awsChecks(awsParts(context, aws), read.config)),
  ];
}

/** The project file's check, and what the others go by: the defaults where it cannot be read. */
async function readConfig(
  flags: ConfigFlags,
  context: CliContext,
  aws: boolean,
): Promise<{ readonly check: Check; readonly config: Config }> {
  let config = configSchema.parse({ ...(flags.lake === undefined ? {} : { lake: flags.lake }) });
  const check = await checkOf('project file', async () => {
    config = await loadConfig(flags, context, { remoteRegistry: aws });
    const file = configFileOf(flags, context);
    if (existsSync(file)) return { state: 'ok', found: file };
    return { state: 'warning', found: `no ${file}: defaults hold`, mend: 'tenantscope init writes one' };
  });
  return { check, config };
}

/** The engine is loaded here and not before: where it cannot be, that is what this command is to say. */
async function checkProject(
  { config, check }: { readonly config: Config; readonly check: Check },
  context: CliContext,
  aws: boolean,
): Promise<readonly Check[]> {
  try {
    const { projectChecks } = await import('../doctor/projectChecks.js');
    return await projectChecks(config, context, { aws, isRead: check.state !== 'wrong' });
  } catch (error) {
    const mend = `install again without --omit=optional: it needs @duckdb/node-bindings-${process.platform}-${process.arch}`;
    return [{ name: 'engine', state: 'wrong', found: String(error).split('\n')[0] ?? '', mend }];
  }
}
