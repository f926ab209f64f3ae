import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { useTodos } from '../../door/usePatients';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { badgeOfConsent } from '../../terms/standing';
import { Button, ConsentBadge, ErrorState, Skeleton } from '../../ui';
import classes from './ConsentsPane.module.css';

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
  if (todos.error) {
    return <ErrorState error={asDoorError(todos.error)} onRetry={() => void todos.refetch()} />;
  }
  if (!todos.data) return <Skeleton shape="details" />;
  const { items } = todos.data;
  const rows = all ? items : items.slice(0, shown);
  return (
    <section className={classes['section']} aria-labelledby="consents-todo">
      <h2 className={classes['heading']} id="consents-todo">
        {t('consents.todo', { count: items.length })}
      </h2>
      {items.length === 0 ? <p>{t('consents.nothing')}</p> : null}
      <ul className={classes['list']}>
        {rows.map((item) => (
          <li key={item.consent} className={classes['row']}>
            <div className={classes['who']}>
              <p className={classes['name']} dir="auto">
                {item.patient.name}
              </p>
              <p className={classes['quiet']}>
                {item.state === 'paused'
                  ? t(`paper.hold.reason.${item.hold === '' ? 'other' : item.hold}`)
                  : t(`consents.next.${item.state}`, {
                      date: item.expires ? formats.day(item.expires) : '',
                    })}
              </p>
            </div>
            <ConsentBadge state={badgeOfConsent(item.state)} />
            <Button onClick={() => onPatient(item.patient.id)}>{t('consents.open')}</Button>
          </li>
        ))}
      </ul>
      {rows.length < items.length ? (
        <div>
          <Button onClick={() => setAll(true)}>
            {t('consents.more', { count: items.length - rows.length })}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
