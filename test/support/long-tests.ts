/** Whether everything is to be tried that takes long (`npm run test:long`): all fixed seeds, all kills. `npm test` takes half of them. */
export const isLong = process.env.LONG_TESTS === '1';
