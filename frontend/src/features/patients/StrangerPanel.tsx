import { IconUserPlus } from '@tabler/icons-react';
import { useMay } from '../../door/context';
import { useWords } from '../../i18n/I18nProvider';
import { Avatar, Button } from '../../ui';
import classes from './PatientPanel.module.css';

interface Props {
  readonly phone: string;
  readonly onAdd: () => void;
}

/** A number that nobody has been matched to, and how to find out whose it is. */
export function StrangerPanel({ phone, onAdd }: Props) {
  const t = useWords();
  const mayAdd = useMay('patients.edit');
  return (
    <div className={classes['panel']}>
      <header className={classes['head']}>
        <Avatar name={null} size="lg" />
        <div className={classes['titles']}>
          <h2 className={classes['name']}>{phone}</h2>
          <p className={classes['note']}>{t('thread.unknown')}</p>
        </div>
      </header>
      <p>{t('patients.stranger.body')}</p>
      <p className={classes['note']}>{t('patients.stranger.script')}</p>
      {mayAdd ? (
        <Button kind="main" icon={<IconUserPlus size="1.125rem" />} onClick={onAdd}>
          {t('patients.stranger.add')}
        </Button>
      ) : null}
    </div>
  );
}
