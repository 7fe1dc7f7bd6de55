import { AppError, type Incident } from '../../model/index.js';
import type { PolicyState } from './PolicyState.js';

const LEAST_PREFIX = 4;

/**
 * The incident a word means: its key (the open one, else the last that resolved), its id, or the first characters of the id, four at
 * least. Throws USAGE when there is none, or more than one.
 */
export function findIncident({ open, resolved }: PolicyState, word: string): Incident {
  const all = [...open, ...resolved.toReversed()];
  const byKey = all.find(({ key }) => key === word);
  if (byKey !== undefined) return byKey;
  const found = word.length < LEAST_PREFIX ? [] : all.filter(({ id }) => id.startsWith(word));
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  throw new AppError('USAGE', one === undefined ? 'no incident is called so' : 'more than one incident begins so', {
    expected: 'an id, its first characters (four at least), or a key such as acme/DynamoDB/up',
    got: word,
    hint: 'tenantscope incident list --all shows what is kept',
  });
}
