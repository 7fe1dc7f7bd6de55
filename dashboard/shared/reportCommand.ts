import type { Window } from '../../model/index.js';

/** An instant as flags take it: `2026-11-23T10:00Z`. */
export function flagInstant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16)}Z`;
}

/** A word as a POSIX shell reads it: quoted where it has to be. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that asks a saved report for what the page shows. `flags` names the lake, with a blank before it. */
export function reportCommand(
  report: string,
  parameters: Readonly<Record<string, string>>,
  window: Window,
  flags: string,
): string {
  const given = Object.entries(parameters).map(([name, value]) => ` --param ${shellWord(`${name}=${value}`)}`);
  const span = `--since ${flagInstant(window.start)} --until ${flagInstant(window.end)}`;
  return `tenantscope report run ${report}${given.join('')} ${span}${flags}`;
}
