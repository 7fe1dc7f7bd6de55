import type { Finding } from './Finding.js';
import { type Grammar, loadGrammar } from './loadGrammar.js';
import type { PlaceOf } from './parseTrino.js';
import type { Expression, Query, Refused } from './Statement.js';
import type {
  BooleanExpressionContext,
  ExpressionContext,
  IdentifierContext,
  ParserRuleContext,
  QueryContext,
  Token,
  ValueExpressionContext,
} from './trinoGrammar.js';

/** How the parts of the tree that can stand anywhere below are read. */
export interface Readers {
  readonly query: (reader: TreeReader, context: QueryContext) => Query;
  readonly expression: (reader: TreeReader, context: ExpressionContext) => Expression;
  readonly condition: (reader: TreeReader, context: BooleanExpressionContext) => Expression;
  readonly value: (reader: TreeReader, context: ValueExpressionContext) => Expression;
}

/** What the readers of the tree share: the grammar's classes, where things stand, and what was refused on the way. */
export class TreeReader {
  readonly grammar: Grammar = loadGrammar();
  readonly findings: Finding[] = [];

  /** The placeholder whose stand-in begins at an offset. */
  readonly parameterAt: (at: number) => string | undefined;
  readonly #readers: Readers;
  readonly #placeOf: PlaceOf;

  constructor(readers: Readers, placeOf: PlaceOf, parameterAt: (at: number) => string | undefined) {
    this.#readers = readers;
    this.#placeOf = placeOf;
    this.parameterAt = parameterAt;
  }

  query(context: QueryContext): Query {
    return this.#readers.query(this, context);
  }

  expression(context: ExpressionContext): Expression {
    return this.#readers.expression(this, context);
  }

  /** A condition, or any other expression where a condition could stand. */
  condition(context: BooleanExpressionContext): Expression {
    return this.#readers.condition(this, context);
  }

  /** What stands on either side of a comparison. */
  value(context: ValueExpressionContext): Expression {
    return this.#readers.value(this, context);
  }

  at(part: ParserRuleContext | Token): { readonly at: number } {
    return { at: this.#placeOf(part) };
  }

  /** Notes that a construct is not used in reports, and what to write instead. */
  refuse(part: ParserRuleContext | Token, what: string, instead: string): Refused {
    const { at } = this.at(part);
    this.findings.push({ at, message: `${what}: use ${instead}` });
    return { kind: 'refused', at };
  }

  /** A name, in lower case as both engines compare names. */
  name(identifier: IdentifierContext): string {
    if (!(identifier instanceof this.grammar.UnquotedIdentifierContext)) {
      this.refuse(identifier, 'quoted names', 'plain names in lower case');
    }
    return identifier.getText().toLowerCase();
  }
}
