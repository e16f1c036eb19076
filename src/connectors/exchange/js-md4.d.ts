/** The part of js-md4 that NTLM needs; the package brings no types. */
declare module 'js-md4' {
  const md4: { array(message: Uint8Array): number[] };
  export = md4;
}
