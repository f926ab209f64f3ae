import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useTodos } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { badgeOfConsent } from '../../terms/standing';
import { Button, Card, ConsentBadge, ErrorState, Row, Rows, Skeleton } from '../../ui';

interface Props {
  readonly onPatient: (patient: string) => void;
}

/** How many are shown before somebody asks for all: a screenful. */
const shown = 25;

/** The consents that somebody has to do something about, the most urgent first. */
export function TodoSection({ onPatient }: Props) {
  const t = useWords();
  const formats = useFormats();
  const todos = useTodos();
  const [all, setAll] = useState(false);
  if (failed(todos)) {
    return <ErrorState error={asDoorError(todos.error)} onRetry={() => void todos.refetch()} />;
  }
  if (!todos.data) return <Skeleton shape="details" />;
  const { items } = todos.data;
  const rows = all ? items : items.slice(0, shown);
  return (
    <Card title={t('consents.todo', { count: items.length })}>
      {items.length === 0 ? <p>{t('consents.nothing')}</p> : null}
      <Rows>
        {rows.map((item) => (
          <Row
            key={item.consent}
            name={item.patient.name}
            line={
              item.state === 'paused'
                ? t(`paper.hold.reason.${item.hold === '' ? 'other' : item.hold}`)
                : t(`consents.next.${item.state}`, {
                    date: item.expires ? formats.day(item.expires) : '',
                  })
            }
            actions={
              <>
                <ConsentBadge state={badgeOfConsent(item.state)} />
                <Button onClick={() => onPatient(item.patient.id)}>{t('consents.open')}</Button>
              </>
            }
          />
        ))}
      </Rows>
      {rows.length < items.length ? (
        <div>
          <Button onClick={() => setAll(true)}>
            {t('consents.more', { count: items.length - rows.length })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
