import { DoorError } from '../door/error';
import type { Health } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { damage } from './finding';
import { ago } from './people';
import { closedState, moved, openState } from './shapes';
import { samplePassphrase } from './sheet';

/** A clinic that was checked yesterday and found well. */
export const well: Health = {
  checked: ago(60 * 26),
  outcome: 'good',
  faults: [],
  next: '2026-03-22T15:42:00.000Z',
  overdue: false,
  work: 'none',
  part: 'none',
  done: 0,
  total: 0,
  problem: null,
  remade: false,
  search: null,
  unopened: 0,
  wentOn: null,
  exported: '',
  lostAttachments: 0,
};

/** The doors of a clinic's health, and of its move to another computer. */
export const healthDoors = (clinic: Clinic) =>
  ({
    'health.status': () => clinic.health,
    'health.check': () => {
      clinic.health = { ...clinic.health, work: 'check', part: 'records', done: 1200, total: 8400 };
      return clinic.health;
    },
    'health.cancel': () => {
      clinic.health = { ...clinic.health, work: 'none', part: 'none', done: 0, total: 0 };
      return clinic.health;
    },
    'health.remake': () => {
      clinic.health = { ...clinic.health, work: 'rebuild', part: 'lists', done: 900, total: 8400 };
      return clinic.health;
    },
    'health.goingOn': () => ({ done: 0, total: 0, seconds: 0 }),
    'health.goOn': () => {
      clinic.state = { ...openState, me: clinic.state.me };
      return clinic.state;
    },
    'health.close': () => {
      clinic.state = { ...clinic.state, phase: 'halted', finding: { ...damage, opens: true } };
      return clinic.state;
    },
    'health.export': () => ({
      folder: 'quietline-2026-03-04-150500',
      patients: 41,
      texts: 1208,
      consents: 39,
      unreadable: 17,
      gaps: [{ from: ago(60 * 50), until: ago(60 * 49), events: 17 }],
      uncertain: 3,
      attachments: 96,
      lostAttachments: 2,
      lostAt: [ago(60 * 49)],
      scans: 12,
      lostScans: 1,
      recorded: true,
    }),
    'health.exporting': () => ({ stage: 'reading', done: 2400, total: 8400 }),
    'health.stopExport': () => ({}),
    'health.attachments': () => ({ items: [], more: 0 }),
    'move.begin': ({ folder }) => {
      if (!folder.startsWith('/')) return new DoorError('parcel.not_written');
      const move = {
        begun: ago(0),
        by: '',
        file: 'a.quietline',
        code: 'abcd-efgh',
        foreign: 2,
        days: 7,
      };
      clinic.state = {
        ...clinic.state,
        phase: 'halted',
        finding: moved({ ...move, done: 0, total: 0 }),
      };
      return clinic.state;
    },
    'move.takeBack': () => {
      clinic.state = openState;
      return clinic.state;
    },
    'move.chooseFile': () => ({ file: '/stick/a.quietline', typed: false }),
    'move.open': ({ code }) =>
      code === 'abcd-efgh'
        ? { made: ago(60), members: closedState.members.slice(1) }
        : new DoorError('vault.move_mistyped'),
    'move.arrive': ({ passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      clinic.state = openState;
      return clinic.state;
    },
  }) satisfies Partial<Replies>;
