import { useState } from 'react';
import { useMay } from '../../door/context';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import { useAction } from '../../door/useAction';
import { useLine } from '../../door/useLine';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Actions,
  Button,
  Dialog,
  ErrorState,
  FactList,
  Skeleton,
  useNow,
  useToast,
} from '../../ui';
import { ConnectForm } from './ConnectForm';
import classes from './LineSection.module.css';
import { LiveSection } from './LiveSection';
import { PurgingSection } from './PurgingSection';
import { ReadingSection } from './ReadingSection';
import { UsageSection } from './UsageSection';

/** The clinic's number and how its line stands, in the settings. */
export function LineSection() {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const toast = useToast();
  const mayEdit = useMay('settings.edit');
  const mayRead = useMay('settings.read');
  const line = useLine();
  const check = useAction('line.check');
  const [connecting, setConnecting] = useState(false);

  if (failed(line)) {
    return <ErrorState error={asDoorError(line.error)} onRetry={() => void line.refetch()} />;
  }
  if (!line.data) return <Skeleton shape="details" count={2} />;
  const status = line.data;
  return (
    <div className={classes['section']}>
      <FactList
        facts={[
          { term: t('line.facts.state'), value: t(`line.state.${status.line}`) },
          { term: t('line.facts.service'), value: t(`line.kind.${status.kind}`) },
          ...(status.phone ? [{ term: t('line.facts.phone'), value: status.phone }] : []),
          ...(status.lastHeard
            ? [{ term: t('line.facts.heard'), value: formats.relative(status.lastHeard, now) }]
            : []),
        ]}
      />
      {check.error ? <ErrorState error={check.error} /> : null}
      <Actions>
        {mayEdit && status.kind !== 'twilio' ? (
          <Button onClick={() => setConnecting(true)}>
            {status.line === 'none' ? t('line.connect') : t('line.connectOther')}
          </Button>
        ) : null}
        {status.line === 'none' ? null : (
          <Button
            kind="quiet"
            busy={check.running}
            onClick={() => {
              void check.run({}).then((fresh) => {
                if (fresh) void line.refetch();
              });
            }}
          >
            {t('line.checkNow')}
          </Button>
        )}
      </Actions>
      {mayRead ? <LiveSection onChanged={() => void line.refetch()} /> : null}
      {status.line === 'none' ? null : <ReadingSection />}
      {status.line === 'none' || !mayEdit ? null : <UsageSection />}
      {status.line === 'none' || !mayRead ? null : <PurgingSection />}
      <Dialog open={connecting} onClose={() => setConnecting(false)} title={t('line.form.title')}>
        {connecting ? (
          <ConnectForm
            onConnected={() => {
              setConnecting(false);
              toast({ tone: 'ok', title: t('line.connected') });
              void line.refetch();
            }}
          />
        ) : null}
      </Dialog>
    </div>
  );
}
