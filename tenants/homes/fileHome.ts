import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import {
  AppError,
  type Config,
  configInvalid,
  formatProblem,
  type ParsedConfig,
  parseConfig,
  systemCode,
} from '../../model/index.js';
import type { KnownCell, RegistryState, WrittenTenant } from '../RegistryState.js';
import { editRegistryText } from './editRegistryText.js';
import type { RegistryHome } from './RegistryHome.js';
import { refuseEdit } from './refuseEdit.js';

/** A registry in a file. */
export interface FileHome {
  readonly file: string;
  /** Plans of the tenantscope.yaml that names the file, when it is another: they may stand in either. */
  readonly plans?: Config['plans'];
  /** Cells of deployment.yaml. */
  readonly cells: readonly KnownCell[];
}

interface FileState extends RegistryState {
  readonly text: string;
}

/**
 * A registry in a tenantscope.yaml, or in the file it names. A change is written beside it and put in its place, so that nobody
 * sees half of it; two commands at once do not both write.
 */
export function fileHome({ file, plans, cells }: FileHome): RegistryHome {
  const parse = (text: string): ParsedConfig =>
    parseConfig(text, file, plans === undefined || hasKey(text, 'plans') ? {} : { plans });
  const read = async (): Promise<FileState> => {
    const text = await textOf(file);
    const parsed = parse(text);
    if (!parsed.ok) throw configInvalid(file, parsed.problems);
    const { config } = parsed;
    return {
      version: text,
      text,
      tenants: config.tenants,
      written: writtenTenants(text),
      plans: config.plans,
      sharedNamespaces: config.shared_namespaces,
      cells,
    };
  };
  return {
    name: file,
    read,
    prepare: ({ version: text }, edit) => {
      const next = editRegistryText(text, edit);
      const parsed = parse(next);
      if (!parsed.ok) throw refuseEdit(edit.id, file, parsed.problems.map(formatProblem));
      return { write: () => replaceText(file, text, next) };
    },
  };
}

const hasKey = (text: string, key: string): boolean => parseDocument(text).has(key);

function writtenTenants(text: string): ReadonlyMap<string, WrittenTenant> {
  const { tenants = [] } = (parseDocument(text).toJS() ?? {}) as { tenants?: readonly WrittenTenant[] };
  return new Map(tenants.map((tenant) => [String(tenant.id), tenant]));
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read the registry', {
      got: file,
      hint: 'check the path, or write a new file with: tenantscope init',
      cause,
    });
  });
}

/** Puts a text in the place of the one that was read. False when another stands there now. */
async function replaceText(name: string, was: string, next: string): Promise<boolean> {
  try {
    // A link goes on pointing where it did.
    const file = await realpath(name);
    const { mode } = await stat(file);
    const beside = `${file}.tmp`;
    await writeFile(beside, next, { flag: 'wx', mode }).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
      throw new AppError('LAKE_BUSY', 'another command is writing the registry', {
        got: beside,
        hint: 'wait for it; when none is running, one was killed: remove that file',
      });
    });
    try {
      if ((await readFile(file, 'utf8')) === was) {
        await rename(beside, file);
        return true;
      }
      await rm(beside);
      return false;
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('WRITE_FAILED', 'cannot write the registry', {
      got: systemCode(error) ?? name,
      hint: `${name} is as it was; check free space and permissions`,
      cause: error,
    });
  }
}
