/**
 * The attempts whose rows count: of a date that was merged the merge, else those of its finished bookings. A booking that is
 * announced again after its date was merged changes nothing.
 *
 * @param bookings the table of bookings, as it stands behind `from`
 */
export function visibleAttempts(bookings: string): string {
  return `select b.attempt from ${bookings} b
    left join (select distinct booked_date from ${bookings} where kind = 'sealed') m on m.booked_date = b.booked_date
    where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null)`;
}
