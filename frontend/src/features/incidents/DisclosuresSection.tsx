import { useId } from 'react';
import type { PatientCard } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { About, Button } from '../../ui';
import classes from './incidents.module.css';

interface Props {
  readonly card: PatientCard;
  readonly onOpen: (incident: string) => void;
}

/** The accounting of a patient: texts about her that went to the wrong person. */
export function DisclosuresSection({ card, onOpen }: Props) {
  const id = useId();
  const t = useWords();
  const formats = useFormats();
  if (card.disclosures.length === 0) return null;
  return (
    <section className={classes['part']}>
      <h3 className={classes['label']}>{t('incidents.disclosures.title')}</h3>
      <ul className={classes['plain']}>
        {card.disclosures.map((row) => (
          <li key={row.at} className={classes['quiet']}>
            <p id={`${id}${row.at}`}>
              {formats.date(row.at)} ·{' '}
              {row.recipient === ''
                ? t('incidents.disclosures.hidden')
                : `${t(`incidents.recipient.${row.recipient}`)} · ${formats.list(
                    row.contents.map((c) => t(`incidents.content.${c}`)),
                  )}`}
            </p>
            {row.incident ? (
              <About id={`${id}${row.at}`}>
                <Button size="sm" kind="quiet" onClick={() => onOpen(row.incident)}>
                  {t('incidents.open')}
                </Button>
              </About>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
