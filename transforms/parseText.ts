import { parseAccessLine } from './formats/accessLine.js';
import { parseAwsJson, parseAwsLine } from './formats/awsLine.js';
import { isEnvoyJson, parseEnvoyJson } from './formats/envoyJson.js';
import { parseEnvoyLine } from './formats/envoyLine.js';
import { parseKlog } from './formats/klog.js';
import { readLogfmt } from './formats/logfmt.js';
import { parseApp } from './formats/loggerJson.js';
import { parseMysqlLine } from './formats/mysqlLine.js';
import { parseNginxError } from './formats/nginxError.js';
import { parseServerJson } from './formats/serverJson.js';
import { parseStackTrace } from './formats/stackTrace.js';
import { parseSyslog } from './formats/syslog.js';
import { isTraefikJson, parseTraefikJson } from './formats/traefikJson.js';
import { rewrapped, unwrapLine } from './formats/wrappedLine.js';
import { jsonObject } from './jsonObject.js';
import { type ParsedText, PLAIN } from './ParsedText.js';

/**
 * Recognises the text of a line, without configuration: a JSON object (embedded metrics, the access logs of traefik, Envoy and
 * Caddy, MongoDB's and Kubernetes' audit log among them), an access line (nginx, Apache, traefik, Envoy, ALB, S3), a Lambda
 * report, klog, MySQL's and nginx's error logs, syslog, logfmt, a stack trace, or plain text; what a container runtime wrote
 * around a line is taken off first. AWS's own lines are metered only when an importer read them: a pod may print what it likes.
 *
 * @param reference when the line was seen, epoch milliseconds: formats without a year are dated by it
 */
export function parseText(text: string, reference: number): ParsedText {
  const wrapped = unwrapLine(text);
  return wrapped === undefined ? parseLine(text, reference) : rewrapped(parseLine(wrapped.line, reference), wrapped);
}

function parseLine(text: string, reference: number): ParsedText {
  const trimmed = text.trimEnd();
  if (trimmed.startsWith('{') && trimmed.endsWith('}')) {
    const app = jsonObject(trimmed);
    if (app !== undefined) {
      if (isTraefikJson(app)) return parseTraefikJson(app, trimmed);
      if (isEnvoyJson(app)) return parseEnvoyJson(app, trimmed);
      return parseServerJson(app, trimmed) ?? parseAwsJson(app, trimmed) ?? parseApp(app);
    }
  }
  const known =
    parseAccessLine(trimmed) ??
    parseEnvoyLine(trimmed) ??
    parseKlog(trimmed, reference) ??
    parseMysqlLine(trimmed) ??
    parseNginxError(trimmed) ??
    parseSyslog(trimmed, reference) ??
    parseAwsLine(trimmed) ??
    parseStackTrace(trimmed);
  if (known !== undefined) return known;
  const pairs = readLogfmt(trimmed);
  // Its values are texts: usage is metered from JSON, where a number is one.
  if (pairs !== undefined) return { ...parseApp(pairs), format: 'logfmt', app: undefined };
  return { ...PLAIN, body: trimmed };
}
