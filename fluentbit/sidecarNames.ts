/** What a name may be that goes into manifests and scripts, by the flag that gives it: refused before it is rendered anywhere. */
export const SIDECAR_NAMES = {
  container: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  namespace: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  cluster: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
  region: /^[a-z]{2}(-[a-z]+)+-\d$/,
  stream: /^[a-zA-Z0-9_.-]{1,128}$/,
  image: /^[a-z0-9][a-zA-Z0-9._:/@-]{0,511}$/,
  'role-arn': /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
} as const satisfies Readonly<Record<string, RegExp>>;
