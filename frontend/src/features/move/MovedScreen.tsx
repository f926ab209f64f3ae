import { IconPrinter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { MoveNews, State } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import {
  Button,
  CheckField,
  Dialog,
  DialogForm,
  FactList,
  LanguageSwitch,
  LockScreen,
  Notice,
  Progress,
  SchemeSwitch,
  TextField,
  useFocusStart,
  useNow,
} from '../../ui';
import classes from './move.module.css';
import { PrintedMove } from './PrintedMove';

interface Props {
  readonly state: State;
  readonly news: MoveNews;
  readonly onState: (state: State) => void;
  readonly onStop: () => void;
}

/** The clinic has gone to another computer: the code of its file, once, and the way back. */
export function MovedScreen({ state, news, onState, onStop }: Props) {
  const t = useWords();
  const formats = useFormats();
  const now = useNow();
  const [asked, setAsked] = useState(false);
  useFocusStart(`moved-${news.code ? 'code' : 'gone'}`, 'heading');
  const mayDecide = state.mayDo.includes('clinic.move');
  const deciders = state.finding?.deciders ?? [];
  return (
    <LockScreen
      title={news.code ? t('moved.readyTitle') : t('moved.goneTitle')}
      lead={
        news.code
          ? t('moved.readyLead', { count: news.days })
          : t('moved.goneLead', { name: news.by, date: formats.dateTime(news.begun, now) })
      }
      foot={
        <>
          <LanguageSwitch />
          <SchemeSwitch />
        </>
      }
    >
      <div className={classes['column']}>
        {news.code ? (
          <>
            <FactList
              facts={[
                { term: t('moved.file'), value: news.file },
                { term: t('moved.code'), value: <Code text={news.code} /> },
              ]}
            />
            {news.foreign > 0 ? (
              <p className={classes['quiet']}>{t('moved.foreign', { count: news.foreign })}</p>
            ) : null}
            <Notice tone="warn" title={t('moved.onceTitle')}>
              <p>{t('moved.onceBody')}</p>
            </Notice>
            <PrintedMove file={news.file} code={news.code} days={news.days} />
            <div className={classes['deeds']}>
              <Button
                kind="main"
                size="md"
                icon={<IconPrinter size="1.125rem" aria-hidden="true" />}
                onClick={() => window.print()}
              >
                {t('moved.print')}
              </Button>
              <Button size="md" onClick={onStop}>
                {t('moved.done')}
              </Button>
            </div>
          </>
        ) : (
          <p>{t('moved.goneNext')}</p>
        )}
        {mayDecide ? (
          <div className={classes['deeds']}>
            <Button onClick={() => setAsked(true)}>{t('moved.back')}</Button>
            {news.code ? null : <Button onClick={onStop}>{t('moved.lock')}</Button>}
          </div>
        ) : (
          <>
            <p className={classes['quiet']}>
              {deciders.length > 0
                ? t('halted.askWhom', { names: formats.list(deciders) })
                : t('halted.askAnyone')}
            </p>
            <div className={classes['deeds']}>
              <Button onClick={onStop}>{t('moved.lock')}</Button>
            </div>
          </>
        )}
      </div>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t('moved.backTitle')}>
        {asked ? (
          <TakeBack
            needsSheet={state.finding?.needsSheet ?? false}
            onState={onState}
            onClose={() => setAsked(false)}
          />
        ) : null}
      </Dialog>
    </LockScreen>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    <span className={classes['code']} translate="no">
      {text}
    </span>
  );
}

interface TakeBackProps {
  readonly needsSheet: boolean;
  readonly onState: (state: State) => void;
  readonly onClose: () => void;
}

function TakeBack({ needsSheet, onState, onClose }: TakeBackProps) {
  const t = useWords();
  const [sure, setSure] = useState(false);
  const [words, setWords] = useState('');
  const back = useAction('move.takeBack');
  const lacks = needsSheet && words.trim() === '';
  const missing = lacks ? t('halted.sheetFirst') : sure ? undefined : t('moved.sureFirst');
  const submit = async () => {
    const state = await back.run({ words });
    if (state) onState(state);
  };
  return (
    <DialogForm
      danger
      action={t('moved.back')}
      onSubmit={() => submit()}
      onCancel={onClose}
      error={back.error}
      busy={back.running}
      blocked={missing}
    >
      <p>{t('moved.backBody')}</p>
      <Notice tone="warn" title={t('moved.unknownTitle')}>
        <p>{t('moved.unknownBody')}</p>
      </Notice>
      {needsSheet ? (
        <TextField
          long
          label={t('halted.sheet')}
          hint={t('halted.sheetHint')}
          value={words}
          onChange={(value) => {
            setWords(value);
            back.clear();
          }}
        />
      ) : null}
      <CheckField label={t('moved.sure')} checked={sure} onChange={setSure} />
    </DialogForm>
  );
}

interface MovingProps {
  readonly news: MoveNews;
  /** Asks how far it has come. */
  readonly onLook: () => void;
}

/** While the file is being written nobody can work here. */
export function MovingScreen({ news, onLook }: MovingProps) {
  const t = useWords();
  useEffect(() => {
    const timer = setInterval(onLook, 1000);
    return () => clearInterval(timer);
  }, [onLook]);
  return (
    <LockScreen title={t('moved.makingTitle')} lead={t('moved.makingLead')}>
      <Progress
        label={t('moved.making')}
        done={Math.round(news.done / 1_000_000)}
        total={Math.ceil(news.total / 1_000_000)}
      />
    </LockScreen>
  );
}
