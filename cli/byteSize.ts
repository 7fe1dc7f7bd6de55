import { AppError } from '../model/index.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Reads a size such as `10GB` (10^9 bytes), `1.5TB`, `512MiB` (2^20) or a plain number of bytes. Throws USAGE. */
export function readByteSize(flag: string, text: string): number {
  const [, number = '', prefix = '', binary = ''] = /^(\d{1,12}(?:\.\d{1,6})?)\s*([KMGTP]?)(i?)B?$/i.exec(text) ?? [];
  const power = (UNITS as readonly string[]).indexOf(`${prefix.toUpperCase()}B`);
  const bytes = Number(number) * (binary === '' ? 1000 : 1024) ** power;
  if (number === '' || (binary !== '' && prefix === '') || !Number.isSafeInteger(Math.floor(bytes))) {
    throw new AppError('USAGE', `${flag} is not usable`, {
      expected: 'a size such as 500MB, 10GB or 1.5TB',
      got: JSON.stringify(text.slice(0, 80)),
    });
  }
  return Math.floor(bytes);
}

/** A number of bytes as people read it: `12.3 MB`, of 10^6 bytes. */
export function byteText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return power === 0 ? `${bytes} B` : `${value.toFixed(1)} ${UNITS[power]}`;
}
