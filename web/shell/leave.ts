import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { signOut } from '../session.ts';

/** Signs out, and forgets every answer that was seen. */
export function useLeave(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    void signOut().finally(() => {
      client.clear();
      location.assign('/');
    });
  }, [client]);
}
