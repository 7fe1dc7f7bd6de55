import { httpStatus } from '../httpStatus.js';
import { isObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';

type Fields = Readonly<Record<string, unknown>>;

/** True for an event of the Kubernetes API server's audit log. */
export function isK8sAuditJson({ kind, apiVersion }: Fields): boolean {
  return kind === 'Event' && typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/');
}

/** An audit event. Its `level` says how much was recorded, so it is no severity. */
export function parseK8sAuditJson(app: Fields, text: string): ParsedText {
  const { kind: _kind, apiVersion: _version, requestURI: uri, userAgent, sourceIPs, ...others } = app;
  const stamp = [app.stageTimestamp, app.requestReceivedTimestamp].find((value) => typeof value === 'string');
  const target = textOf(uri) ?? '';
  const [path = '', query] = target.split('?', 2);
  return {
    ...PLAIN,
    format: 'k8s_audit',
    body: text,
    time: typeof stamp === 'string' ? (parseIsoTime(stamp) ?? null) : null,
    timeText: typeof stamp === 'string' ? stamp : null,
    path: path === '' ? null : path,
    status: isObject(app.responseStatus) ? httpStatus(app.responseStatus.code) : null,
    rest: {
      ...others,
      ...present({
        'client.address': Array.isArray(sourceIPs) ? textOf(sourceIPs[0]) : undefined,
        'user_agent.original': textOf(userAgent),
        'enduser.id': isObject(app.user) ? textOf(app.user.username) : undefined,
        'url.query': query,
      }),
    },
    app,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
