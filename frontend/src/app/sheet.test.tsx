import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Clinic } from '../test/clinic';
import { openDesk } from '../test/desk';
import { openState } from '../test/shapes';
import { sheetWords } from '../test/sheet';

describe('the recovery sheet', () => {
  it('reminds the privacy officer, and is checked by typing it back', async () => {
    const clinic = new Clinic({ ...openState, sheetCheck: 'overdue' });
    const { user, door } = openDesk({ clinic });
    expect(await screen.findByText(/yearly check of the recovery sheet is overdue/)).toBeVisible();
    // It keeps nobody from working.
    expect(await screen.findByText('Eleanor Whitfield')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Check it' }));
    await user.click(await screen.findByRole('button', { name: 'Check the paper' }));
    const dialog = within(await screen.findByRole('dialog'));
    const words = dialog.getByLabelText('The words on the sheet');
    await user.click(words);
    await user.paste('amber bicycle');
    await user.click(dialog.getByRole('button', { name: 'Check the paper' }));
    expect(await dialog.findByRole('alert')).toBeVisible();
    await user.clear(words);
    await user.click(words);
    await user.paste(sheetWords.join(' '));
    await user.click(dialog.getByRole('button', { name: 'Check the paper' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(door.asked('clinic.checkSheet')).toHaveLength(2);
    expect(screen.queryByText(/It is time to check the paper/)).toBeNull();
  });

  it('is replaced where it is lost, once the new one is typed back', async () => {
    const { user, door } = openDesk({ clinic: new Clinic(openState), path: '/settings' });
    await user.click(await screen.findByRole('button', { name: 'Make a new sheet' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/older copy of this clinic's folder/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Make a new sheet' }));
    expect(await screen.findByRole('heading', { name: 'A new recovery sheet' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Show the sheet' }));
    await user.click(await screen.findByLabelText('I have the words on paper'));
    await user.click(screen.getByRole('button', { name: 'Next' }));
    for (const [at, word] of [
      [3, 'cedar'],
      [7, 'garden'],
      [12, 'lantern'],
    ] as const) {
      await user.click(screen.getByLabelText(`Word ${at}`));
      await user.paste(word);
    }
    await user.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeVisible();
    expect(door.asked('clinic.confirmSheet')).toHaveLength(1);
  });

  it('can be left as it is', async () => {
    const { user, door } = openDesk({ clinic: new Clinic(openState), path: '/settings' });
    await user.click(await screen.findByRole('button', { name: 'Make a new sheet' }));
    await user.click(
      within(await screen.findByRole('dialog')).getByRole('button', { name: 'Make a new sheet' }),
    );
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeVisible();
    expect(door.asked('clinic.showSheet')).toHaveLength(0);
  });
});
