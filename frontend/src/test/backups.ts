import { DoorError } from '../door/error';
import type { Backups, Drills } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { ago } from './people';
import { closedState } from './shapes';
import { sheetWords } from './sheet';

/** Backups that went well, in one folder. */
export const oneFolder: Backups = {
  folders: [{ folder: '/disk/Quietline backup', newest: ago(20), late: false, problem: null }],
  room: true,
  late: false,
  stage: 'none',
  done: 0,
  total: 0,
  problem: null,
};

/** A clinic in which no backup has been tried out yet. */
export const noDrill: Drills = {
  days: 90,
  next: '',
  overdue: false,
  folder: '',
  waits: false,
  stage: 'none',
  done: 0,
  total: 0,
  problem: null,
  items: [],
};

const copies = {
  items: [
    { number: 2, made: ago(20), attachments: 96, bytes: 48_000_000 },
    { number: 1, made: ago(60 * 24), attachments: 95, bytes: 47_500_000 },
  ],
  unreadable: 0,
};

/** The doors of backups, of trying them out, and of restoring one. */
export const backupDoors = (clinic: Clinic) =>
  ({
    'backup.status': () => clinic.backups,
    'backup.copies': () => copies,
    'backup.run': () => {
      clinic.backups = { ...clinic.backups, stage: 'records', done: 1200, total: 8400 };
      return clinic.backups;
    },
    'backup.add': ({ folder }) => {
      if (!folder.startsWith('/')) return new DoorError('backup.unreachable');
      const added = { folder, newest: '', late: true, problem: null };
      const folders = [...clinic.backups.folders, added];
      clinic.backups = { ...clinic.backups, folders, room: folders.length < 2 };
      return clinic.backups;
    },
    'backup.rejoin': ({ folder, words }) => {
      if (words !== sheetWords.join(' ')) return new DoorError('vault.wrong_words');
      const folders = clinic.backups.folders.map((f) =>
        f.folder === folder ? { ...f, problem: null } : f,
      );
      clinic.backups = { ...clinic.backups, folders };
      return clinic.backups;
    },
    'drill.status': () => clinic.drills,
    'drill.run': ({ folder }) => {
      clinic.drills = { ...clinic.drills, folder, stage: 'restoring', done: 300, total: 8400 };
      return clinic.drills;
    },
    'drill.stop': () => {
      clinic.drills = { ...clinic.drills, folder: '', stage: 'none', done: 0, total: 0 };
      return clinic.drills;
    },
    'drill.saw': ({ began }) => {
      const reader = { name: clinic.state.me?.name ?? '', at: ago(0) };
      const items = clinic.drills.items.map((d) =>
        d.began === began ? { ...d, seen: [...d.seen, reader] } : d,
      );
      clinic.drills = { ...clinic.drills, items };
      return clinic.drills;
    },
    'drill.saveDays': ({ days }) => {
      clinic.drills = { ...clinic.drills, days };
      return clinic.drills;
    },
    'backup.remove': ({ folder }) => {
      const folders = clinic.backups.folders.filter((f) => f.folder !== folder);
      clinic.backups = { ...clinic.backups, folders, room: true };
      return clinic.backups;
    },
    'folder.choose': () => ({ folder: '/disk', typed: false }),
    'restore.open': ({ words }) =>
      words === sheetWords.join(' ')
        ? copies
        : new DoorError('vault.word_unknown', { position: 3 }),
    'restore.run': () => {
      clinic.state = { ...closedState, needsRecovery: true, members: [] };
      return { made: ago(20), lost: 0 };
    },
    'restore.progress': () => ({ stage: 'none', done: 0, total: 0, seconds: 0 }),
    'restore.stop': () => ({}),
  }) satisfies Partial<Replies>;
