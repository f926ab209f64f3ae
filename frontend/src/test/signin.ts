import type { Answer } from '../door/door';
import { DoorError } from '../door/error';
import type { LockSettings } from '../door/shapes';
import type { Clinic, Replies } from './clinic';
import { ago } from './people';
import { closedState, openState } from './shapes';
import { samplePassphrase, sheet, sheetWords } from './sheet';

export const clinicSettings = {
  clinicName: 'Juniper Counseling',
  officePhone: '(303) 555-0100',
  zone: 'America/Denver',
  language: 'en' as const,
  textFrom: 9,
  textTo: 20,
  sundayFrom: 12,
  sundayTo: 20,
  dayCap: 1,
  weekCap: 3,
  textName: '',
  answerHours: 24,
} as Answer<'clinic.settings'>;

/** The same time for every role. */
export function sameFor(rule: LockSettings['rule'], minutes: number, hours: number): LockSettings {
  return {
    rule,
    frontDesk: minutes,
    therapist: minutes,
    officeManager: minutes,
    privacyOfficer: minutes,
    longestHours: hours,
  };
}

const lockChoices = {
  items: [
    { mostMinutes: 15, mostHours: 24, offered: sameFor('in_force', 10, 12) },
    { mostMinutes: 10, mostHours: 12, offered: sameFor('proposed', 5, 10) },
  ],
};

/** The doors of beginning a clinic, signing in, locking, and of what each person and device has set. */
export const signInDoors = (clinic: Clinic) =>
  ({
    'app.state': () => clinic.state,
    'clinic.create': ({ clinicName, yourName, language, passphrase }) => {
      if (passphrase.length < 12) return new DoorError('vault.passphrase_short', { min: 12 });
      clinic.state = {
        ...openState,
        clinicName,
        language,
        me: { id: 'm2', name: yourName, role: 'office_manager', short: false },
        sheetPending: true,
      };
      clinic.line = { ...clinic.line, line: 'none', kind: 'none', phone: '', lastHeard: '' };
      clinic.people.length = 0;
      return sheet;
    },
    'clinic.showSheet': () => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      return sheet;
    },
    'clinic.confirmSheet': ({ words }) => {
      const wanted = [3, 7, 12].map((n) => sheetWords[n - 1]);
      const wrong = wanted.findIndex((w, i) => w !== words[i]?.trim().toLowerCase());
      if (wrong >= 0) return new DoorError('vault.word_differs', { position: [3, 7, 12][wrong] });
      clinic.state = { ...clinic.state, sheetPending: false };
      return clinic.state;
    },
    'clinic.sheet': () => clinic.sheet,
    'clinic.checkSheet': ({ words }) => {
      if (words !== sheetWords.join(' ')) return new DoorError('vault.wrong_words');
      clinic.sheet = { ...clinic.sheet, proven: ago(0), due: ago(-60 * 24 * 365), check: 'fine' };
      clinic.state = { ...clinic.state, sheetCheck: 'fine' };
      return clinic.sheet;
    },
    'clinic.signingIn': () => clinic.asked,
    'clinic.saveSigningIn': ({ phone }) => {
      if (phone && clinic.ways.phone === '') return new DoorError('desk.phone_first');
      clinic.asked = { ...clinic.asked, phone };
      return clinic.asked;
    },
    'clinic.settings': () => clinic.settings,
    'clinic.saveSettings': (settings) => {
      clinic.settings = settings;
      return settings;
    },
    'me.waysIn': () => clinic.ways,
    'me.beginPhone': () => ({
      text: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      square:
        'otpauth://totp/Quietline:Amir?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Quietline',
    }),
    'me.confirmPhone': ({ code }) => {
      if (code !== '123456') return new DoorError('vault.wrong_code');
      clinic.ways = { ...clinic.ways, phone: ago(0), backupCodes: 10 };
      clinic.state = { ...clinic.state, phoneAsked: false };
      return { codes: Array.from({ length: 10 }, (_, n) => `k${n}f4q-9w2z${n}`) };
    },
    'me.endPhone': () => {
      clinic.ways = { ...clinic.ways, phone: '', backupCodes: 0 };
      return clinic.ways;
    },
    'me.sawPhoneEnd': () => {
      clinic.state = { ...clinic.state, phoneEnd: null };
      return clinic.state;
    },
    'device.check': () => clinic.state,
    'me.setShort': ({ phrase }) => {
      if (phrase.length < 8) return new DoorError('vault.passphrase_short', { min: 8 });
      clinic.ways = { ...clinic.ways, short: ago(0) };
      return clinic.ways;
    },
    'me.endShort': () => {
      clinic.ways = { ...clinic.ways, short: '' };
      return clinic.ways;
    },
    'device.settings': () => clinic.device,
    'device.saveSettings': (device) => {
      clinic.device = device;
      return device;
    },
    'session.signIn': ({ member, passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      const me = clinic.state.members.find((m) => m.id === member) ?? null;
      clinic.state = {
        ...openState,
        sample: clinic.state.sample,
        language: clinic.state.language,
        me,
      };
      return clinic.state;
    },
    'session.lock': () => {
      clinic.state = {
        ...closedState,
        sample: clinic.state.sample,
        language: clinic.state.language,
      };
      return {};
    },
    'session.standing': () => clinic.standing,
    'session.stay': () => {
      clinic.standing = { near: 'none', seconds: 0 };
      return clinic.standing;
    },
    'session.copied': () => ({}),
    'clinic.lockSettings': () => clinic.locking,
    'clinic.saveLockSettings': (locking) => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      const strict = locking.rule === 'proposed';
      if (strict && clinic.ways.phone === '') return new DoorError('desk.phone_first');
      clinic.locking = locking;
      clinic.asked = { ...clinic.asked, phone: strict || clinic.asked.phone, byRule: strict };
      return locking;
    },
    'clinic.lockChoices': () => lockChoices,
    'clinic.receiving': () => clinic.receiving,
    'clinic.saveReceiving': (receiving) => {
      if (!clinic.confirmed) return new DoorError('session.confirm');
      clinic.receiving = receiving;
      return receiving;
    },
    'session.handOver': () => ({}),
    'session.confirm': ({ passphrase }) => {
      if (passphrase !== samplePassphrase) return new DoorError('vault.wrong_passphrase');
      clinic.confirmed = true;
      return {};
    },
    'recovery.open': ({ words }) => {
      if (words.split(/\s+/).length < sheetWords.length) {
        return new DoorError('vault.words_incomplete', {
          have: words.split(/\s+/).filter(Boolean).length,
          need: sheetWords.length,
        });
      }
      return { members: closedState.members };
    },
    'recovery.bind': () => {
      clinic.state = openState;
      return clinic.state;
    },
  }) satisfies Partial<Replies>;
