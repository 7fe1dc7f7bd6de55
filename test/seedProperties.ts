import fc from 'fast-check';

/**
 * Property tests try the same cases at every run, so that main does not turn red by chance on a change that has nothing to do
 * with it. `TENANTSCOPE_SEED=random` (or a number) tries others: what is found so becomes a test of its own.
 */
const given = process.env.TENANTSCOPE_SEED ?? '20261127';
if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
