/** The part of js-md4 that NTLM needs; the package brings no types. */
declare module 'js-md4' {
  const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
  // biome-ignore lint/style/noDefaultExport: it is how the package exports
  export default md4;
}
