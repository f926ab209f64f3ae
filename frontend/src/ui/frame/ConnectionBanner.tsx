import type { ReactNode } from 'react';
import type { Moment } from '../../i18n/formats';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { useNow } from '../now';
import { Banner } from './Banner';

/** How the line to the phone company stands. */
export type Connection =
  | { readonly kind: 'ok' }
  | { readonly kind: 'late'; readonly heard: Moment }
  | { readonly kind: 'off'; readonly since: Moment }
  | { readonly kind: 'never' };

interface Props {
  readonly connection: Connection;
  readonly action?: ReactNode;
}

/** Says when texts may be late or wait; nothing while all is well. */
export function ConnectionBanner({ connection, action }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  switch (connection.kind) {
    case 'ok':
      return null;
    case 'late':
      return (
        <Banner tone="warn" action={action}>
          {t('connection.late', { time: formats.relative(connection.heard, now) })}
        </Banner>
      );
    case 'off':
      return (
        <Banner tone="stop" action={action}>
          {t('connection.off', { time: formats.timeOrDay(connection.since, now) })}
        </Banner>
      );
    case 'never':
      return (
        <Banner tone="info" action={action}>
          {t('connection.never')}
        </Banner>
      );
  }
}
