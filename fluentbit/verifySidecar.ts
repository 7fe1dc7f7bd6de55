import { isMap, LineCounter, parseAllDocuments, parseDocument } from 'yaml';
import { SIDECAR_FILES } from './renderSidecar.js';
import { SIDECAR_CONTAINER, SIDECAR_NAME } from './sidecarContainer.js';

/** One thing wrong in a rendered folder. */
export interface SidecarProblem {
  readonly file: string;
  readonly message: string;
}

/**
 * Checks a rendered folder for what a later edit could break: files that are missing or no YAML, a ConfigMap that carries
 * other bytes than the files beside it, and settings without which lines are lost or a tenant could be forged.
 *
 * @param files contents by name; a name of SIDECAR_FILES that is absent is a problem
 */
export function verifySidecar(files: ReadonlyMap<string, string>): readonly SidecarProblem[] {
  const problems: SidecarProblem[] = [];
  for (const file of SIDECAR_FILES) {
    const text = files.get(file);
    if (text === undefined) problems.push({ file, message: 'expected the file, got none; render the sidecar again' });
    else if (file.endsWith('.yaml') && !file.includes('/templates/')) problems.push(...yamlProblems(file, text));
  }
  if (problems.length > 0) return problems;
  return [
    ...configProblems(read(files, 'fluent-bit.yaml')),
    ...stampProblems(files.get('stamp.lua') ?? ''),
    ...configMapProblems(files),
    ...chartProblems(files),
    ...podProblems(read(files, 'pod-patch.yaml')),
  ];
}

function yamlProblems(file: string, text: string): readonly SidecarProblem[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  if (!Array.isArray(documents) || documents.length === 0) return [{ file, message: 'expected YAML, got nothing' }];
  return documents.flatMap((document) => {
    const errors = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { file: `${file}:${line}:${col}`, message: `expected YAML, got: ${error.message.split('\n')[0]}` };
    });
    return errors.length === 0 && !isMap(document.contents)
      ? [{ file, message: 'expected a mapping at the top' }]
      : errors;
  });
}

type Loose = { readonly [key: string]: unknown };

function read(files: ReadonlyMap<string, string>, name: string): Loose {
  return parseDocument(files.get(name) ?? '').toJS() as Loose;
}

/** The value at a path of keys and positions, or undefined. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Loose)[key] : undefined),
    value,
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function configProblems(config: Loose): readonly SidecarProblem[] {
  const problems: SidecarProblem[] = [];
  const expect = (what: string, got: unknown, wanted: unknown): void => {
    if (got === wanted) return;
    problems.push({
      file: 'fluent-bit.yaml',
      message: `${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got) ?? 'nothing'}`,
    });
  };
  const inputs = list(at(config, 'pipeline', 'inputs'));
  const filters = list(at(config, 'pipeline', 'filters'));
  const outputs = list(at(config, 'pipeline', 'outputs'));
  expect('service.http_listen', at(config, 'service', 'http_listen'), '127.0.0.1');
  expect('service.json.escape_unicode', at(config, 'service', 'json.escape_unicode'), false);
  expect('service.storage.keep.rejected', at(config, 'service', 'storage.keep.rejected'), true);
  expect('service.storage.checksum', at(config, 'service', 'storage.checksum'), false);
  expect('pipeline.inputs: a heartbeat', inputs.filter((input) => at(input, 'name') === 'dummy').length, 1);
  for (const tail of inputs.filter((input) => at(input, 'name') === 'tail')) {
    expect('tail.read_from_head', at(tail, 'read_from_head'), true);
    expect('tail.truncate_long_lines', at(tail, 'truncate_long_lines'), true);
    expect('tail.storage.type', at(tail, 'storage.type'), 'filesystem');
    expect('tail.key', at(tail, 'key'), 'log');
    expect('tail.path_key', at(tail, 'path_key'), 'file');
    expect('tail.offset_key', at(tail, 'offset_key'), 'offset');
    expect('tail.db is set', typeof at(tail, 'db'), 'string');
  }
  expect('pipeline.filters: the last is the stamp', at(filters.at(-1), 'call'), 'stamp');
  expect('pipeline.filters: the stamp matches everything', at(filters.at(-1), 'match'), '*');
  if (outputs.length === 0)
    problems.push({ file: 'fluent-bit.yaml', message: 'pipeline.outputs: expected one, got 0' });
  for (const output of outputs) expect('output.retry_limit', at(output, 'retry_limit'), 'no_limits');
  return problems;
}

function stampProblems(stamp: string): readonly SidecarProblem[] {
  const assigned = /^local TENANT = "(?:[a-z0-9_-]+)"$/m.test(stamp);
  return assigned ? [] : [{ file: 'stamp.lua', message: 'expected the tenant as a literal, got none' }];
}

function configMapProblems(files: ReadonlyMap<string, string>): readonly SidecarProblem[] {
  const map = read(files, 'config-map.yaml');
  return ['fluent-bit.yaml', 'stamp.lua']
    .filter((name) => at(map, 'data', name) !== files.get(name))
    .map((name) => ({ file: 'config-map.yaml', message: `data[${name}]: expected the bytes of ${name} beside it` }));
}

function chartProblems(files: ReadonlyMap<string, string>): readonly SidecarProblem[] {
  return ['fluent-bit.yaml', 'stamp.lua']
    .filter((name) => files.get(`chart/files/${name}`) !== files.get(name))
    .map((name) => ({ file: `chart/files/${name}`, message: `expected the bytes of ${name} above it` }));
}

function podProblems(patch: Loose): readonly SidecarProblem[] {
  const spec = at(patch, 'spec', 'template', 'spec');
  const sidecar = list(at(spec, 'initContainers')).find((entry) => at(entry, 'name') === SIDECAR_CONTAINER);
  const wanted: readonly (readonly [string, unknown, unknown])[] = [
    ['serviceAccountName', at(spec, 'serviceAccountName'), SIDECAR_NAME],
    ['the sidecar: restartPolicy', at(sidecar, 'restartPolicy'), 'Always'],
    ['the sidecar: runAsNonRoot', at(sidecar, 'securityContext', 'runAsNonRoot'), true],
    ['the sidecar: readOnlyRootFilesystem', at(sidecar, 'securityContext', 'readOnlyRootFilesystem'), true],
    ['the sidecar: allowPrivilegeEscalation', at(sidecar, 'securityContext', 'allowPrivilegeEscalation'), false],
  ];
  return wanted
    .filter(([, got, expected]) => got !== expected)
    .map(([what, got, expected]) => ({
      file: 'pod-patch.yaml',
      message: `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got) ?? 'nothing'}`,
    }));
}
