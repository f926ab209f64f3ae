import type { MovedTexts } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, Notice, useNow } from '../../ui';
import classes from './Moved.module.css';
import { useThreadRefresh } from './useThreadRefresh';

interface Props {
  readonly moves: readonly MovedTexts[];
}

/** That a stranger's texts were moved off a chart, when and by whom, and the way back. */
export function MovedNotice({ moves }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const back = useAction('thread.putBack');
  const refresh = useThreadRefresh();
  if (moves.length === 0) return null;
  const putBack = async (id: string) => {
    if ((await back.run({ id })) !== null) await refresh();
  };
  return (
    <div className={classes['moves']}>
      {moves.map((move) => (
        <Notice
          key={move.id}
          compact
          tone="info"
          title={t(move.away ? 'inbox.moved.away' : 'inbox.moved.here', {
            count: move.texts,
            first: formats.dateTime(move.first, now),
          })}
          action={
            move.undo ? (
              <Button kind="quiet" busy={back.running} onClick={() => putBack(move.id)}>
                {t('inbox.moved.putBack')}
              </Button>
            ) : undefined
          }
        >
          {t('inbox.moved.by', { who: move.by, date: formats.dateTime(move.at, now) })}
          {move.backAt
            ? ` ${t('inbox.moved.back', { who: move.backBy, date: formats.dateTime(move.backAt, now) })}`
            : null}
        </Notice>
      ))}
      {back.error ? <ErrorState error={back.error} /> : null}
    </div>
  );
}
