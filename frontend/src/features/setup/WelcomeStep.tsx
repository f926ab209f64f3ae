import { IconBuildingCommunity, IconFileText, IconPhone } from '@tabler/icons-react';
import { useWords } from '../../i18n/I18nProvider';
import { Button, Form } from '../../ui';
import classes from './WelcomeStep.module.css';

interface Props {
  readonly onNext: () => void;
  /** A clinic comes back from a backup. */
  readonly onRestore: () => void;
  /** A clinic comes from another computer. */
  readonly onArrive: () => void;
}

/** What will be asked and what should lie at hand. */
export function WelcomeStep({ onNext, onRestore, onArrive }: Props) {
  const t = useWords();
  const icon = { size: '1.25rem', stroke: 1.75, 'aria-hidden': true } as const;
  const items = [
    { key: 'clinic', icon: <IconBuildingCommunity {...icon} />, words: t('setup.welcome.clinic') },
    { key: 'sheet', icon: <IconFileText {...icon} />, words: t('setup.welcome.sheet') },
    { key: 'number', icon: <IconPhone {...icon} />, words: t('setup.welcome.number') },
  ];
  return (
    <Form
      onSubmit={onNext}
      actions={
        <>
          <Button submit kind="main" size="md">
            {t('setup.start')}
          </Button>
          <Button size="md" onClick={onRestore}>
            {t('restore.welcome')}
          </Button>
          <Button size="md" onClick={onArrive}>
            {t('arrive.welcome')}
          </Button>
        </>
      }
    >
      <ul className={classes['items']}>
        {items.map((item) => (
          <li key={item.key} className={classes['item']}>
            <span className={classes['icon']}>{item.icon}</span>
            {item.words}
          </li>
        ))}
      </ul>
    </Form>
  );
}
