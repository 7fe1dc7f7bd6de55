import { isObject } from '../jsonObject.js';
import { readSeverity, type Severity } from '../severity.js';
import { shortJson } from '../shortJson.js';

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

/** Most characters the properties of a message take: a short line could ask for one of its values a million times. */
const RENDERED_LIMIT = 65_536;

/**
 * The message a template makes of its event's properties: a format's text is in `@r`, in the order of the template; a
 * property that is absent, or does not fit, leaves its hole as it is.
 */
export function renderTemplate(template: string, app: Fields): string {
  const renderings: readonly unknown[] = Array.isArray(app['@r']) ? app['@r'] : [];
  let rendered = 0;
  let room = RENDERED_LIMIT;
  return template.replace(HOLE, (hole: string, name: string | undefined, format: string | undefined) => {
    if (name === undefined) return hole.charAt(0);
    const ready = format === undefined ? undefined : renderings[rendered++];
    const value = typeof ready === 'string' ? ready : Object.hasOwn(app, name) ? app[name] : undefined;
    if (value === undefined || room <= 0) return hole;
    const text = isObject(value) || Array.isArray(value) ? shortJson(value) : String(value);
    room -= text.length;
    return room < 0 ? hole : text;
  });
}
