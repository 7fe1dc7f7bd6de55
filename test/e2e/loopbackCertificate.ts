import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Files of a key pair for a server on the loopback address, made with openssl; the certificate is its own authority. */
export function loopbackCertificate(folder: string): { readonly key: string; readonly ca: string } {
  const [key, ca] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', ca, '-days', '2', ...subject], {
    stdio: 'ignore',
  });
  return { key, ca };
}
