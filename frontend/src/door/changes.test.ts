import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { applyChange } from './changes';
import { healthKeys } from './keys';

it('looks again after a first look that was under way when something changed', async () => {
  const queries = new QueryClient();
  const looks: ((data: string) => void)[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: healthKeys.status,
    queryFn: () => new Promise<string>((resolve) => looks.push(resolve)),
  });
  const end = observer.subscribe(() => {});
  const applied = applyChange(queries, { topic: 'health', ids: [], pos: 0 });
  looks[0]?.('before');
  await expect.poll(() => looks.length).toBe(2);
  looks[1]?.('after');
  await applied;
  expect(observer.getCurrentResult().data).toBe('after');
  end();
});
