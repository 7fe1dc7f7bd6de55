import { ERROR, type TraceReader } from './Thrown.js';

const FIRST = /^(?:PHP )?Fatal error: {1,2}Uncaught ([A-Za-z_\\][\w\\]{0,254})(?:: )?/;
const PLACE = / ?in \S{1,1024}:\d{1,7}$/;

/** PHP: `PHP Fatal error:  Uncaught Type: message in file:line`, and `Stack trace:` below it. */
export const readPhpTrace: TraceReader = (text, first) => {
  const match = FIRST.exec(first);
  if (match === null || !text.includes('\nStack trace:\n#')) return undefined;
  const said = first.slice(match[0].length);
  // The place is at the end; what is before it may be long.
  const place = PLACE.exec(said.slice(-1100))?.[0].length ?? 0;
  return { type: match[1] ?? null, message: said.slice(0, said.length - place), severity: ERROR };
};
