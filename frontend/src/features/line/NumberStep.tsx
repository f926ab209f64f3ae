import { useState } from 'react';
import { asDoorError } from '../../door/error';
import { failed } from '../../door/failed';
import type { AccountNumber, GoLive } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useAccountNumbers } from '../../door/useLive';
import { useWords } from '../../i18n/I18nProvider';
import { Button, ChoiceField, ErrorState, Form, Notice, Skeleton } from '../../ui';
import classes from './live.module.css';

interface Props {
  readonly live: GoLive;
  readonly onTaken: (live: GoLive) => void;
}

/** Which of the account's numbers is the clinic's, with what each can do. */
export function NumberStep({ live, onTaken }: Props) {
  const t = useWords();
  const numbers = useAccountNumbers();
  const [chosen, setChosen] = useState(live.phone);
  const use = useAction('live.useNumber');
  if (failed(numbers)) {
    return <ErrorState error={asDoorError(numbers.error)} onRetry={() => void numbers.refetch()} />;
  }
  if (!numbers.data) return <Skeleton shape="details" count={2} />;
  const items = numbers.data.items;
  const is = items.find((n) => n.phone === chosen);
  const why = !is ? t('live.number.first') : is.texts ? undefined : t('live.number.noTexts');
  const submit = async () => {
    if (why !== undefined) return;
    const fresh = await use.run({ phone: chosen });
    if (fresh) onTaken(fresh);
  };
  const can = (n: AccountNumber) =>
    t(n.texts ? (n.pictures ? 'live.number.both' : 'live.number.texts') : 'live.number.voice');
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <>
          <Button
            submit
            kind={live.phone === chosen && chosen ? 'plain' : 'main'}
            busy={use.running}
            blocked={why}
          >
            {t('ui.save')}
          </Button>
          <Button kind="quiet" busy={numbers.isFetching} onClick={() => void numbers.refetch()}>
            {t('live.number.again')}
          </Button>
        </>
      }
    >
      <p className={classes['lead']}>{t('live.number.lead')}</p>
      {items.length === 0 ? (
        <Notice tone="warn" title={t('live.number.none')} />
      ) : (
        <ChoiceField
          label={t('live.number.label')}
          value={chosen}
          onChange={(next) => {
            setChosen(next);
            use.clear();
          }}
          choices={items.map((n) => ({
            value: n.phone,
            label: n.phone,
            hint: n.forwarded ? `${can(n)}. ${t('live.number.forwarded')}` : can(n),
          }))}
        />
      )}
      {is && !is.texts ? <Notice tone="stop" title={t('live.number.noTexts')} /> : null}
      {use.error ? <ErrorState error={use.error} /> : null}
    </Form>
  );
}
