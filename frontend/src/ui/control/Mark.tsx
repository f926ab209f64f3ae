interface Props {
  /** Edge in rem. */
  readonly size?: number;
}

/** The program's sign: a speech bubble with a quiet line in it. Decoration. */
export function Mark({ size = 2 }: Props) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={`${size}rem`}
      height={`${size}rem`}
      aria-hidden="true"
      focusable="false"
    >
      <path
        d="M8 3h16a6 6 0 0 1 6 6v9a6 6 0 0 1-6 6H14.5l-5.2 4.6c-.8.7-2 .1-2-.9V24A6 6 0 0 1 2 18V9a6 6 0 0 1 6-6Z"
        fill="var(--ql-accent-fill)"
      />
      <path
        d="M9 13.5h14"
        stroke="var(--ql-accent-on)"
        strokeWidth="2.4"
        strokeLinecap="round"
        fill="none"
      />
    </svg>
  );
}
