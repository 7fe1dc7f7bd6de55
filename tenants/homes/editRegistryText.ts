import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { AppError } from '../../model/index.js';
import { edited, type TenantEdit } from '../RegistryState.js';

/**
 * The text of a YAML or JSON document with an edit in its key `tenants`. Of YAML the comments, the order and all that the edit does not
 * name stay. The text must be valid; whether the result is, is for the caller to check. Throws INPUT_INVALID for a tenant that is
 * not written as a mapping of its own.
 */
export function editRegistryText(text: string, edit: TenantEdit): string {
  const json = asJson(text);
  if (json !== undefined) return editJson(json, edit);
  const document = parseDocument(text);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  const tenants = document.get('tenants', true);
  if (edit.create) {
    const entry = document.createNode(edited({}, edit)) as YAMLMap;
    for (const { value } of entry.items) if (isSeq(value)) value.flow = true;
    if (isSeq(tenants)) {
      tenants.flow = false;
      tenants.add(entry);
    } else document.set('tenants', document.createNode([entry]));
  } else {
    const entry = isSeq(tenants)
      ? tenants.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === edit.id)
      : undefined;
    if (entry === undefined) {
      throw new AppError('INPUT_INVALID', `the tenant ${edit.id} is not written as a mapping of its own`, {
        expected: 'an entry of tenants with its id',
        got: 'an alias, or a merge',
        hint: 'write it out, and run the command again',
      });
    }
    for (const [key, value] of Object.entries(edit.fields)) setIn(document, entry, key, value);
  }
  return document.toString({ lineWidth: 0 });
}

/** Sets a key so that what stands there already keeps its comments and its style. */
function setIn(document: Document, map: YAMLMap, key: string, value: unknown): void {
  if (value === undefined) {
    map.delete(key);
    return;
  }
  const node = map.get(key, true);
  if (isScalar(node) && (typeof value === 'string' || typeof value === 'number')) node.value = value;
  else if (isSeq(node) && Array.isArray(value)) {
    const had = node.items.map((item) => (isScalar(item) ? item.value : item));
    node.items = [
      ...node.items.filter((_, index) => value.includes(had[index])),
      ...value.filter((item) => !had.includes(item)).map((item) => document.createNode(item)),
    ];
  } else if (isMap(node) && typeof value === 'object' && value !== null) {
    const keys = node.items.map((item) => String(isScalar(item.key) ? item.key.value : item.key));
    for (const gone of keys.filter((name) => !(name in value))) node.delete(gone);
    for (const [inner, entry] of Object.entries(value)) setIn(document, node as YAMLMap, inner, entry);
  } else {
    const created = document.createNode(value);
    if (isSeq(created)) created.flow = true;
    map.set(key, created);
  }
}

interface JsonDocument {
  readonly tenants?: readonly Readonly<Record<string, unknown>>[];
}

function asJson(text: string): JsonDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function editJson(document: JsonDocument, edit: TenantEdit): string {
  const { tenants = [] } = document;
  const next = edit.create
    ? [...tenants, edited({}, edit)]
    : tenants.map((tenant) => (tenant.id === edit.id ? edited(tenant, edit) : tenant));
  return `${JSON.stringify({ ...document, tenants: next }, null, 2)}\n`;
}
