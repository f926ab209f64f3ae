import { createPortal } from 'react-dom';
import type { DrillRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { drillFacts } from './drillFacts';
import classes from './PrintedDrill.module.css';

interface Props {
  readonly drill: DrillRow;
}

/** Seen from here every date has its year: paper lies for years. */
const longAgo = new Date(0);

/** The paper for the clinic's binder. It names no patient. */
export function PrintedDrill({ drill }: Props) {
  const t = useWords();
  const formats = useFormats();
  return createPortal(
    <div className={classes['paper']} aria-hidden="true">
      <p className={classes['brand']}>{t('app.name')}</p>
      <h1 className={classes['title']}>{t('drills.paperTitle')}</h1>
      <p className={classes['outcome']}>{t(`drills.outcome.${drill.outcome}`)}</p>
      <p>{t(`drills.nextStep.${drill.outcome}`)}</p>
      <table className={classes['facts']}>
        <tbody>
          {drillFacts(drill, t, formats, longAgo).map((fact) => (
            <tr key={fact.term}>
              <th scope="row">{fact.term}</th>
              <td>{fact.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('drills.paperAbout')}</p>
      <p className={classes['sign']}>{t('drills.paperSign')}</p>
    </div>,
    document.body,
  );
}
