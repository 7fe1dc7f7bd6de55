/**
 * Attributes that say who made a request, the first that is there: those of OpenTelemetry (`enduser.id`, to which access lines'
 * user is read, and `user.id`, its successor), then what loggers commonly call it.
 */
export const USER_ATTRIBUTES = ['enduser.id', 'user.id', 'usr.id', 'user_id', 'userId'] as const;

/** Values that state nobody: what is empty, null or a dash is a logger's way to say that it does not know. */
const NOBODY = "('', '-', 'null')";

/**
 * The user a line states, null where it states none, as SQL that each engine reads.
 *
 * @param attribute an attribute of the line, null where it has none
 */
export function statedUser(attribute: (key: string) => string): string {
  const values = USER_ATTRIBUTES.map(
    (key) => `case when ${attribute(key)} not in ${NOBODY} then ${attribute(key)} end`,
  );
  return `coalesce(${values.join(', ')})`;
}
