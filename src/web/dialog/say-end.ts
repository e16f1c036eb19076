/** The few words of a window that has done its work, or has lost the page that it works for. */
const words = {
  done: ['You are signed in', 'You can close this window and go on beside your mail.'],
  lost: [
    'This window has lost its sidebar',
    'Close it, open Lockstep beside your mail, and begin there again.',
  ],
} as const;

export function sayEnd(how: keyof typeof words): void {
  const [title, text] = words[how];
  document.title = `${title} · Lockstep`;
  const [heading, paragraph] = [document.querySelector('h1'), document.querySelector('p')];
  if (heading !== null) heading.textContent = title;
  if (paragraph !== null) paragraph.textContent = text;
}
