/** What broke below HTTP, in the words of the catalogue: the one translation for tokens and for Gmail. */
import { failure, RemoteFailure } from '../../model/failure.ts';
import { NetworkError } from '../http.ts';

/** A `NetworkError` as a `RemoteFailure`; every other error is handed back as it is. */
export function translateNetwork(error: unknown): unknown {
  if (!(error instanceof NetworkError)) return error;
  const code = error.kind === 'certificate' ? 'mailbox.certificate-untrusted' : 'mailbox.unreachable';
  return new RemoteFailure(failure(code, { vendorCode: error.vendorCode }), error);
}
