import { PaperError } from './trouble';

/** Brings a file of the program, unpacked where it is packed. */
export async function brought(
  address: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok || !response.body) throw new PaperError({ kind: 'failed' });
    const plain = address.endsWith('.gz')
      ? response.body.pipeThrough(new DecompressionStream('gzip'))
      : response.body;
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof PaperError) throw thrown;
    throw new PaperError({ kind: 'failed' });
  }
}
