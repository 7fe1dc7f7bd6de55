import { type Config, messageOf } from '../../model/index.js';
import { type Check, checkOf } from './Check.js';

/** What of AWS is looked at, passed in. */
export interface AwsParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The file of shared credentials or of profiles is there. */
  readonly hasProfiles: boolean;
  /** Asked only with `--aws`. */
  readonly ask?: {
    /** Who the credentials are, by STS. */
    readonly identity: () => Promise<{ readonly account: string; readonly arn: string }>;
    /** The time on AWS's side, epoch milliseconds, by the Date of an answer; and now, when it came. */
    readonly time: () => Promise<{ readonly theirs: number; readonly ours: number }>;
  };
}

/** Signatures are refused beyond five minutes. */
const SKEW_MS = 300_000;
const WARN_SKEW_MS = 30_000;

/** Credentials and the clock against AWS's. Without `--aws` nothing is asked. */
export async function awsChecks(parts: AwsParts, config: Config): Promise<readonly Check[]> {
  return [
    await checkOf('credentials', () => credentialsCheck(parts, config)),
    ...(parts.ask === undefined ? [] : [await checkOf("clock against AWS's", () => skewCheck(parts.ask?.time))]),
  ];
}

async function credentialsCheck(parts: AwsParts, config: Config): Promise<Omit<Check, 'name'>> {
  const source = sourceOf(parts);
  const needs = needsAws(config);
  if (parts.ask === undefined) {
    if (source !== undefined) return { state: 'ok', found: `from ${source}; --aws asks whether they are good` };
    if (needs.length === 0) return { state: 'ok', found: 'none, and nothing in the project file needs them' };
    return {
      state: 'warning',
      found: `none found, and ${needs.join(', ')} needs them`,
      mend: 'aws configure sso, AWS_PROFILE, or a role of the instance or pod, which only --aws sees',
    };
  }
  try {
    const { account, arn } = await parts.ask.identity();
    return { state: 'ok', found: `${arn} of account ${account}` };
  } catch (error) {
    const said = messageOf(error);
    if (/region/i.test(said))
      return { state: 'wrong', found: `no usable region: ${said}`, mend: 'set AWS_REGION, or region in the profile' };
    const mend = source === undefined ? 'aws configure sso, or set AWS_PROFILE' : `renew those from ${source}`;
    return { state: 'wrong', found: `STS refuses: ${said}`, mend };
  }
}

/** Where the SDK's chain would find credentials first, as far as this shows without asking anybody. */
function sourceOf({ env, hasProfiles }: AwsParts): string | undefined {
  if (env.AWS_ACCESS_KEY_ID) return 'AWS_ACCESS_KEY_ID';
  if (env.AWS_PROFILE) return `the profile ${env.AWS_PROFILE}`;
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return 'AWS_WEB_IDENTITY_TOKEN_FILE';
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return 'the container';
  return hasProfiles ? 'the default profile' : undefined;
}

/** The keys of a project file that make some command talk to AWS. */
function needsAws({ lake, registry, engine, detection, alerts, report_schedules }: Config): readonly string[] {
  const cloud = (text: string | undefined): boolean => /^(?:s3|dynamodb):\/\//.test(text ?? '');
  const types = Object.values(alerts.channels).map(({ type }) => type);
  return [
    ...(cloud(lake) ? ['lake'] : []),
    ...(cloud(registry.from) ? ['registry.from'] : []),
    ...(engine.athena === undefined ? [] : ['engine.athena']),
    ...(cloud(detection.state) ? ['detection.state'] : []),
    ...(types.some((type) => ['mail', 'sns', 'eventbridge', 'cloudwatch'].includes(type)) ? ['alerts.channels'] : []),
    ...(report_schedules.some(({ deliver }) => deliver.some((to) => 's3' in to || 'mail' in to))
      ? ['report_schedules']
      : []),
  ];
}

async function skewCheck(
  time: (() => Promise<{ readonly theirs: number; readonly ours: number }>) | undefined,
): Promise<Omit<Check, 'name'>> {
  if (time === undefined) return { state: 'skipped', found: 'not asked' };
  const { theirs, ours } = await time();
  const skew = ours - theirs;
  const found = `${Math.abs(Math.round(skew / 1_000))} s ${skew < 0 ? 'behind' : 'ahead'}`;
  const mend = 'let NTP keep the time: AWS refuses signatures more than five minutes off';
  if (Math.abs(skew) >= SKEW_MS) return { state: 'wrong', found, mend };
  return Math.abs(skew) >= WARN_SKEW_MS ? { state: 'warning', found, mend } : { state: 'ok', found };
}
