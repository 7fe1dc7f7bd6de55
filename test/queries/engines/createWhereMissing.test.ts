import { describe, expect, it } from 'vitest';
import { AppError } from '../../../model/index.js';
import { createWhereMissing } from '../../../queries/engines/createWhereMissing.js';

const NOTHING = { columns: [], rows: [], types: [] };
const failure = (got: string): AppError => new AppError('ENGINE_UNAVAILABLE', 'the query failed', { got });

/** A session whose first statements fail. */
function failing(...errors: readonly unknown[]) {
  const asked: string[] = [];
  const run = async (sql: string) => {
    asked.push(sql);
    const error = errors[asked.length - 1];
    if (error !== undefined) throw error;
    return NOTHING;
  };
  return { asked, run };
}

describe('createWhereMissing', () => {
  // Two ledger builds at once on Trino: one failed on the schema the other had just made.
  it.each([
    "ALREADY_EXISTS: Schema already exists: 'tenantscope_objects_717c33ae2c60'",
    "ALREADY_EXISTS: Table already exists: 'lake.objects'",
    'HIVE_METASTORE_ERROR: Table schema file already exists',
    'FAILED: AlreadyExistsException: Database tenantscope already exists',
  ])('asks again when somebody else made it meanwhile: %s', async (got) => {
    const session = failing(failure(got));
    await createWhereMissing(session, 'create schema if not exists s');
    expect(session.asked).toEqual(['create schema if not exists s', 'create schema if not exists s']);
  });

  it('fails when it is told so twice, or anything else', async () => {
    const twice = failing(failure('ALREADY_EXISTS: s'), failure('ALREADY_EXISTS: s'));
    await expect(createWhereMissing(twice, 'create schema if not exists s')).rejects.toThrow('ALREADY_EXISTS');
    const other = failing(failure('PERMISSION_DENIED: s'));
    await expect(createWhereMissing(other, 'create schema if not exists s')).rejects.toThrow('PERMISSION_DENIED');
    expect(other.asked).toHaveLength(1);
  });
});
