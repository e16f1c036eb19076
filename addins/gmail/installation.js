/**
 * The address of the installation that this extension was written for; `lockstep addin gmail` fills it in. Empty: the options page asks for it.
 */
// biome-ignore lint/correctness/noUnusedVariables: the scripts after this one read it
const LOCKSTEP_URL = '';
