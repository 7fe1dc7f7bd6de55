import { envelopeSchema, NO_JSON, REPORT_VERBS, reportDocumentSchema, STREAM_VERBS } from '../../cli/jsonEnvelope.js';
import { code, page, table } from './markdown.js';

/** What verbs print with `--json`, key by key. */
export function jsonReference(): string {
  return page(
    'JSON of commands',
    'cli/jsonEnvelope.ts',
    'What a command prints on stdout with `--json`. How to read it is in [json.md](../json.md); what is in `data` is each command’s own.',
    '## The envelope',
    keysOf(envelopeSchema.shape),
    '## The document of a report',
    verbsOf(REPORT_VERBS, 'when'),
    keysOf(reportDocumentSchema.shape),
    '## Many objects, one a line',
    'NDJSON, without the envelope, each as it comes.',
    verbsOf(STREAM_VERBS, 'an object is'),
    '## Without `--json`',
    verbsOf(NO_JSON, 'why'),
  );
}

function keysOf(shape: Readonly<Record<string, { readonly description?: string | undefined }>>): string {
  return table(
    ['key', 'meaning'],
    Object.entries(shape).map(([name, { description }]) => {
      if (description === undefined) throw new Error(`cli/jsonEnvelope.ts: describe ${name}`);
      return [code(name), description];
    }),
  );
}

const verbsOf = (verbs: Readonly<Record<string, string>>, says: string): string =>
  table(
    ['command', says],
    Object.entries(verbs).map(([path, text]) => [`[${code(path)}](cli.md#${path.replaceAll(' ', '-')})`, text]),
  );
