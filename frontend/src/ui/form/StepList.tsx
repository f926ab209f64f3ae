import { IconCheck } from '@tabler/icons-react';
import { useWords } from '../../i18n/I18nProvider';
import classes from './StepList.module.css';

interface Props {
  readonly label: string;
  readonly steps: readonly { readonly key: string; readonly title: string }[];
  /** The key of the step that is being done. */
  readonly current: string;
}

/** The steps of a set-up, with what is done and what is to come. */
export function StepList({ label, steps, current }: Props) {
  const t = useWords();
  const here = steps.findIndex((s) => s.key === current);
  return (
    <ol className={classes['steps']} aria-label={label}>
      {steps.map((step, at) => {
        const state = at < here ? 'done' : at === here ? 'current' : 'todo';
        return (
          <li
            key={step.key}
            className={classes['step']}
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
          >
            <span className={classes['number']} aria-hidden="true">
              {state === 'done' ? <IconCheck size="1rem" stroke={2.5} /> : at + 1}
            </span>
            <span>{step.title}</span>
            <span className="ql-spoken">
              {state === 'done'
                ? t('ui.stepDone')
                : state === 'current'
                  ? t('ui.stepCurrent')
                  : t('ui.stepTodo')}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
