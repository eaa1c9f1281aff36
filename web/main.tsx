import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './ask.ts';
import { router } from './router.tsx';
import { takeLinkCode } from './session.ts';
import { openWith } from './shell/entrance.tsx';
import './styles.css';
import { showTheme } from './theme.ts';

showTheme();
openWith(takeLinkCode());
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
