import { describe, expect, it, vi } from 'vitest';
import { readEventStream, type StreamEvent } from './eventStream';
import { httpTransport } from './httpTransport';
import { type Changed, readChanged } from './transport';
import { findBridge, type WindowBridge, windowTransport } from './windowTransport';

function stream(...chunks: string[]): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(text.encode(chunk));
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEventStream(body)) events.push(event);
  return events;
}

describe('the event stream', () => {
  it('reads names, data of several lines, comments and every line end', async () => {
    expect(
      await all(
        stream(': hello\n\nevent: changed\ndata: {"a":\ndata: 1}\nid: 4\n\ndata:x\r\n\r\n'),
      ),
    ).toEqual([
      { name: 'changed', data: '{"a":\n1}' },
      { name: 'message', data: 'x' },
    ]);
  });

  it('joins what arrives in pieces, a letter of several bytes included', async () => {
    const bytes = new TextEncoder().encode('data: é\r\n\r\n');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    expect(await all(body)).toEqual([{ name: 'message', data: 'é' }]);
  });

  it('drops an event that was cut off', async () => {
    expect(await all(stream('data: 1\n\ndata: 2\n'))).toEqual([{ name: 'message', data: '1' }]);
  });
});

describe('over HTTP', () => {
  it('posts to the door with the token in a header, never in the address', async () => {
    const fetch = vi.fn(async (_path: string, _init: RequestInit) => new Response('{"ok":{}}'));
    const transport = httpTransport('secret', { fetch, wait: async () => {} });
    expect(await transport.call('app.state', '{}')).toBe('{"ok":{}}');
    const [path, init] = fetch.mock.calls[0] ?? [];
    expect(path).toBe('/door/app.state');
    expect(init).toMatchObject({ method: 'POST', body: '{}' });
    expect(new Headers(init?.headers).get('X-Quietline-Token')).toBe('secret');
  });

  it('says that nothing came back, and that trying again may help', async () => {
    const transport = httpTransport('t', {
      fetch: async () => {
        throw new TypeError('connection refused');
      },
      wait: async () => {},
    });
    await expect(transport.call('app.state', '{}')).rejects.toMatchObject({
      code: 'door.unreachable',
      retry: true,
    });
  });

  it('opens a broken stream again and then asks for everything', async () => {
    const topics: string[] = [];
    const bodies = ['data: {"topic":"line","ids":[],"pos":1}\n\n', 'data: {"topic":"inbox"}\n\n'];
    await new Promise<void>((done) => {
      const stop = httpTransport('t', {
        fetch: async () => {
          const body = bodies.shift();
          if (body === undefined) {
            stop();
            done();
            return new Response('', { status: 503 });
          }
          return new Response(stream(body));
        },
        wait: async () => {},
      }).listen({ changed: (c: Changed) => topics.push(c.topic), locking: () => {} });
    });
    expect(topics).toEqual(['line', 'everything', 'inbox']);
  });
});

describe('in the window', () => {
  function bridge(call: (token: string, name: string, request: string) => Promise<string>) {
    const heard = new Map<string, (...data: unknown[]) => void>();
    const emitted: string[] = [];
    const page: WindowBridge = {
      go: { app: { Door: { Call: call } } },
      runtime: {
        EventsOn: (name, fn) => {
          heard.set(name, fn);
          return () => heard.delete(name);
        },
        EventsEmit: (name) => emitted.push(name),
      },
    };
    return { page, heard, emitted };
  }

  it('calls the bound door', async () => {
    const call = vi.fn(async () => '{"ok":{}}');
    await windowTransport(bridge(call).page, 'token').call('line.status', '{}');
    expect(call).toHaveBeenCalledWith('token', 'line.status', '{}');
  });

  it('blanks first and acknowledges then', async () => {
    const { page, heard, emitted } = bridge(async () => '');
    const order: string[] = [];
    const stop = windowTransport(page, '').listen({
      changed: () => {},
      locking: () => order.push(`blank, told ${emitted.length}`),
    });
    heard.get('locking')?.();
    expect(order).toEqual(['blank, told 0']);
    await vi.waitFor(() => expect(emitted).toEqual(['blanked']));
    stop();
    expect(heard.size).toBe(0);
  });

  it('is found only where both halves are', () => {
    expect(findBridge({})).toBeNull();
    expect(findBridge({ go: {} })).toBeNull();
    expect(findBridge(bridge(async () => '').page)).not.toBeNull();
  });
});

describe('a change from outside', () => {
  it('is everything where it cannot be read', () => {
    expect(readChanged(undefined).topic).toBe('everything');
    expect(readChanged({ topic: 4 }).topic).toBe('everything');
    expect(readChanged({ topic: 'thread', ids: ['a', 1], pos: 7 })).toEqual({
      topic: 'thread',
      ids: ['a'],
      pos: 7,
    });
  });
});
