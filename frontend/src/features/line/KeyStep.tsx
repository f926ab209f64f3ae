import { useEffect, useState } from 'react';
import { useDoor } from '../../door/context';
import { DoorError } from '../../door/error';
import type { GoLive, PastedKey } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import {
  Button,
  ErrorState,
  FactList,
  Form,
  Notice,
  TextField,
  useSettled,
  useToast,
} from '../../ui';
import classes from './live.module.css';

interface Props {
  readonly live: GoLive;
  readonly onTaken: (live: GoLive) => void;
}

/** How long after the last key press a paste is looked at, in milliseconds. */
const rest = 150;

/** The account's key, pasted whole. It goes to the program and never comes back. */
export function KeyStep({ live, onTaken }: Props) {
  const t = useWords();
  const toast = useToast();
  const [text, setText] = useState('');
  const use = useAction('live.useKey');
  const pasted = usePasted(text);
  const whole = pasted !== null && pasted.problem === null;
  const submit = async () => {
    if (!whole) return;
    const fresh = await use.run({ text });
    if (!fresh) return;
    setText('');
    toast({ tone: 'ok', title: t('live.key.taken') });
    onTaken(fresh);
  };
  return (
    <Form
      onSubmit={() => submit()}
      actions={
        <Button
          submit
          kind={live.account ? 'plain' : 'main'}
          busy={use.running}
          blocked={whole ? undefined : t('live.key.first')}
        >
          {t('live.key.use')}
        </Button>
      }
    >
      <p className={classes['lead']}>{t('live.key.lead')}</p>
      <p className={classes['lead']}>{t('live.key.allow')}</p>
      {live.account ? <Notice tone="ok" title={t('live.key.have', { last: live.key })} /> : null}
      <TextField
        long
        label={t('live.key.paste')}
        hint={t('live.key.pasteHint')}
        value={text}
        onChange={(next) => {
          setText(next);
          use.clear();
        }}
      />
      {pasted && text.trim() !== '' ? <Recognised pasted={pasted} /> : null}
      {use.error ? <ErrorState error={use.error} /> : null}
    </Form>
  );
}

/** What the program recognises in a paste; null until it has looked. */
function usePasted(text: string): PastedKey | null {
  const door = useDoor();
  const settled = useSettled(text, rest);
  const [read, setRead] = useState<{ text: string; pasted: PastedKey } | null>(null);
  useEffect(() => {
    if (settled.trim() === '') return;
    let stale = false;
    door.call('live.readKey', { text: settled }).then(
      (pasted) => {
        if (!stale) setRead({ text: settled, pasted });
      },
      () => undefined, // nothing is recognised, and the button stays blocked
    );
    return () => {
      stale = true;
    };
  }, [door, settled]);
  return read?.text === text ? read.pasted : null;
}

function Recognised({ pasted }: { readonly pasted: PastedKey }) {
  const t = useWords();
  const ending = (last: string) => (last ? t('live.key.ends', { last }) : t('live.key.missing'));
  return (
    <>
      <FactList
        facts={[
          { term: t('live.key.account'), value: ending(pasted.account) },
          { term: t('live.key.key'), value: ending(pasted.key) },
          {
            term: t('live.key.secret'),
            value: pasted.secret ? t('live.key.there') : t('live.key.missing'),
          },
        ]}
      />
      {pasted.main ? <Notice tone="warn" title={t('live.key.main')} /> : null}
      {pasted.problem ? (
        <ErrorState error={new DoorError(pasted.problem.code, pasted.problem.params)} />
      ) : null}
    </>
  );
}
