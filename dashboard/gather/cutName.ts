/** Longest name that is told in full: an application may print any. */
const LONGEST_NAME = 200;

/** A name that an application printed, cut where it is too long for a page. */
export const cutName = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
