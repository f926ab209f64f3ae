import { describe, expect, it, vi } from 'vitest';
import { openDoor } from './door';
import { DoorError } from './error';
import type { Transport } from './transport';

function answering(reply: string): Transport {
  return { call: async () => reply, listen: () => () => {} };
}

async function refusal(reply: string): Promise<DoorError> {
  const thrown = await openDoor(answering(reply))
    .call('app.state', {})
    .then(() => null)
    .catch((e: unknown) => e);
  expect(thrown).toBeInstanceOf(DoorError);
  return thrown as DoorError;
}

describe('a call', () => {
  it('sends the request as JSON under its name', async () => {
    const call = vi.fn(async () => '{"ok":{"items":[],"next":""}}');
    const answer = await openDoor({ call, listen: () => () => {} }).call('patient.list', {
      search: 'an',
      after: '',
      limit: 20,
    });
    expect(call).toHaveBeenCalledWith(
      'patient.list',
      '{"search":"an","after":"","limit":20}',
      undefined,
    );
    expect(answer).toEqual({ items: [], next: '' });
  });

  it('rejects with code, parameters and whether to retry', async () => {
    const error = await refusal(
      '{"ok":null,"error":{"code":"vault.too_soon","params":{"seconds":5},"retry":true}}',
    );
    expect(error).toMatchObject({ code: 'vault.too_soon', params: { seconds: 5 }, retry: true });
  });

  it.each([
    ['nothing', ''],
    ['a page of HTML', '<html></html>'],
    ['a bare value', '3'],
    ['neither answer nor error', '{}'],
    ['an answer of null', '{"ok":null}'],
    ['an error without code', '{"error":{}}'],
  ])('takes %s for no reply', async (_, reply) => {
    expect((await refusal(reply)).code).toBe('door.unreadable');
  });

  it('counts app.locked as locking for everyone who listens', async () => {
    const door = openDoor(answering('{"error":{"code":"app.locked","retry":false}}'));
    const locking = vi.fn();
    const stop = door.listen({ changed: () => {}, locking });
    await expect(door.call('line.status', {})).rejects.toThrow('app.locked');
    expect(locking).toHaveBeenCalledTimes(1);
    stop();
    await expect(door.call('line.status', {})).rejects.toThrow('app.locked');
    expect(locking).toHaveBeenCalledTimes(1);
  });
});
