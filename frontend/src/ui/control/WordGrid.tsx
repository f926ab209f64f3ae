import classes from './WordGrid.module.css';

interface Props {
  readonly words: readonly string[];
}

/** Words or codes to be copied onto paper, in their order: numbered down the columns, as people copy them. */
export function WordGrid({ words }: Props) {
  return (
    <ol className={classes['grid']} translate="no">
      {words.map((word, at) => (
        // The place is what counts; a word may come twice.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={at} className={classes['word']}>
          <span className={classes['number']}>{at + 1}</span>
          <span>{word}</span>
        </li>
      ))}
    </ol>
  );
}
