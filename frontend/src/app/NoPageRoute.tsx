import { IconCompass } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { useWords } from '../i18n/I18nProvider';
import { AppFrame, Button, EmptyState } from '../ui';
import { useDesk } from './desk';

/** An address that leads nowhere. */
export function NoPageRoute() {
  const t = useWords();
  const desk = useDesk();
  const navigate = useNavigate();
  return (
    <AppFrame
      rail={desk.rail('inbox')}
      banner={desk.banner}
      show="main"
      main={
        <EmptyState
          icon={<IconCompass size="2.5rem" stroke={1.25} />}
          title={t('shell.noPage.title')}
          action={
            <Button kind="main" onClick={() => void navigate('/inbox')}>
              {t('shell.toInbox')}
            </Button>
          }
        >
          <p>{t('shell.noPage.body')}</p>
        </EmptyState>
      }
    />
  );
}
