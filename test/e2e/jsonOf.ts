import { expect } from 'vitest';
import { envelopeSchema } from '../../cli/jsonEnvelope.js';

/**
 * The data a verb answered with `--json`. Fails unless stdout is its envelope and nothing else, of a dry run where one is expected.
 *
 * @example jsonOf(await tenantscopeOk(['tenant', 'list', '--json']))
 */
export function jsonOf(
  stdout: string,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): ReturnType<JSON['parse']> {
  return envelopeOf(stdout, { dryRun }).data;
}

/** The same with the rest of the envelope. */
export function envelopeOf(
  stdout: string,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): { readonly verb: string; readonly data: ReturnType<JSON['parse']>; readonly warnings: readonly string[] } {
  const envelope = envelopeSchema.parse(JSON.parse(stdout));
  expect(envelope.dry_run, `dry_run of ${envelope.verb}`).toBe(dryRun);
  return envelope;
}
