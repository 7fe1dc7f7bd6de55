import { isObject } from '../jsonObject.js';
import { readSeverity, type Severity } from '../severity.js';

type Fields = Readonly<Record<string, unknown>>;

/** Serilog's compact log event format, told by its time and one of its two forms of a message. */
export function isClef(app: Fields): boolean {
  return (
    typeof app['@t'] === 'string' && (app['@mt'] !== undefined || app['@m'] !== undefined || app['@l'] !== undefined)
  );
}

/** CLEF leaves the level out for information; serilog's Verbose is the lowest level there is, unlike winston's. */
export function clefSeverity(level: unknown): Severity {
  const read = readSeverity(level ?? null);
  if (read.text === null) return { number: 9, text: null };
  return read.text.toLowerCase() === 'verbose' ? { ...read, number: 1 } : read;
}

const HOLE = /\{\{|\}\}|\{[@$]?([\p{L}\p{N}_]{1,128})(?:,-?\d{1,4})?(:[^{}]{1,64})?\}/gu;

/**
 * The message a template makes of its event's properties: a format's text is in `@r`, in the order of the template; a
 * property that is absent leaves its hole as it is.
 */
export function renderTemplate(template: string, app: Fields): string {
  const renderings: readonly unknown[] = Array.isArray(app['@r']) ? app['@r'] : [];
  let rendered = 0;
  return template.replace(HOLE, (hole: string, name: string | undefined, format: string | undefined) => {
    if (name === undefined) return hole.charAt(0);
    const ready = format === undefined ? undefined : renderings[rendered++];
    if (typeof ready === 'string') return ready;
    const value = Object.hasOwn(app, name) ? app[name] : undefined;
    if (value === undefined) return hole;
    return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  });
}
