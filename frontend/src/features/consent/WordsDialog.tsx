import { useState } from 'react';
import type { LanguageName } from '../../door/shapes';
import { useAction } from '../../door/useAction';
import { useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import { ChoiceField, Dialog, DialogForm, Notice, TextField, useToast } from '../../ui';
import classes from './ConsentsPane.module.css';
import { useConsentRefresh } from './useConsentRefresh';

/** Words that are written, in the place of others where `replaces` names them. */
export interface WordsToWrite {
  readonly language: LanguageName;
  readonly text: string;
  readonly replaces: string;
  /** How many characters they may have, filled in. */
  readonly longest: number;
}

interface Props {
  /** The words to begin with; closed while null. */
  readonly words: WordsToWrite | null;
  readonly onClose: () => void;
}

/** Words of the clinic's own for who texts first. What was sent stays as it was. */
export function WordsDialog({ words, onClose }: Props) {
  const t = useWords();
  return (
    <Dialog open={words !== null} onClose={onClose} title={t('consents.ready.editTitle')}>
      {words ? <Fields words={words} onClose={onClose} /> : null}
    </Dialog>
  );
}

/** What each such text has to hold, by the name of what is missing. */
const needed = [
  ['practice', '{practice}'],
  ['phone', '{phone}'],
  ['stop', 'STOP'],
] as const;

function Fields({ words, onClose }: Props & { readonly words: WordsToWrite }) {
  const t = useWords();
  const toast = useToast();
  const [text, setText] = useState(words.text);
  const [language, setLanguage] = useState(words.language);
  const save = useAction('words.save');
  const refresh = useConsentRefresh();
  const missing = needed.filter(([, part]) => !text.includes(part));
  const submit = async () => {
    if (missing.length > 0) return;
    if (!(await save.run({ language, text, replaces: words.replaces }))) return;
    await refresh();
    toast({ tone: 'ok', title: t('consents.ready.saved') });
    onClose();
  };
  return (
    <DialogForm
      action={t('consents.ready.save')}
      busy={save.running}
      blocked={
        text === words.text
          ? t('consents.forms.unchanged')
          : missing.length > 0
            ? t('consents.forms.missingFirst')
            : undefined
      }
      error={save.error}
      onSubmit={() => submit()}
      onCancel={onClose}
    >
      <p>{t('consents.ready.editLead')}</p>
      {words.replaces === '' ? (
        <ChoiceField
          inline
          label={t('consents.ready.language')}
          value={language}
          onChange={setLanguage}
          choices={languages.map((value) => ({ value, label: languageNames[value] }))}
        />
      ) : null}
      <TextField
        long
        label={t('consents.ready.text')}
        hint={t('consents.ready.textHint', { count: words.longest })}
        value={text}
        maxLength={400}
        onChange={(next) => {
          setText(next);
          save.clear();
        }}
      />
      {missing.length > 0 ? (
        <Notice live tone="warn" title={t('consents.ready.lacks', { count: missing.length })}>
          <ul className={classes['missing']}>
            {missing.map(([name]) => (
              <li key={name}>{t(`consents.ready.missing.${name}`)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
    </DialogForm>
  );
}
