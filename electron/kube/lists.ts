import pLimit from 'p-limit';

/** Objects in one page: more of them at once would be a burden to the server, and to this process. */
export const pageSize = 500;

/**
 * Lists at one time over all contexts: ten that wake up together would fill the memory and the line with theirs. To be
 * taken only for a server that has just answered, or those that are gone would keep the others waiting.
 */
export const lists = pLimit(2);
