/**
 * The attempts whose rows count: of a date that was merged the merge, else those of its finished bookings. A booking that is
 * announced again after its date was merged changes nothing. One look at the table: every view of a statement has this in it, as
 * often as the statement reads the view, and engines bound the stages of a query (Trino: 150).
 *
 * @param bookings the table of bookings, as it stands behind `from`
 */
export function visibleAttempts(bookings: string): string {
  return `select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from ${bookings} where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0`;
}
