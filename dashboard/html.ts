import { escapeHtml } from '../model/index.js';

/** Text that is HTML already. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Marks text as HTML: only for what this project wrote itself. */
export function trusted(text: string): Html {
  return new Html(text);
}

function show(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(show).join('');
  return escapeHtml(String(value ?? ''));
}

/** A template whose values are escaped, unless they are {@link Html}; arrays are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return new Html(
    parts.reduce((text, part, index) => text + part + (index < values.length ? show(values[index]) : ''), ''),
  );
}
