import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import {
  type ExportHome,
  exportPeriod,
  exportSettings,
  listPeriods,
  previousPeriod,
  type WrittenPackage,
} from '../../billing/index.js';
import { AppError, type Config } from '../../model/index.js';
import { loadDynamoStore } from '../../queries/index.js';
import { secretSources } from '../alertParts.js';
import { printNote } from '../CliContext.js';
import { exportHome } from '../exportHome.js';
import { loadRates } from '../loadRates.js';
import { readKey } from '../readKey.js';
import { handlerOf, type JobContext, variable } from './jobContext.js';
import { openJobEngine, withJobLedger } from './jobLedger.js';
import { onceForTime, type Skipped } from './onceForTime.js';
import { readStart } from './scheduledTime.js';

const periodSchema = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);

/** A package as it stands, and whether this run wrote it. */
export interface ExportedPeriod {
  readonly period: string;
  readonly version: number;
  readonly status: string;
  readonly written: boolean;
}

/**
 * The billing job: exports the month that runs and, until it is closed, the one before, both as they stand now. Closing a month is
 * for two people, never for a schedule. `{ "period": "2026-11" }` asks for one month. What has not changed is not written again.
 */
export async function billingJob(event: unknown, context: JobContext): Promise<readonly ExportedPeriod[] | Skipped> {
  const start = readStart(event);
  const asked = periodOf(start.period);
  const { config, cards } = await loadRates({}, context);
  const store = await loadDynamoStore(variable(context, 'TENANTSCOPE_STATE'));
  const home = await exportHome(variable(context, 'TENANTSCOPE_EXPORTS'), context);
  const signingKey = await deployedKey(config, context);
  // A run for one month has not done what the schedule asks for.
  const scheduledAt = asked === undefined ? start.scheduledAt : undefined;
  const run = { store, job: asked === undefined ? 'billing' : `billing-${asked}`, scheduledAt, clock: context.clock };
  return onceForTime(run, () =>
    withJobLedger(config, context, async (ledger) => {
      const engine = await openJobEngine(config, ledger, context);
      const done: ExportedPeriod[] = [];
      for (const period of asked === undefined ? await openPeriods(home, config, context) : [asked]) {
        const written = await exportPeriod({
          ...{ engine, period, home, rateCards: cards, signingKey },
          settings: exportSettings(config, '1.4'),
          tenants: config.tenants,
          generator: { name: 'tenantscope', version: variable(context, 'TENANTSCOPE_VERSION') },
        });
        printNote(context, said(period, written));
        const { version, manifest, isNew } = written;
        done.push({ period, version, status: manifest.status, written: isNew });
      }
      return done;
    }),
  );
}

/** The month that runs, and the one before while nobody has closed it. */
async function openPeriods(home: ExportHome, { billing }: Config, { clock }: JobContext): Promise<readonly string[]> {
  const now = new Date(clock()).toISOString().slice(0, 7);
  const before = previousPeriod(now);
  const closed = (await listPeriods(home, billing.export_name)).some(
    ({ period, state }) => period === before && state === 'closed',
  );
  return closed ? [now] : [before, now];
}

function periodOf(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  const parsed = periodSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new AppError('INPUT_INVALID', 'the event of the job cannot be read', {
    where: 'period',
    expected: 'a month as YYYY-MM',
    got: JSON.stringify(given).slice(0, 80),
  });
}

/** The key the stack names by its ARN; undefined without one. Throws what reading a secret throws, INPUT_INVALID. */
async function deployedKey(config: Config, context: JobContext): Promise<KeyObject | undefined> {
  const arn = context.env.TENANTSCOPE_SIGNING_SECRET;
  if (arn === undefined || arn === '') return undefined;
  const text = await secretSources(config, context).cloud?.(arn);
  return readKey('env:SIGNING_KEY', 'private', { ...context, env: { SIGNING_KEY: text } });
}

function said(period: string, { isNew, folder, manifest }: WrittenPackage): string {
  return `${period}: ${isNew ? 'wrote' : 'nothing has changed in'} ${folder}; completeness: ${manifest.source.completeness}`;
}

/** The deployed function. */
export const handler = handlerOf(billingJob);
