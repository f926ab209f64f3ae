import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type ClinicError, errorWords } from '../../i18n/errors';
import { useFormats } from '../../i18n/I18nProvider';
import { Button } from '../control/Button';
import { useNow } from '../now';
import { Notice } from './Notice';

interface Props {
  readonly error: ClinicError;
  /** Does it again; offered where the error says that this may help. */
  readonly onRetry?: (() => void) | undefined;
  /** Another next step, where there is a better one. */
  readonly action?: ReactNode;
}

/** What went wrong, whether anything is lost, and what to do now. */
export function ErrorState({ error, onRetry, action }: Props) {
  const { t, i18n } = useTranslation();
  const words = errorWords(i18n, useFormats(), error, useNow());
  const retry =
    error.retry && onRetry ? (
      <Button onClick={onRetry} icon={<IconRefresh size="1rem" aria-hidden="true" />}>
        {t('ui.retry')}
      </Button>
    ) : null;
  return (
    <Notice
      tone="stop"
      title={words.what}
      live
      action={
        action || retry ? (
          <>
            {retry}
            {action}
          </>
        ) : undefined
      }
    >
      <p>{words.next}</p>
    </Notice>
  );
}
