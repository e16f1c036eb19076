/** The few pictures of the pages, drawn inline so that nothing is fetched. They carry no name: the words beside them do. */

const paths = {
  menu: 'M4 6h16M4 12h16M4 18h16',
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M12 7v6M12 16.5v.5M12 3l9.5 17h-19z',
  waiting: 'M12 7v5.5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  busy: 'M20 12a8 8 0 0 1-14 5.3M4 12a8 8 0 0 1 14-5.3M18 3v4h-4M6 21v-4h4',
  back: 'M15 5l-7 7 7 7',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  more: 'M6 9l6 6 6-6',
  skipped: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12h8',
  settings: 'M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  pause: 'M9 5v14M15 5v14',
  resume: 'M8 5l11 7-11 7z',
  help: 'M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 1.8v.5M12 17.5v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  offline: 'M4 4l16 16M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 5-2.7M19 12a10 10 0 0 0-5-2.7M12 19v.1',
  mail: 'M3 6h18v12H3zM3 7l9 6 9-6',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  link: 'M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2M8 12h8',
} as const;

export type IconName = keyof typeof paths;

/** One picture, 20 px unless told, in the colour of the text around it. */
export function Icon({
  name,
  size = 20,
  className,
}: {
  readonly name: IconName;
  readonly size?: number;
  readonly className?: string | undefined;
}) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
