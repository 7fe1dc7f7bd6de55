import { expect, it } from 'vitest';
import { whileListed } from '../../../queries/engines/whileListed.js';
import { MERGED_GRACE_MS } from '../../../queries/ledger/removeMerged.js';

it('an engine stops answering well before the files it listed may go', async () => {
  let now = 0;
  const answer = { columns: [], rows: [] };
  const query = whileListed(
    async () => answer,
    () => now,
  );
  now = MERGED_GRACE_MS / 2 - 1;
  expect(await query('select 1')).toBe(answer);
  now = MERGED_GRACE_MS / 2;
  await expect(query('select 1')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});
