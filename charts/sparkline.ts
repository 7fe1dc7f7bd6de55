/**
 * The path of a small line over `values`, from the left to the right of a box, zero at its bottom. Empty where nothing is known
 * stays empty: the line begins anew behind it. Undefined without any value.
 */
export function sparklinePath(
  values: readonly (number | null)[],
  box: { readonly width: number; readonly height: number },
): string | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return undefined;
  const greatest = Math.max(...known, 0);
  const step = values.length > 1 ? box.width / (values.length - 1) : 0;
  const y = (value: number): number => (greatest === 0 ? box.height : box.height * (1 - value / greatest));
  let drawing = false;
  const parts = values.map((value, place) => {
    if (value === null) {
      drawing = false;
      return '';
    }
    const at = `${(place * step).toFixed(1)} ${y(value).toFixed(1)}`;
    const part = drawing ? `L${at}` : `M${at}`;
    // A point alone is a line without length, which round ends make visible.
    const alone = !drawing && (values[place + 1] ?? null) === null;
    drawing = true;
    return alone ? `${part}h0` : part;
  });
  return parts.join('');
}
