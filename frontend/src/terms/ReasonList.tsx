import type { Reason } from '../door/shapes';
import { useWords } from '../i18n/I18nProvider';
import classes from './ReasonList.module.css';
import { useReasonWords } from './reasons';

interface Props {
  readonly reasons: readonly Reason[];
  /** With what each rule rests on. */
  readonly withSource?: boolean;
}

/** Why, each with the next step. */
export function ReasonList({ reasons, withSource = false }: Props) {
  const t = useWords();
  const words = useReasonWords();
  return (
    <ul className={classes['reasons']}>
      {reasons.map((reason) => {
        const { why, next, source } = words(reason);
        return (
          <li key={reason.code} className={classes['reason']}>
            <p className={classes['why']}>{why}</p>
            {next ? <p>{next}</p> : null}
            {withSource && source ? (
              <p className={classes['source']}>{t('inbox.source', { source })}</p>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
