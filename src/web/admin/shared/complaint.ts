/** What a field says when something is wrong with it: red, read out, tied to its input. */

/** Properties for Fluent's `Field`; none where nothing is wrong. */
export function complaint(error: string | null | undefined) {
  if (error === undefined || error === null) return {};
  return { validationState: 'error', validationMessage: error } as const;
}
