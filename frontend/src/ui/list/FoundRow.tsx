import { IconPaperclip } from '@tabler/icons-react';
import type { Moment } from '../../i18n/formats';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useNow } from '../now';
import classes from './FoundRow.module.css';
import { type Mark, Marked } from './Marked';

interface Props {
  /** The patient, or nothing for a number that nobody has named. */
  readonly name: string | null;
  readonly phone: string;
  /** Who wrote it for the clinic; empty for a text that came in. */
  readonly author: string;
  readonly at: Moment;
  readonly snippet: string;
  readonly marks: readonly Mark[];
  /** It came with a picture or a file. */
  readonly attached?: boolean;
}

/** A text that was found: whose conversation, when, and the words around the hits. */
export function FoundRow({ name, phone, author, at, snippet, marks, attached = false }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  return (
    <div className={classes['row']}>
      <div className={classes['line']}>
        <span className="ql-spoken">{t('found.text')}: </span>
        <span className={classes['name']} dir="auto">
          {name ?? formats.phone(phone)}
        </span>
        <span className={classes['time']}>{formats.short(at, now)}</span>
      </div>
      <span className={classes['snippet']} dir="auto">
        {attached ? (
          <>
            <IconPaperclip size="0.875rem" aria-hidden="true" className={classes['media']} />
            <span className="ql-spoken">{t('found.attached')} </span>
          </>
        ) : null}
        {author ? <span className={classes['who']}>{author}: </span> : null}
        <Marked text={snippet} marks={marks} />
      </span>
    </div>
  );
}
