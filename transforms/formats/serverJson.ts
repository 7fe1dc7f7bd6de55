import type { ParsedText } from '../ParsedText.js';
import { isCaddyJson, parseCaddyJson } from './caddyJson.js';
import { isK8sAuditJson, parseK8sAuditJson } from './k8sAuditJson.js';
import { isMongoJson, parseMongoJson } from './mongoJson.js';
import { isNginxJson, parseNginxJson } from './nginxJson.js';

/** The JSON of servers whose fields mean something else than a logger's: Caddy, nginx, MongoDB, the Kubernetes audit log. */
export function parseServerJson(app: Readonly<Record<string, unknown>>, text: string): ParsedText | undefined {
  if (isCaddyJson(app)) return parseCaddyJson(app, text);
  if (isNginxJson(app)) return parseNginxJson(app, text);
  if (isMongoJson(app)) return parseMongoJson(app);
  return isK8sAuditJson(app) ? parseK8sAuditJson(app, text) : undefined;
}
