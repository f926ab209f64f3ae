import type { ReactNode } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useSettings } from '../../door/useLine';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ErrorState, LanguageSwitch, Pane, SchemeSwitch, Skeleton } from '../../ui';
import { ClinicForm } from './ClinicForm';
import classes from './SettingsPane.module.css';
import { WindowFields } from './WindowFields';

interface Props {
  /** The clinic's number and its line. */
  readonly line: ReactNode;
  /** How the person who signed in proves who she is. */
  readonly waysIn: ReactNode;
  /** When the records were last checked. */
  readonly health: ReactNode;
  /** Copies of the clinic outside of this computer. */
  readonly backups: ReactNode;
  /** When desks lock by themselves. */
  readonly locking: ReactNode;
  /** What the clinic asks of whoever signs in. */
  readonly asked: ReactNode;
  /** The recovery sheet and its yearly check. */
  readonly sheet: ReactNode;
  /** Takes the clinic to another computer. */
  readonly move: ReactNode;
  readonly version: string;
  readonly onKeys: () => void;
}

/** The clinic's settings, and those of this computer. */
export default function SettingsPane({
  line,
  waysIn,
  health,
  backups,
  locking,
  asked,
  sheet,
  move,
  version,
  onKeys,
}: Props) {
  const t = useWords();
  const mayRead = useMay('settings.read');
  return (
    <Pane title={t('settings.title')} level={1}>
      <div className={classes['column']}>
        <section className={classes['section']}>
          <h2 className={classes['heading']}>{t('settings.number')}</h2>
          {line}
        </section>
        {mayRead ? (
          <section className={classes['section']}>
            <h2 className={classes['heading']}>{t('settings.clinic')}</h2>
            <Clinic />
          </section>
        ) : null}
        {mayRead ? (
          <section className={classes['section']}>
            <h2 className={classes['heading']}>{t('lock.title')}</h2>
            {locking}
            <div className={classes['apart']}>{asked}</div>
          </section>
        ) : null}
        {mayRead ? (
          <section className={classes['section']}>
            <h2 className={classes['heading']}>{t('sheet.title')}</h2>
            {sheet}
          </section>
        ) : null}
        <section className={classes['section']}>
          <h2 className={classes['heading']}>{t('waysIn.title')}</h2>
          {waysIn}
        </section>
        {mayRead ? (
          <section className={classes['section']}>
            <h2 className={classes['heading']}>{t('backups.title')}</h2>
            {backups}
          </section>
        ) : null}
        <section className={classes['section']}>
          <h2 className={classes['heading']}>{t('health.title')}</h2>
          {health}
        </section>
        <section className={classes['section']}>
          <h2 className={classes['heading']}>{t('settings.computer')}</h2>
          <div className={classes['row']}>
            <span>{t('ui.language')}</span>
            <LanguageSwitch />
          </div>
          <div className={classes['row']}>
            <span>{t('ui.scheme')}</span>
            <SchemeSwitch />
          </div>
          <WindowFields />
          {move}
          <div className={classes['row']}>
            <span>{t('settings.keys')}</span>
            <Button onClick={onKeys}>{t('settings.showKeys')}</Button>
          </div>
        </section>
        <p className={classes['version']}>{t('settings.version', { version })}</p>
      </div>
    </Pane>
  );
}

function Clinic() {
  const mayEdit = useMay('settings.edit');
  const settings = useSettings();
  if (failed(settings)) {
    return (
      <ErrorState error={asDoorError(settings.error)} onRetry={() => void settings.refetch()} />
    );
  }
  if (!settings.data) return <Skeleton shape="details" />;
  return <ClinicForm settings={settings.data} mayEdit={mayEdit} />;
}
