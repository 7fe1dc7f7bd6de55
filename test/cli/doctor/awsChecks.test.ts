import { describe, expect, it } from 'vitest';
import { type AwsParts, awsChecks } from '../../../cli/doctor/awsChecks.js';
import { configSchema } from '../../../model/index.js';

const PLAIN = configSchema.parse({});
const CLOUD = configSchema.parse({ lake: 's3://bucket/lake', registry: { from: 'dynamodb://tenants' } });
const NONE: AwsParts = { env: {}, hasProfiles: false };

describe('awsChecks', () => {
  it('asks nobody without --aws: where credentials would come from, and who needs them', async () => {
    expect(await awsChecks(NONE, PLAIN)).toEqual([
      { name: 'credentials', state: 'ok', found: 'none, and nothing in the project file needs them' },
    ]);
    const [missing] = await awsChecks(NONE, CLOUD);
    expect(missing).toMatchObject({ state: 'warning', found: 'none found, and lake, registry.from needs them' });
    for (const env of [{ AWS_PROFILE: 'prod' }, { AWS_ACCESS_KEY_ID: 'x' }, { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }]) {
      const [found] = await awsChecks({ env, hasProfiles: false }, CLOUD);
      expect(found?.state).toBe('ok');
    }
  });

  it('shows no secret of the environment', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIASECRET', AWS_SECRET_ACCESS_KEY: 'hunter2' };
    expect(JSON.stringify(await awsChecks({ env, hasProfiles: false }, CLOUD))).not.toMatch(/AKIASECRET|hunter2/);
  });

  it('with --aws tells who the credentials are, or that they are refused', async () => {
    const time = async () => ({ theirs: 0, ours: 1_000 });
    const identity = async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/kim' });
    const [known, clock] = await awsChecks({ ...NONE, ask: { identity, time } }, PLAIN);
    expect(known).toMatchObject({ state: 'ok', found: 'arn:aws:iam::123456789012:user/kim of account 123456789012' });
    expect(clock).toMatchObject({ state: 'ok', found: '1 s ahead' });
    const expired = () => Promise.reject(new Error('The security token included in the request is expired'));
    const [refused] = await awsChecks(
      { env: { AWS_PROFILE: 'prod' }, hasProfiles: true, ask: { identity: expired, time } },
      PLAIN,
    );
    expect(refused).toMatchObject({ state: 'wrong', mend: 'renew those from the profile prod' });
    const nowhere = () => Promise.reject(new Error('Region is missing'));
    const [lost] = await awsChecks({ ...NONE, ask: { identity: nowhere, time } }, PLAIN);
    expect(lost).toMatchObject({ state: 'wrong', mend: 'set AWS_REGION, or region in the profile' });
  });

  it.each([
    [0, 'ok'],
    [-45_000, 'warning'],
    [301_000, 'wrong'],
  ])('a clock %d ms off is %s', async (ours, state) => {
    const identity = async () => ({ account: '1', arn: 'a' });
    const [, clock] = await awsChecks({ ...NONE, ask: { identity, time: async () => ({ theirs: 0, ours }) } }, PLAIN);
    expect(clock?.state).toBe(state);
  });
});
