/** The mark of the product: two arrows that keep step. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 24 24" focusable="false">
      <rect width="24" height="24" rx="6" fill="#0f6cbd" />
      <path
        d="M6 9.5h10M13 6.5l3 3-3 3M18 14.5H8M11 11.5l-3 3 3 3"
        fill="none"
        stroke="#fff"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
