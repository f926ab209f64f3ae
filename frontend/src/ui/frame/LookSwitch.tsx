import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useLanguage, useWords } from '../../i18n/I18nProvider';
import { languageNames, languages } from '../../i18n/i18n';
import classes from './LookSwitch.module.css';

/** The language of the screen, at any time. */
export function LanguageSwitch() {
  const t = useWords();
  const { language, setLanguage } = useLanguage();
  return (
    <SegmentedControl
      aria-label={t('ui.language')}
      classNames={{ root: classes['root'] ?? '', label: classes['label'] ?? '' }}
      value={language}
      onChange={(value) => {
        const chosen = languages.find((l) => l === value);
        if (chosen) setLanguage(chosen);
      }}
      data={languages.map((l) => ({ value: l, label: <span lang={l}>{languageNames[l]}</span> }))}
    />
  );
}

/** Light, dark, or as the computer is set. */
export function SchemeSwitch() {
  const t = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices = [
    { value: 'light', label: t('ui.schemeLight'), icon: <IconSun size="1rem" /> },
    { value: 'dark', label: t('ui.schemeDark'), icon: <IconMoon size="1rem" /> },
    { value: 'auto', label: t('ui.schemeAuto'), icon: <IconDeviceDesktop size="1rem" /> },
  ] as const;
  return (
    <SegmentedControl
      aria-label={t('ui.scheme')}
      classNames={{ root: classes['root'] ?? '', label: classes['label'] ?? '' }}
      value={colorScheme}
      onChange={(value) => {
        const chosen = choices.find((c) => c.value === value);
        if (chosen) setColorScheme(chosen.value);
      }}
      data={choices.map((c) => ({
        value: c.value,
        label: (
          <span className={classes['picture']} title={c.label}>
            {c.icon}
            <span className="ql-spoken">{c.label}</span>
          </span>
        ),
      }))}
    />
  );
}
