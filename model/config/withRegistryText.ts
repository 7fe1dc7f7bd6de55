import { parseDocument } from 'yaml';
import { AppError } from '../errors/AppError.js';
import type { Config } from './configSchema.js';
import { parseConfigOrThrow } from './parseConfig.js';

const KEYS = ['tenants', 'plans', 'shared_namespaces'] as const;

/**
 * The configuration with the tenants, plans and shared namespaces of a registry document (YAML or JSON), checked as those of
 * tenantscope.yaml are. Plans may stand in either place. Throws CONFIG_INVALID, which names `source` and the line; a document
 * without the key `tenants` is none: an empty file must not turn every tenant into an unknown one.
 *
 * @param source what the document was read from, for messages
 */
export function withRegistryText(config: Config, text: string, source: string): Config {
  const read: unknown = parseDocument(text).toJS();
  if (typeof read !== 'object' || read === null || !('tenants' in read)) {
    throw new AppError('CONFIG_INVALID', `no tenants in the registry ${source}`, {
      expected: 'a document with the key tenants',
      hint: `its keys are ${KEYS.join(', ')}`,
    });
  }
  const foreign = Object.keys(read).filter((key) => !KEYS.some((known) => known === key));
  if (foreign.length > 0) {
    throw new AppError('CONFIG_INVALID', `keys in the registry ${source} that do not belong there`, {
      expected: KEYS.join(', '),
      got: foreign.join(', '),
    });
  }
  const given = parseConfigOrThrow(text, source, 'plans' in read ? {} : { plans: config.plans });
  const { tenants, plans, shared_namespaces } = given;
  return { ...config, tenants, plans, shared_namespaces };
}
