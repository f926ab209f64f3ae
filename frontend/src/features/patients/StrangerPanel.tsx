import { IconUserPlus } from '@tabler/icons-react';
import { useMay } from '../../door/context';
import type { ThreadPage } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { Avatar, Button, ErrorState } from '../../ui';
import classes from './PatientPanel.module.css';

interface Props {
  readonly page: ThreadPage;
  readonly onAdd: () => void;
}

/** A number that nobody has been matched to, and how to find out whose it is. */
export function StrangerPanel({ page, onAdd }: Props) {
  const t = useWords();
  const mayAdd = useMay('patients.edit');
  const mark = useAction('thread.markNotPatient');
  const { id, phone, notPatient } = page;
  return (
    <div className={classes['panel']}>
      <header className={classes['head']}>
        <Avatar name={null} size="lg" />
        <div className={classes['titles']}>
          <h2 className={classes['name']}>{phone}</h2>
          <p className={classes['note']}>
            {t(notPatient ? 'thread.notPatient' : 'thread.unknown')}
          </p>
        </div>
      </header>
      {notPatient ? (
        <p>{t('patients.stranger.notBody')}</p>
      ) : (
        <>
          <p>{t('patients.stranger.body')}</p>
          <p className={classes['note']}>{t('patients.stranger.script')}</p>
        </>
      )}
      {mayAdd ? (
        <>
          <Button
            kind={notPatient ? 'plain' : 'main'}
            icon={<IconUserPlus size="1.125rem" />}
            onClick={onAdd}
          >
            {t('patients.stranger.add')}
          </Button>
          <Button busy={mark.running} onClick={() => mark.run({ id, not: !notPatient })}>
            {t(notPatient ? 'patients.stranger.undo' : 'patients.stranger.not')}
          </Button>
        </>
      ) : null}
      {mark.error ? <ErrorState error={mark.error} /> : null}
    </div>
  );
}
