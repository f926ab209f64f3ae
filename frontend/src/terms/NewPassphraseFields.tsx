import { useState } from 'react';
import { useWords } from '../i18n/I18nProvider';
import { PassphraseField } from '../ui';
import classes from './NewPassphraseFields.module.css';

/** The shortest passphrase that the program takes; NIST SP 800-63B-4 asks for 15 where it stands alone. */
export const shortest = 15;

export interface NewPassphrase {
  readonly value: string;
  /** Long enough, and typed twice alike. */
  readonly fits: boolean;
  /** What the fields are given. */
  readonly fields: FieldsProps;
}

/** Keeps a passphrase while it is typed twice. */
export function useNewPassphrase(onEdit?: () => void): NewPassphrase {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  return {
    value: passphrase,
    fits: lengthOf(passphrase) >= shortest && passphrase === again,
    fields: {
      passphrase,
      again,
      onPassphrase: (value) => {
        setPassphrase(value);
        onEdit?.();
      },
      onAgain: setAgain,
    },
  };
}

interface FieldsProps {
  readonly passphrase: string;
  readonly again: string;
  readonly onPassphrase: (value: string) => void;
  readonly onAgain: (value: string) => void;
}

/**
 * A new passphrase, typed twice. Its strength is shown by length alone: no rule
 * about signs and digits makes people choose well, and length does.
 */
export function NewPassphraseFields({ passphrase, again, onPassphrase, onAgain }: FieldsProps) {
  const t = useWords();
  const length = lengthOf(passphrase);
  const enough = length >= shortest;
  const differs = again.length >= passphrase.length && again !== '' && again !== passphrase;
  return (
    <>
      <div>
        <PassphraseField
          label={t('terms.passphrase.label')}
          hint={t('terms.passphrase.hint', { min: shortest })}
          value={passphrase}
          onChange={onPassphrase}
        />
        <div className={classes['strength']} data-enough={enough || undefined}>
          <meter
            className={classes['meter']}
            min={0}
            max={shortest}
            value={Math.min(length, shortest)}
            aria-label={t('terms.passphrase.length')}
          />
          <span role="status">
            {enough
              ? t('terms.passphrase.enough')
              : t('terms.passphrase.more', { count: shortest - length })}
          </span>
        </div>
      </div>
      <PassphraseField
        label={t('terms.passphrase.again')}
        value={again}
        onChange={onAgain}
        error={differs ? t('terms.passphrase.differs') : undefined}
      />
    </>
  );
}

/** Characters as a person counts them. */
function lengthOf(passphrase: string): number {
  return [...passphrase].length;
}
