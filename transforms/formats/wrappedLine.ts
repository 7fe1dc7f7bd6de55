import { jsonObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';

/** A line inside what a container runtime wrote around it. */
export interface WrappedLine {
  readonly line: string;
  /** What the runtime said of it. */
  readonly around: ParsedText;
}

// CRI: time, stream, F for a full line or P for a part of one, the line.
const CRI = /^(\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP]) /;
const DOCKER = '{"log":"';

/** The line inside one of a runtime's own files, CRI's or Docker's json-file, as a pod that reads them prints it. */
export function unwrapLine(text: string): WrappedLine | undefined {
  if (text.startsWith(DOCKER)) return unwrapDocker(text);
  const match = text.charCodeAt(10) === 84 ? CRI.exec(text) : null;
  if (match === null) return undefined;
  const [whole, time = '', stream = '', tag = ''] = match;
  const rest = { 'log.iostream': stream, 'cri.time': time, 'cri.tag': tag };
  return { line: text.slice(whole.length), around: stamped(time, rest) };
}

function unwrapDocker(text: string): WrappedLine | undefined {
  const { log, stream, time } = jsonObject(text.trimEnd()) ?? {};
  if (typeof log !== 'string' || typeof time !== 'string') return undefined;
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  return { line: log, around: stamped(time, { 'log.iostream': stream, 'docker.time': time }) };
}

function stamped(timeText: string, rest: Readonly<Record<string, string>>): ParsedText {
  return { ...PLAIN, time: parseIsoTime(timeText) ?? null, timeText, rest };
}

/** The line's own words, with the runtime's time where it has none. */
export function rewrapped(parsed: ParsedText, { around }: WrappedLine): ParsedText {
  const dated = parsed.time === null ? { time: around.time, timeText: around.timeText } : {};
  return { ...parsed, ...dated, copied: true, rest: { ...parsed.rest, ...around.rest } };
}
