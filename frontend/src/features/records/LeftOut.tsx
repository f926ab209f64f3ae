import { useWords } from '../../i18n/I18nProvider';
import { Notice } from '../../ui';
import type { Left } from './batch';

/** Names the patients of a batch for whom there is no paper. */
export function LeftOut({ left }: { readonly left: readonly Left[] }) {
  const t = useWords();
  if (left.length === 0) return null;
  return (
    <Notice tone="warn" title={t('records.batch.left', { count: left.length })} live>
      <ul>
        {left.map(({ name, error }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two patients may bear one name
          <li key={at}>
            <bdi>{name}</bdi>: {t(error ? 'records.batch.leftGone' : 'records.batch.leftForm')}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
