import { useLanguage } from '../../i18n/I18nProvider';
import { galleryWords, type Words } from './words';

/** The samples in the language of the screen. */
export function useGalleryWords(): Words {
  return galleryWords[useLanguage().language];
}
