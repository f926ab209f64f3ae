import type { Door } from '../../door/door';
import { asDoorError } from '../../door/error';
import type { ScanRow } from '../../door/shapes';
import { bring } from '../../door/usePictures';
import type { SheetFile } from '../../paper/sheet';

/** A scan of a signed paper with its file, or why there is none. */
export interface BroughtScan {
  readonly row: ScanRow;
  readonly file: SheetFile | null;
  /** Why it is not on the paper; empty where it is, or where it is only named. */
  readonly trouble: '' | 'missing' | 'damaged' | 'notDrawn';
}

/** Many records at once name their scans and do not show them. */
export const named = (row: ScanRow): BroughtScan => ({ row, file: null, trouble: '' });

/** A scan of which no drawing came. */
export const undrawn = ({ row, trouble }: BroughtScan): BroughtScan => ({
  row,
  file: null,
  trouble: trouble || 'notDrawn',
});

const formats: Readonly<Record<string, SheetFile['format']>> = {
  PDF: 'pdf',
  PNG: 'png',
  JPEG: 'jpg',
};

/** Brings the files of scans. One that is missing or damaged keeps nobody from the others. */
export async function bringScans(
  door: Door,
  rows: readonly ScanRow[],
  signal: AbortSignal,
): Promise<readonly BroughtScan[]> {
  const all: BroughtScan[] = [];
  for (const row of rows) {
    try {
      const { address, format } = await door.call('scan.open', { id: row.id }, signal);
      const content = new Uint8Array(await (await bring(address, signal)).arrayBuffer());
      all.push({ row, file: { format: formats[format] ?? 'pdf', content }, trouble: '' });
    } catch (thrown) {
      const { code } = asDoorError(thrown);
      if (!code.startsWith('blob.')) throw thrown;
      all.push({ row, file: null, trouble: code === 'blob.missing' ? 'missing' : 'damaged' });
    }
  }
  return all;
}
