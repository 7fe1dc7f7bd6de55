/**
 * The beginning of what an answer says, as trimmed text; the rest is not read, so that a receiver cannot fill the memory. With the
 * status all is known: an answer that breaks off after it has only fewer words.
 *
 * @param most bytes
 */
export async function beginningOf(response: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      read += chunk.length;
      if (read >= most) break;
    }
  } catch {
    // What came before it broke off.
  }
  return Buffer.concat(chunks).subarray(0, most).toString('utf8').trim();
}
