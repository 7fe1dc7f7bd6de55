import type { MemoryDuckDb } from '../../queries/index.js';

/**
 * Looks for rows whose cost is not price × quantity to the last digit. In integers of any length: the product of two decimals
 * of 38 digits fits in no engine's decimal. Rows that lack one of the three are passed over.
 *
 * @param source SQL of a relation whose columns are text
 */
export async function findWrongProduct(
  connection: MemoryDuckDb['connection'],
  source: string,
  price: string,
  quantity: string,
  cost: string,
): Promise<{ readonly rows: number; readonly example: string } | undefined> {
  const given = [price, quantity, cost].map((name) => `"${name}" is not null`).join(' and ');
  const result = await connection.stream(
    `select "${price}", "${quantity}", "${cost}", count(*) from ${source} where ${given} group by all`,
  );
  let rows = 0;
  let example = '';
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const [a, b, c, count] of chunk.getRows()) {
      if (isProduct(String(a), String(b), String(c))) continue;
      rows += Number(count);
      example ||= `${price}=${String(a)} ${quantity}=${String(b)} ${cost}=${String(c)}`;
    }
  }
  return rows === 0 ? undefined : { rows, example };
}

/** Whether a × b = c, exactly, of decimals as text. What is no decimal is no product. */
export function isProduct(a: string, b: string, c: string): boolean {
  const [left, right, product] = [a, b, c].map(scaled);
  if (left === undefined || right === undefined || product === undefined) return false;
  const scale = left.scale + right.scale;
  return scale >= product.scale
    ? left.digits * right.digits === product.digits * 10n ** BigInt(scale - product.scale)
    : left.digits * right.digits * 10n ** BigInt(product.scale - scale) === product.digits;
}

function scaled(text: string): { readonly digits: bigint; readonly scale: number } | undefined {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}
