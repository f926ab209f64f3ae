import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useEarlierRounds } from '../../door/useRound';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { Button, Dialog, ErrorState, Row, Rows, Skeleton, useNow } from '../../ui';

interface Props {
  /** The round before which the others were; closed while null. */
  readonly than: string | null;
  readonly onClose: () => void;
  readonly onWho: (round: string) => void;
}

/** The rounds of questions before the last one: when, by whom, and how each ended. */
export function EarlierRoundsDialog({ than, onClose, onWho }: Props) {
  const t = useWords();
  return (
    <Dialog open={than !== null} onClose={onClose} title={t('consents.round.earlier')} width="lg">
      {than === null ? null : <List than={than} onWho={onWho} />}
    </Dialog>
  );
}

function List({ than, onWho }: Pick<Props, 'onWho'> & { readonly than: string }) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const rounds = useEarlierRounds(than);
  if (failed(rounds)) {
    return <ErrorState error={asDoorError(rounds.error)} onRetry={() => void rounds.refetch()} />;
  }
  if (!rounds.data) return <Skeleton shape="details" count={3} />;
  const items = rounds.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <p>{t('consents.round.noEarlier')}</p>;
  return (
    <>
      <Rows>
        {items.map(({ id, end, begun, ended, by, asked, total }) => (
          <Row
            key={id}
            name={t('consents.round.begun', { name: by, date: formats.dateTime(begun, now) })}
            line={
              end === ''
                ? t('consents.round.running')
                : t(`consents.round.end.${end}`, {
                    date: formats.dateTime(ended, now),
                    asked,
                    total,
                  })
            }
            actions={<Button onClick={() => onWho(id)}>{t('consents.round.who')}</Button>}
          />
        ))}
      </Rows>
      {rounds.hasNextPage ? (
        <div>
          <Button busy={rounds.isFetchingNextPage} onClick={() => rounds.fetchNextPage()}>
            {t('consents.round.moreEarlier')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
