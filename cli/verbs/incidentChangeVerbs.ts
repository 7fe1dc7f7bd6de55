import type { Command } from 'commander';
import {
  acknowledge,
  acknowledgeShare,
  findIncident,
  giveFeedback,
  type PolicyState,
  resolveByHand,
  VERDICTS,
} from '../../alerts/index.js';
import { AppError, humanInstant, type Incident } from '../../model/index.js';
import { alertsState } from '../alertsState.js';
import { tellAcknowledged } from '../alertsWays.js';
import { type CliContext, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { untilFlag } from '../instantFlag.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { oneOf } from '../oneOf.js';
import { besideJson, printJson } from '../printJson.js';
import { requireWord } from '../requireWord.js';
import { withChangeFlags } from '../withLakeFlags.js';

interface ChangeFlags extends ConfigFlags {
  readonly owner: string;
  readonly reason: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface AckFlags extends ChangeFlags {
  readonly share?: string;
  readonly tolerance: string;
  readonly for?: string;
}

/** `tenantscope incident ack|resolve|feedback`. */
export function addIncidentChangeVerbs(incident: Command, context: CliContext): void {
  const withWord = (command: Command): Command =>
    withChangeFlags(command.requiredOption('--owner <who>', 'who says so').requiredOption('--reason <text>', 'why'));
  withWord(
    incident
      .command('ack <incident>')
      .description(
        'someone has seen it: not repeated unless it grows; with --share: the tenant is known to be so large',
      )
      .option('--share <share>', 'the share of the service it is known to take, 0 to 1, or `now` for what it takes now')
      .option('--tolerance <factor>', 'how many times the share before it counts again', '1.25')
      .option('--for <duration>', 'with --share: how long that is known, such as 90d, or until when'),
  )
    .addHelpText(
      'after',
      "\nUp to a known share times the tolerance the tenant is listed, and neither opened nor sent; its incident calms down.\n\nExamples:\n  tenantscope incident ack 3f2a --owner kim --reason 'load test, ends at noon'\n  tenantscope incident ack acme/DynamoDB/up --share now --for 90d --owner kim --reason 'largest customer, contract TS-12'",
    )
    .action(async (word: string, flags: AckFlags) => {
      const said = { ...requireWord(flags), at: context.clock() };
      if (flags.share === undefined) {
        if (flags.for !== undefined)
          throw new AppError('USAGE', '--for without --share', { expected: '--share beside it' });
        return change(flags, context, word, (state) => acknowledge(state, word, said));
      }
      if (flags.for === undefined) {
        throw new AppError('USAGE', 'a known share needs an end', { expected: '--for with a duration such as 90d' });
      }
      const until = untilFlag('--for', flags.for, said.at);
      const tolerance = factor('--tolerance', flags.tolerance, 1, 10);
      return change(flags, context, word, (state) => {
        const { kind, tenant_id, service, last, state: standing } = findIncident(state, word);
        const share = flags.share === 'now' ? last.share : factor('--share', flags.share ?? '', 0, 1);
        if (kind !== 'noisy_tenant' || share <= 0) {
          throw new AppError('USAGE', 'only a tenant has a share that can be known', {
            expected: 'an incident of kind noisy_tenant',
            got: `${kind} of ${tenant_id} with ${share}`,
          });
        }
        const known = acknowledgeShare(state, { tenant_id, service, share, tolerance, until }, said);
        return standing === 'open' ? acknowledge(known.state, word, said) : known.state;
      });
    });
  withWord(
    incident
      .command('resolve <incident>')
      .description('close it by hand; whoever was told of it is told by the next run; it opens again when it goes on'),
  )
    .addHelpText('after', "\nExamples:\n  tenantscope incident resolve 3f2a --owner kim --reason 'route throttled'")
    .action(async (word: string, flags: ChangeFlags) => {
      const said = { ...requireWord(flags), at: context.clock() };
      return change(flags, context, word, (state) => resolveByHand(state, word, said));
    });
  withChangeFlags(
    incident
      .command('feedback <incident> <verdict>')
      .description(`say whether it was worth it: ${VERDICTS.join(', ')}`)
      .requiredOption('--owner <who>', 'who says so')
      .option('--reason <text>', 'a note', ''),
  )
    .addHelpText(
      'after',
      "\nExamples:\n  tenantscope incident feedback 3f2a true --owner kim\n  tenantscope incident feedback 3f2a false --owner kim --reason 'planned import'",
    )
    .action(async (word: string, said: string, flags: ChangeFlags) => {
      const verdict = oneOf('<verdict>', said, VERDICTS);
      const word_ = { owner: flags.owner, reason: flags.reason, at: context.clock() };
      return change(flags, context, word, (state) => giveFeedback(state, word, verdict, word_));
    });
}

/** Changes the state and prints the incident as it is then. */
async function change(
  flags: ChangeFlags,
  context: CliContext,
  word: string,
  of: (state: PolicyState) => PolicyState,
): Promise<void> {
  const config = await loadConfig(flags, context);
  const dryRun = flags.dryRun === true;
  const store = await alertsState(config, { dryRun });
  let id = '';
  let before: Incident | undefined;
  const state = await store.update((standing) => {
    before = findIncident(standing, word);
    ({ id } = before);
    return of(standing);
  });
  const after = findIncident(state, id);
  if (!dryRun && after.acknowledged !== null && after.acknowledged.at !== before?.acknowledged?.at)
    await tellAcknowledged(after, config, besideJson(context, flags));
  if (flags.json === true) printJson(context, after, { dryRun });
  const known = state.acknowledgements.find(
    (one) => one.tenant_id === after.tenant_id && one.service === after.service && one.until > context.clock(),
  );
  const share =
    known === undefined ? '' : `; known at ${(known.share * 100).toFixed(1)} % until ${humanInstant(known.until)} UTC`;
  printNote(
    context,
    `${dryPrefix(dryRun)}${after.key} (${after.id}): ${after.state}${after.acknowledged === null ? '' : ', acknowledged'}${share}`,
  );
}

function factor(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new AppError('USAGE', `${flag} is not usable`, { expected: `a number from ${least} to ${most}`, got: text });
}
