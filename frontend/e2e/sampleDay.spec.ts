import { axe } from './program/look';
import { expect, test } from './program/story';
import { fillDay } from './screens/desk';

/** Everyone in the sample clinic uses it. */
const passphrase = 'quiet line sample clinic';

/** A day from now where the clinic is, as the boxes of a day take it. */
function inDays(days: number): { day: string; month: string; year: string } {
  const then = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Denver' });
  const [year = '', month = '', day = ''] = then.format(Date.now() + days * 864e5).split('-');
  return { day: String(Number(day)), month: String(Number(month)), year };
}

test.describe('a day at the sample clinic', () => {
  test('is worked by the keyboard alone', async ({ office, page, screens }) => {
    test.setTimeout(240_000);
    const { t, signIn, desk, conversation } = screens;
    const keys = page.keyboard;
    await office.withSample();
    const program = await office.start();

    await test.step('signs in', async () => {
      await page.goto(program.url);
      await expect(signIn.title).toBeVisible();
      const me = signIn.person('Ana Lucía Prieto');
      // Tab reaches the people, arrows move among them.
      for (let presses = 0; presses < 12; presses++) {
        if (await page.evaluate(() => document.activeElement?.getAttribute('type') === 'radio')) {
          break;
        }
        await keys.press('Tab');
      }
      for (let presses = 0; presses < 8 && !(await me.isChecked()); presses++) {
        await keys.press('ArrowDown');
      }
      await expect(me).toBeChecked();
      for (let presses = 0; presses < 4; presses++) {
        if (await signIn.passphrase.evaluate((node) => node === document.activeElement)) break;
        await keys.press('Tab');
      }
      await keys.type(passphrase);
      await keys.press('Enter');
      await expect(desk.inbox).toBeVisible();
    });

    const first = desk.threads.getByRole('option').first();
    const marked = desk.threads.locator('[data-marked]');
    await test.step('walks the newest texts with j and k, and opens one with Enter', async () => {
      await expect(first).toContainText('unread');
      await keys.press('j');
      await keys.press('j');
      await expect(marked).toHaveAttribute('aria-posinset', '3');
      await keys.press('k');
      await expect(marked).toHaveAttribute('aria-posinset', '2');
      // Moving opens nothing: opening is recorded.
      await expect(page.getByText(t('inbox.pick.title'))).toBeVisible();
      await keys.press('Enter');
      await expect(conversation.composer).toBeVisible();
    });

    await test.step('finds a caller by the last four digits', async () => {
      await keys.press('Escape');
      await keys.press('/');
      await expect(desk.search).toBeFocused();
      await keys.type('0113');
      await keys.press('Enter');
      await expect(page.getByRole('heading', { name: 'Owen Whitfield' }).first()).toBeVisible();
    });

    await test.step('answers, and the answer simply goes', async () => {
      const body = 'Thank you for telling us. Get well soon, Owen!';
      await keys.press('r');
      await expect(conversation.composer).toBeFocused();
      await keys.type(body);
      await expect(conversation.says(t('inbox.answer.reply'))).toBeVisible();
      await keys.press('Control+Enter');
      const sent = conversation.text(body);
      await expect(sent.getByText(t('message.delivered'))).toBeVisible({ timeout: 60_000 });
      await sent.getByRole('button', { name: t('message.why') }).focus();
      await keys.press('Enter');
      const why = page.getByRole('dialog', { name: t('message.why') });
      await expect(why.getByText(t('inbox.why.reply'))).toBeVisible();
      await expect(why.getByText('Ana Lucía Prieto')).toBeVisible();
      await keys.press('Escape');
      await expect(why).toBeHidden();
    });

    await test.step('shows every key, and locks', async () => {
      await keys.press('Escape');
      await keys.press('?');
      await expect(page.getByRole('dialog').getByText(t('settings.key.lock'))).toBeVisible();
      await keys.press('Escape');
      await keys.press('Control+l');
      await expect(signIn.title).toBeVisible();
      await expect(page.getByText('Owen')).toHaveCount(0);
    });
  });

  test('shows what is unread, what waits and what needs a person', async ({
    office,
    page,
    screens,
  }) => {
    test.setTimeout(240_000);
    const { t, signIn, desk, conversation } = screens;
    await office.withSample();
    const program = await office.start();
    await page.goto(program.url);
    await signIn.signIn(passphrase, 'Denise Whitaker');
    await expect(desk.inbox).toBeVisible();

    await test.step('reading a conversation makes it read', async () => {
      await desk.show('unread');
      const unread = desk.threads.getByRole('option');
      await expect(unread.first()).toBeVisible();
      await desk.openThread('Owen Whitfield');
      await expect(conversation.text('Owen has a fever')).toBeVisible();
      await desk.show('all');
      await expect(desk.thread('Owen Whitfield')).not.toContainText('unread');
    });

    await test.step('a stranger is a number, with the words to ask who it is', async () => {
      await desk.show('unknown');
      await desk.openThread('(970) 555-0190');
      await expect(page.getByText(t('patients.stranger.script'))).toBeVisible();
      await page.getByRole('button', { name: t('patients.stranger.not') }).click();
      await expect(page.getByText(t('patients.stranger.notBody'))).toBeVisible();
      await expect(desk.thread('(970) 555-0190')).toBeHidden();
      await page.getByRole('button', { name: t('patients.stranger.undo') }).click();
      await expect(desk.thread('(970) 555-0190')).toBeVisible();
    });

    await test.step('what waits says until when, and can be taken back', async () => {
      await desk.show('waiting');
      await expect(desk.threads.getByRole('option')).toHaveCount(2);
      const rows = desk.threads.getByRole('option');
      const waiting = page.getByRole('main').getByText(/^Waiting to send until/);
      const held = conversation.remedy(t('inbox.remedy.held.send'));
      await rows.first().click();
      await expect(waiting.or(held).first()).toBeVisible();
      if (await waiting.isVisible()) await rows.last().click();
      await expect(held).toBeVisible();
      await conversation.remedy(t('inbox.remedy.held.leave')).click();
      await expect(conversation.says(t('message.withdrawn')).first()).toBeVisible();
      await expect(rows).toHaveCount(1);
      await rows.first().click();
      await expect(waiting).toBeVisible();
      await conversation.remedy(t('inbox.remedy.takeBack')).click();
      await expect(page.getByText(t('inbox.none.waiting.title'))).toBeVisible();
    });

    await test.step('somebody who said STOP cannot be texted, and the next step is named', async () => {
      await desk.show('all');
      await desk.openThread('Everett Shaw');
      await expect(conversation.says(t('reasons.policy.consent_revoked')).first()).toBeVisible();
      await desk.search.fill('Garrett');
      await desk.find('Garrett Doyle');
      await conversation.write('Good to hear from you!');
      await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
      await expect(conversation.says(t('steps.policy.next_ask_for_start')).first()).toBeVisible();
    });

    await test.step('a patient is found by name, with consent and reasons', async () => {
      await desk.go('patients');
      await page.getByRole('searchbox', { name: t('patients.search') }).fill('okonkwo');
      await page.getByRole('option').filter({ hasText: 'Terrence Okonkwo' }).click();
      await expect(page.getByText(t('reasons.policy.limited_ending'))).toBeVisible();
      await page.getByRole('button', { name: t('patients.openConversation') }).click();
      await expect(conversation.composer).toBeVisible();
    });

    await test.step('a text went to the wrong person, and nothing more goes there', async () => {
      await desk.go('inbox');
      await desk.search.fill('Whitfield');
      await desk.find('Owen Whitfield');
      await conversation.remedy(t('message.wrong')).last().click();
      const report = page.getByRole('dialog', { name: t('incidents.report.title') });
      const confirm = report.getByRole('button', { name: t('incidents.report.confirm') });
      await expect(confirm).toHaveAttribute('aria-disabled', 'true');
      await axe(page);
      await report
        .getByRole('button', {
          name: t('incidents.report.aboutOwn', { patient: 'Owen Whitfield' }),
        })
        .click();
      await report.getByRole('radio', { name: t('incidents.recipient.stranger') }).check();
      await report.getByRole('checkbox', { name: t('incidents.content.appointment') }).check();
      await report.getByRole('checkbox', { name: t('incidents.deed.called') }).check();
      await confirm.click();
      const incident = page.getByRole('dialog', { name: t('incidents.one') });
      await expect(incident.getByText(t('incidents.fact.paused'))).toBeVisible();
      await expect(incident.getByText(t('incidents.task.assess'))).toContainText('60');
      // The manager follows it up; weighing and closing are the privacy officer's.
      await expect(incident.getByRole('button', { name: t('incidents.do.assess') })).toHaveCount(0);
      await page.keyboard.press('Escape');
      await expect(conversation.remedy(t('message.incident'))).toBeVisible();
      await conversation.write('Sorry!');
      await expect(conversation.send).toHaveAttribute('aria-disabled', 'true');
      await expect(conversation.says(t('reasons.policy.number_incident')).first()).toBeVisible();
      await conversation.composer.fill('');
    });

    await test.step('the privacy officer weighs it and closes it', async () => {
      await page.keyboard.press('Control+l');
      await signIn.signIn(passphrase, 'Ruth Castellano');
      await expect(desk.inbox).toBeVisible();
      await page.getByRole('button', { name: t('incidents.bannerAction') }).click();
      const row = page.getByRole('listitem').filter({ hasText: 'Owen Whitfield' });
      await row.getByRole('button', { name: t('incidents.open') }).click();
      const incident = page.getByRole('dialog', { name: t('incidents.one') });
      const press = (name: string) => incident.getByRole('button', { name, exact: true }).click();
      await press(t('incidents.do.number'));
      await incident.getByRole('radio', { name: t('incidents.number.wrong') }).check();
      await press(t('incidents.number.confirm'));
      await press(t('incidents.do.assess'));
      for (const factor of ['nature', 'recipient', 'viewed', 'mitigation'] as const) {
        await incident.getByLabel(t(`incidents.factor.${factor}`)).fill('Said by phone.');
      }
      await incident.getByRole('radio', { name: t('incidents.conclusion.breach') }).check();
      await press(t('incidents.assess.confirm'));
      await expect(incident.getByRole('button', { name: t('incidents.do.close') })).toHaveCount(0);
      await press(t('incidents.do.tell'));
      await fillDay(incident.getByRole('group', { name: t('incidents.tell.on') }), t, inDays(0));
      await press(t('incidents.tell.confirm'));
      // The department may be told after the year's end; the rest is over.
      await press(t('incidents.do.close'));
      await press(t('incidents.close.confirm'));
      await expect(incident.getByText(t('incidents.step.breach'))).toBeVisible();
      await expect(incident.getByText(t('incidents.fact.closed'), { exact: true })).toHaveCount(2);
      await expect(incident.getByText(t('incidents.task.hhs'))).toContainText('March 1');
      // What is shown can be newer than the form: one that is being sent is not left.
      const last = incident.getByRole('button', {
        name: t('incidents.close.confirm'),
        exact: true,
      });
      await expect(last).toHaveCount(0);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('button', { name: t('incidents.bannerAction') })).toHaveCount(0);
    });

    await test.step('the settings are kept', async () => {
      await desk.go('settings');
      const phone = page.getByLabel(t('settings.form.phone'), { exact: true });
      await expect(phone).toHaveValue('(303) 555-0100');
      await phone.fill('303 555 0101');
      const form = page.locator('form').filter({ has: phone });
      await form.getByRole('button', { name: t('ui.save'), exact: true }).click();
      await expect(page.getByText(t('settings.saved'))).toBeVisible();
      await expect(phone).toHaveValue('(303) 555-0101');
    });
  });

  test('answers who texts first, and follows a paper with a first day', async ({
    office,
    page,
    screens,
  }) => {
    test.setTimeout(300_000);
    const { t, signIn, desk, conversation } = screens;
    await office.withSample();
    const program = await office.start();
    await page.goto(program.url);
    await signIn.signIn(passphrase, 'Ruth Castellano');
    await expect(desk.inbox).toBeVisible();

    const newcomer = async (name: string, phone: string) => {
      const { thread } = await program.ask<{ thread: string }>('patient.add', {
        name,
        birthDate: '1984-02-09',
        phone,
        shared: false,
        language: 'en',
        zone: 'America/Denver',
        guardian: '',
      });
      await page.evaluate((id) => {
        window.location.hash = `#/inbox/${id}`;
      }, thread);
      await expect(page.getByRole('heading', { level: 2, name }).first()).toBeVisible();
      await program.telephones.text(phone, 'Do you take new patients?');
    };
    const words = page.getByRole('dialog', { name: t('inbox.first.title') });

    await test.step('ready words answer who texts first, once and after the clinic allows it', async () => {
      await page.getByRole('link', { name: t('consents.title') }).click();
      const rule = page.getByLabel(t('consents.rules.first'));
      await rule.click();
      await expect(rule).toBeChecked(); // once it is kept
      await newcomer('Cora Bell', '+17195550181');
      await conversation.remedy(t('inbox.first.open')).click({ timeout: 30_000 });
      await expect(words.getByRole('listitem').first()).toBeVisible();
      await axe(page);
      const ready = (await words.getByRole('listitem').first().locator('p').textContent()) ?? '';
      await words
        .getByRole('button', { name: t('inbox.first.send') })
        .first()
        .click();
      await expect(conversation.text(ready)).toBeVisible();
      await expect(conversation.says(t('inbox.first.enough'))).toBeVisible();
      await expect(words).toHaveCount(0);
    });

    await test.step('a paper with a first day, days, hours and limits decides', async () => {
      await conversation.remedy(t('paper.record')).click();
      const { dialog } = screens.paper;
      await dialog.getByRole('radio', { name: t('paper.someTimes') }).check();
      await dialog.getByLabel(t('paper.perWeek')).selectOption('2');
      await dialog.getByLabel(t('paper.later')).check();
      await fillDay(dialog.getByRole('group', { name: t('paper.begins') }), t, inDays(3));
      await dialog
        .getByRole('group', { name: t('paper.excluded') })
        .getByRole('checkbox', { name: t('terms.category.billing.name') })
        .check();
      await dialog.getByRole('radio', { name: t('terms.channel.call') }).check();
      await axe(page);
      await screens.paper.fill(['scheduling', 'reminders'], inDays(0));
      await screens.paper.save();
      await expect(page.getByText(t('consent.later')).first()).toBeVisible();
      await expect(page.getByText(t('paper.ratherBy'))).toBeVisible();
      await conversation.write('We can see you then.');
      await expect(conversation.says(/goes out /).first()).toBeVisible();
      await expect(conversation.says(/^The consent starts on /).first()).toBeVisible();
      await conversation.write('');
    });

    await test.step('a clinic of verified numbers reads a code to the patient first', async () => {
      await program.ask('clinic.saveTexting', {
        majority: 18,
        verifiedOnly: true,
        spoken: false,
        answerFirst: true,
      });
      await newcomer('Ezra Lund', '+17195550182');
      await expect(conversation.says(t('inbox.first.verify'))).toBeVisible({ timeout: 30_000 });
      await conversation.remedy(t('patients.verify')).click();
      const code = await page
        .getByRole('dialog')
        .getByText(/\d{3} \d{3}$/)
        .textContent();
      await page.keyboard.press('Escape');
      await program.telephones.text('+17195550182', (code ?? '').slice(-7));
      await expect(conversation.remedy(t('inbox.first.open'))).toBeVisible({ timeout: 30_000 });
    });
  });
});
