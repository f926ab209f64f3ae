import { useKnownState } from '../../door/context';
import type { DrillRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import { PrintedPaper } from '../../ui';
import { drillFacts } from './drillFacts';
import classes from './PrintedDrill.module.css';

interface Props {
  readonly drill: DrillRow;
}

/** The paper for the clinic's binder. It names no patient. */
export function PrintedDrill({ drill }: Props) {
  const t = useWords();
  const formats = useFormats();
  const clinic = useKnownState()?.clinicName;
  return (
    <PrintedPaper
      head={clinic ? `${t('app.name')} · ${clinic}` : t('app.name')}
      title={t('drills.paperTitle')}
      sign={t('drills.paperSign')}
    >
      <p className={classes['outcome']}>{t(`drills.outcome.${drill.outcome}`)}</p>
      <p>{t(`drills.nextStep.${drill.outcome}`)}</p>
      <table className={classes['facts']}>
        <tbody>
          {drillFacts(drill, t, formats, formats.datedTime).map((fact) => (
            <tr key={fact.term}>
              <th scope="row">{fact.term}</th>
              <td>{fact.value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('drills.paperAbout')}</p>
    </PrintedPaper>
  );
}
