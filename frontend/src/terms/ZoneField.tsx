import { useMemo } from 'react';
import { useLanguage, useWords } from '../i18n/I18nProvider';
import { SelectField } from '../ui';
import { zoneLabel, zoneNames } from './zones';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** IANA name, or empty. */
  readonly value: string;
  readonly onChange: (zone: string) => void;
}

/** A time zone, chosen and never guessed from an area code. */
export function ZoneField({ label, hint, error, value, onChange }: Props) {
  const t = useWords();
  const { language } = useLanguage();
  const options = useMemo(
    () => zoneNames().map((zone) => ({ value: zone, label: zoneLabel(zone, language) })),
    [language],
  );
  return (
    <SelectField
      label={label}
      hint={hint}
      error={error}
      value={value}
      options={options}
      onChange={onChange}
      placeholder={t('terms.chooseZone')}
    />
  );
}
