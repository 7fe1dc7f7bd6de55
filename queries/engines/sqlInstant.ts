/** An instant (epoch milliseconds) as a literal of SQL, in UTC. */
export function sqlInstant(ms: number): string {
  return `timestamp '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;
}
