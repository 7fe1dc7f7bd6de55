import type { Registry } from '../model/index.js';
import { compileRedaction, type Redactor } from './compileRedaction.js';

const compiled = new WeakMap<Registry, Redactor>();

/** The redactor of a registry snapshot, compiled once. */
export function redactorOf(registry: Registry): Redactor {
  const known = compiled.get(registry);
  if (known !== undefined) return known;
  const redactor = compileRedaction(registry.redaction);
  compiled.set(registry, redactor);
  return redactor;
}
