import { createHashRouter, type DataRouter } from 'react-router';
import { Gate } from './Gate';
import { ScreenFailure } from './ScreenFailure';

/**
 * The addresses of the window. They live behind the #, so that the same build
 * works from the window's own files and from a web server. The gallery holds no
 * data and is open to anyone; everything else stands behind the lock.
 */
export function createRoutes(): DataRouter {
  return createHashRouter([
    {
      path: '/gallery/*',
      // A tenth of a second without a page is better than a flash of one.
      HydrateFallback: () => null,
      lazy: async () => ({ Component: (await import('../ui/gallery/Gallery')).Gallery }),
    },
    { path: '*', element: <Gate />, errorElement: <ScreenFailure /> },
  ]);
}
