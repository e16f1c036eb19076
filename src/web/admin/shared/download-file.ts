/** Hands the reader a file that the page has made. It is nowhere but in the page's memory until he keeps it. */

/** `text` as a file of that name; CSV opens as UTF-8 everywhere. */
export function downloadFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
