import { IconMessage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PatientCard } from '../../door/shapes';
import { useFormats, useLanguage, useWords } from '../../i18n/I18nProvider';
import { languageNames } from '../../i18n/i18n';
import { ReasonList } from '../../terms/ReasonList';
import { badgeOfCard } from '../../terms/standing';
import { zoneLabel } from '../../terms/zones';
import { Avatar, Button, ConsentBadge, FactList } from '../../ui';
import { NumbersSection } from './NumbersSection';
import classes from './PatientPanel.module.css';

interface Props {
  readonly card: PatientCard;
  /** The patient's consents and what can be done about them. */
  readonly consents: ReactNode;
  /** Opens the conversation; missing where it is open beside the card. */
  readonly onText?: (() => void) | undefined;
}

/** A patient at a glance: who, which numbers, and whether texts are welcome. */
export function PatientPanel({ card, consents, onText }: Props) {
  const t = useWords();
  const formats = useFormats();
  const { language } = useLanguage();
  return (
    <div className={classes['panel']}>
      <header className={classes['head']}>
        <Avatar name={card.name} size="lg" />
        <div className={classes['titles']}>
          <h2 className={classes['name']} dir="auto">
            {card.name}
          </h2>
          {onText ? <ConsentBadge state={badgeOfCard(card)} /> : null}
        </div>
      </header>
      {onText ? (
        <Button kind="main" onClick={onText} icon={<IconMessage size="1.125rem" />}>
          {t('patients.openConversation')}
        </Button>
      ) : null}
      {card.reasons.length > 0 ? (
        <section className={classes['section']}>
          <h3 className={classes['heading']}>
            {card.standing === 'cannot_text' ? t('patients.whyNot') : t('patients.toHeed')}
          </h3>
          <ReasonList reasons={card.reasons} />
        </section>
      ) : null}
      <NumbersSection card={card} />
      {consents}
      <section className={classes['section']}>
        <h3 className={classes['heading']}>{t('patients.about')}</h3>
        <FactList
          facts={[
            {
              term: t('patients.birthDate'),
              value: t('patients.bornAge', { date: formats.day(card.birthDate), count: card.age }),
            },
            ...(card.guardian ? [{ term: t('patients.guardian'), value: card.guardian }] : []),
            { term: t('patients.language'), value: languageNames[card.language] },
            {
              term: t('patients.zone'),
              value: card.zone ? zoneLabel(card.zone, language) : t('patients.zoneMissing'),
            },
          ]}
        />
      </section>
    </div>
  );
}
