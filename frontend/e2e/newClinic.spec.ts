import { filesHolding } from './program/search';
import { expect, test } from './program/story';
import type { Language } from './program/words';
import { today, zoneAtMidday } from './program/zone';

const passphrase = 'seven grey herons at dawn';

interface Cast {
  readonly clinic: string;
  readonly person: string;
  readonly patient: string;
  readonly question: string;
  readonly answer: string;
  readonly stranger: string;
  readonly strangersText: string;
}

const casts: Readonly<Record<Language, Cast>> = {
  en: {
    clinic: 'Juniper Counseling',
    person: 'Amir Haddad',
    patient: 'Marisol Vega',
    question: 'Good afternoon Marisol, the heliotrope room is free on Thursday at 3.',
    answer: 'Wonderful, Thursday suits me. Bringing the kaleidoscope!',
    stranger: 'Tobias Nightingale',
    strangersText: 'Hello, my neighbor recommended your practice. Any openings?',
  },
  es: {
    clinic: 'Consejería El Enebro',
    person: 'Amira Haddad',
    patient: 'Marisol Vega Ordóñez',
    question: 'Buenas tardes, Marisol. El jueves a las 3 está libre la sala heliotropo.',
    answer: 'Perfecto, el jueves me conviene. ¡Llevaré el caleidoscopio!',
    stranger: 'Tobías Ruiseñor',
    strangersText: 'Hola, mi vecina me recomendó su consultorio. ¿Tienen lugar?',
  },
};

const languageNames: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

// Both numbers are of people who answer by themselves only after a good while.
const patientsPhone = '+13035550143';
const strangersPhone = '+13035550188';

