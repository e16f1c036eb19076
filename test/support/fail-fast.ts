/** For mutation testing: a property that fails is done. Looking for its smallest counter-example takes longer than the change that made it fail is worth. */
import fc from 'fast-check';

fc.configureGlobal({ endOnFailure: true });
