import type { IncidentRow } from '../../door/shapes';
import { useFormats, useWords } from '../../i18n/I18nProvider';
import classes from './incidents.module.css';

/** What is due of an incident, with the days that are left. */
export function Due({ row }: { readonly row: IncidentRow }) {
  const t = useWords();
  const formats = useFormats();
  const left = (days: number) =>
    days < 0
      ? t('incidents.late', { count: -days })
      : days === 0
        ? t('incidents.today')
        : t('incidents.left', { count: days });
  return (
    <ul className={classes['plain']}>
      {row.due.map((due) => (
        <li key={due.task} className={classes['quiet']}>
          {due.by
            ? `${t(`incidents.task.${due.task}`)} · ${t('incidents.by', { date: formats.day(due.by) })} · ${left(due.left)}`
            : t(`incidents.task.${due.task}`)}
        </li>
      ))}
    </ul>
  );
}
