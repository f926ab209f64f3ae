/** What a scan may be, for the system's dialog. What comes is judged by its content. */
export const scanTypes = 'application/pdf,image/jpeg,image/png';
