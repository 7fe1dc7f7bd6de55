import { type ImportSummary, NAMELESS } from '../ingest/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { counted } from './counted.js';
import { formatDelivery } from './formatDelivery.js';

/** Names of what is nobody's that are told; the report `unattributed` has all of them. */
const TOLD = 5;

/** Says what an import did, or in a dry run would do, and what of it somebody has still to say something about. */
export function noteImport(summary: ImportSummary, context: CliContext, dryRun: boolean): void {
  const { files, lines, skipped, failed } = summary;
  printNote(
    context,
    `${counted(files, 'file')}, ${counted(lines, 'line')}, ${skipped} comments and control messages, ${counted(failed.length, 'file')} failed`,
  );
  for (const { reason } of failed.slice(0, 20)) printNote(context, `  ${reason}`);
  for (const delivery of summary.deliveries ?? []) printNote(context, formatDelivery(delivery, dryRun));
  if (summary.written !== undefined)
    printNote(context, `${summary.written.written} records ${dryRun ? 'would be ' : ''}written to the stream`);
  for (const line of openQuestions(summary)) printNote(context, `note: ${line}`);
}

/** What keeps lines from being counted for a tenant, or in their hour, each with what to do about it. */
export function openQuestions({ found, lines, source }: ImportSummary): readonly string[] {
  if (found === undefined || lines === 0) return [];
  const said: string[] = [];
  const others = Object.entries(found.otherSource);
  for (const [format, count] of others)
    said.push(
      `${counted(count, 'line')} are of ${format}, and count when tenantscope import ${format.replace('_', '-')} reads the file`,
    );
  if (source === 'logs' && found.counted === 0 && others.length === 0)
    said.push(
      'nothing in these lines is counted: none is an access line, and no meter of tenantscope.yaml reads them; say what counts under meters (docs/configuration.md)',
    );
  const nobody = Object.entries(found.nobody);
  const total = nobody.reduce((sum, [, count]) => sum + count, 0);
  if (total > 0) {
    const named = nobody.filter(([name]) => name !== NAMELESS);
    const examples = named.slice(0, TOLD).map(([name, count]) => `${name} (${count})`);
    const more = named.length > TOLD ? `, and ${named.length - TOLD} more` : '';
    const nameless = found.nobody[NAMELESS] ?? 0;
    const none = nameless === 0 ? [] : [`${counted(nameless, 'line')} name neither host, path, table nor tenant`];
    said.push(
      `the usage of ${counted(total, 'line')} is nobody's yet (_unknown): ${[`${examples.join(', ')}${more}`, ...none].filter((part) => part !== '').join('; ')}`,
    );
    if (named.length > 0)
      said.push(
        'register whose that is, a tenant by its id, the rest under tenants[].resources; then: tenantscope replay --reason unknown-tenant',
      );
    if (nameless > 0)
      said.push('where lines name the tenant under another key, say which before you import: identity.tenant_keys');
  }
  if (found.untimed > 0)
    said.push(`${counted(found.untimed, 'line')} tell no time, or no year, and count as of this import`);
  return said;
}
