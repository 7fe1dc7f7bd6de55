import { AppError } from '../model/index.js';

/** Reads a whole number given to a flag. Throws USAGE naming the flag, the range and what came. */
export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < min || value > max) {
    throw new AppError('USAGE', `${flag} is not usable`, {
      expected: `a whole number from ${min} to ${max}`,
      got: JSON.stringify(text),
    });
  }
  return value;
}
