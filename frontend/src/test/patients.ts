import { DoorError } from '../door/error';
import type { Clinic, Replies } from './clinic';
import { card, fixedNow, patientRow, person, reason } from './people';

const noConsent = reason('no_consent', 'record_consent', '78-FR-5634');

/** The doors of patients. */
export const patientDoors = (clinic: Clinic) =>
  ({
    'patient.list': ({ search }) => ({
      items: clinic
        .cards()
        .filter((c) =>
          `${c.name} ${c.numbers[0]?.phone}`.toLowerCase().includes(search.toLowerCase()),
        )
        .map(patientRow)
        .sort((a, b) => a.name.localeCompare(b.name)),
      next: '',
    }),
    'patient.get': ({ id }) =>
      clinic.cards().find((c) => c.id === id) ?? new DoorError('app.not_found'),
    'patient.add': ({ name, phone, birthDate, shared, guardian, language, zone }) => {
      if (!name.trim()) return new DoorError('patients.name');
      const digits = phone.replace(/\D/g, '').slice(-10);
      const same = clinic
        .cards()
        .filter((c) => c.numbers.some((n) => n.phone.replace(/\D/g, '').endsWith(digits)));
      if (same.length > 0 && !shared) {
        return { id: '', thread: '', sameNumber: same.map((c) => ({ id: c.id, name: c.name })) };
      }
      const id = `new${clinic.next++}`;
      const written = `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
      const unknown = clinic.people.find((p) => p.card === null && p.phone === written);
      const added = card(id, name, written, {
        birthDate,
        guardian,
        language,
        zone,
        age: fixedNow.getUTCFullYear() - Number(birthDate.slice(0, 4)),
        standing: 'cannot_text',
        reasons: [noConsent],
        consents: [],
        ...(unknown ? { thread: unknown.thread } : {}),
      });
      if (unknown) unknown.card = added;
      else clinic.people.push(person(added, []));
      return { id, thread: added.thread, sameNumber: [] };
    },
  }) satisfies Partial<Replies>;
