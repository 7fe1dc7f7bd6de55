/** A statement with literals in the place of its placeholders, and the way back to the text it was. */
export interface StandInText {
  readonly text: string;
  /** The offset in the original of what stands at an offset here. */
  readonly originOf: (at: number) => number;
  /** The placeholder, without its braces, whose literal begins at an offset here. */
  readonly parameterAt: (at: number) => string | undefined;
}

interface Piece {
  /** Where the literal begins and ends here, and where the placeholder does in the original. */
  readonly from: number;
  readonly to: number;
  readonly originFrom: number;
  readonly originTo: number;
  readonly name: string;
}

/** Puts a literal in the place of each placeholder, so that a grammar that knows no placeholders can read the text. */
export function withStandIns(
  original: string,
  placeholder: RegExp,
  literalOf: (name: string, part: string | undefined) => string,
): StandInText {
  const pieces: Piece[] = [];
  let shift = 0;
  const text = original.replace(placeholder, (found: string, name: string, part: string | undefined, at: number) => {
    const literal = literalOf(name, part);
    const from = at + shift;
    pieces.push({
      from,
      to: from + literal.length,
      originFrom: at,
      originTo: at + found.length,
      name: found.slice(2, -2),
    });
    shift += literal.length - found.length;
    return literal;
  });
  return {
    text,
    originOf: (at) => {
      const before = pieces.findLast(({ from }) => from <= at);
      if (before === undefined) return at;
      return at < before.to ? before.originFrom : at - before.to + before.originTo;
    },
    parameterAt: (at) => pieces.find(({ from }) => from === at)?.name,
  };
}
