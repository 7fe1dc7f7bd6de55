/** The cells a tenant takes a place in: until a move is finished, lines come by the streams of both. */
export function cellsOfTenant({
  cell,
  moving_from,
}: {
  readonly cell: string;
  readonly moving_from?: string | undefined;
}): readonly string[] {
  return moving_from === undefined || moving_from === cell ? [cell] : [cell, moving_from];
}
