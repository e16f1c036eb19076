/** What the command line's exit codes mean; the same for every command, named in its help. */
export const exitCodes = {
  /** Done. */
  ok: 0,
  /** It ran, and the answer is no: a run failed, a check found something. */
  failed: 1,
  /** Wrong usage or configuration; nothing was done. */
  usage: 2,
} as const;

export const exitCodesHelp = `
Exit codes: 0 done; 1 ran and failed or found something; 2 wrong usage or configuration, nothing was done.`;
