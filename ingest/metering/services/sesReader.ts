import { type Fields, fieldsOf, listOf, type ServiceReader, textOf } from './ServiceReader.js';

/**
 * SES (v1 and v2): requests, and recipients, which is what SES bills (https://aws.amazon.com/ses/pricing/). Recipients
 * that only stand in the headers of a raw message are not seen; name them in the destination to have them counted.
 */
export const sesReader: ServiceReader = {
  service: 'SES',
  read: (operation, input, output) => {
    const resource = domainOf(input);
    if (output === undefined || !operation.startsWith('Send')) return [{ resource, requests: 1 }];
    return [{ resource, requests: 1, recipients: recipientsOf(input) }];
  },
};

function recipientsOf(input: Fields): number {
  if (Array.isArray(input.Destinations)) return input.Destinations.length;
  const bulk = listOf(input.BulkEmailEntries);
  const destinations = bulk.length > 0 ? bulk.map(({ Destination }) => Destination) : [input.Destination];
  return destinations
    .map(fieldsOf)
    .reduce<number>(
      (sum, { ToAddresses, CcAddresses, BccAddresses }) =>
        sum + [ToAddresses, CcAddresses, BccAddresses].reduce<number>((all, list) => all + listOf(list).length, 0),
      0,
    );
}

/** The sender's domain: an address is a person's, and has no place in a resource name. */
function domainOf(input: Fields): string {
  const from = textOf(input.FromEmailAddress) || textOf(input.Source);
  return /@([^>\s]+)/.exec(from)?.[1] ?? '';
}