for (const language of ['en', 'es'] as const) {
  test.describe(`a new clinic, ${languageNames[language]}`, () => {
    test.use({ language });

    test('is made, texts with a patient, is locked and opened again', async ({
      office,
      page,
      screens,
    }) => {
      test.setTimeout(360_000);
      const { t, setup, signIn, desk, conversation, paper } = screens;
      const cast = casts[language];
      const zone = zoneAtMidday();
      const program = await office.start();
      const secrets = [
        ...[cast.patient, ...cast.patient.split(' ').filter((word) => word.length > 5)],
        ...[cast.question, 'heliotrop', cast.answer, cast.strangersText],
        ...[cast.stranger, ...cast.stranger.split(' '), cast.person, passphrase],
        ...['3035550143', '555-0143', '3035550188', '555-0188'],
      ];

      await test.step('makes the clinic and proves that the recovery sheet is on paper', async () => {
        await page.goto(program.url);
        await setup.speak(language);
        const words = await setup.found(
          { ...cast, officePhone: '(303) 555-0100', zone, passphrase },
          '303 555 0199',
        );
        expect(words).toHaveLength(16);
        secrets.push(words.slice(0, 3).join(' '));
        await expect(desk.inbox).toBeVisible();
        await expect(page.getByText(t('inbox.none.all.title'))).toBeVisible();
      });

      await test.step('adds a patient', async () => {
        const form = await desk.addPatient();
        await form.fill({
          name: cast.patient,
          phone: '(303) 555-0143',
          born: { day: '4', month: '5', year: '1990' },
          language: languageNames[language],
        });
        await form.save();
        await expect(form.dialog).toBeHidden();
        await expect(page.getByRole('heading', { name: cast.patient }).first()).toBeVisible();
      });

      await test.step('is told why a text cannot go, and takes the next step', async () => {
        await conversation.write(cast.question);
        await expect(conversation.says(t('reasons.policy.no_consent'))).toBeVisible();
        await expect(
          conversation.says(t('steps.policy.next_record_consent')).first(),
        ).toBeVisible();
        await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
        await conversation.remedy(t('paper.record')).click();
        await paper.fill(['scheduling'], today(zone));
        await paper.save();
        await expect(
          conversation.says(
            t('inbox.answer.consent', { topic: t('terms.category.scheduling.name') }),
          ),
        ).toBeVisible();
      });

      await test.step('sends it, and sees it arrive', async () => {
        await expect(conversation.composer).toHaveValue(cast.question);
        await conversation.composer.press('Control+Enter');
        await expect(conversation.composer).toHaveValue('');
        const sent = conversation.text(cast.question);
        await expect(sent.getByText(t('message.delivered'))).toBeVisible({ timeout: 60_000 });
        await sent.getByRole('button', { name: t('message.why') }).click();
        const why = page.getByRole('dialog', { name: t('message.why') });
        await expect(why.getByText(t('inbox.why.consent'))).toBeVisible();
        await expect(why.getByText(cast.person)).toBeVisible();
        await page.keyboard.press('Escape');
        const texts = await program.telephones.texts();
        expect(texts.map(({ to, body }) => ({ to, body }))).toEqual([
          { to: patientsPhone, body: cast.question },
        ]);
      });

      await test.step('gets the answer by itself, and may answer that', async () => {
        await program.telephones.text(patientsPhone, cast.answer);
        await expect(conversation.text(cast.answer)).toBeVisible({ timeout: 60_000 });
        await expect(conversation.says(t('inbox.answer.reply'))).toBeVisible();
      });

      await test.step('finds out who an unknown number is', async () => {
        await program.telephones.text(strangersPhone, cast.strangersText);
        await expect(desk.thread('555-0188')).toBeVisible({ timeout: 60_000 });
        await desk.openThread('(303) 555-0188');
        await expect(conversation.text(cast.strangersText)).toBeVisible();
        await conversation.write('…');
        await expect(conversation.says(t('reasons.policy.no_patient'))).toBeVisible();
        await conversation.write('');
        await conversation.remedy(t('patients.stranger.add')).click();
        const form = desk.patientForm;
        await expect(form.phone).toHaveValue('(303) 555-0188');
        await form.fill({ name: cast.stranger, born: { day: '29', month: '2', year: '1988' } });
        await form.save();
        await expect(desk.thread(cast.stranger)).toBeVisible();
        await expect(conversation.text(cast.strangersText)).toBeVisible();
      });

      await test.step('heeds STOP at once', async () => {
        await program.telephones.text(patientsPhone, 'STOP');
        await desk.openThread(cast.patient);
        await expect(conversation.text('STOP')).toBeVisible({ timeout: 60_000 });
        await conversation.write(cast.question);
        await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
        await expect(conversation.says(t('steps.policy.next_ask_for_start')).first()).toBeVisible();
      });

      await test.step('no file holds a readable word while the clinic is in use', async () => {
        expect(await filesHolding(office.folder, secrets)).toEqual([]);
      });

      await test.step('locks, and nothing readable is left', async () => {
        await desk.lock();
        await expect(signIn.title).toBeVisible();
        const shown = (await page.content()) + (await page.locator('body').innerText());
        for (const secret of [...secrets, cast.clinic].filter((s) => s !== cast.person)) {
          expect(shown).not.toContain(secret);
        }
        expect(await page.title()).not.toContain(cast.clinic);
        expect(await filesHolding(office.folder, secrets)).toEqual([]);
        expect(await filesHolding(office.browser, secrets)).toEqual([]);
      });

      await test.step('signs in again, and everything is there', async () => {
        await signIn.signIn('seven grey herons at dusk');
        await expect(signIn.wrongPassphrase).toBeVisible();
        await signIn.signIn(passphrase);
        await expect(desk.inbox).toBeVisible();
        await expect(desk.thread(cast.stranger)).toBeVisible();
        await desk.openThread(cast.patient);
        for (const body of [cast.question, cast.answer, 'STOP']) {
          await expect(conversation.text(body).first()).toBeVisible();
        }
        // What was being written is there, too.
        await expect(conversation.composer).toHaveValue(cast.question);
      });

      for (const secret of secrets) expect(program.log).not.toContain(secret);
    });
  });
}
