/** Aidbox before release 2609: collections of up to 1,000 events. */
import { describeForwarder } from '../src/aidbox.case.ts';

describeForwarder('collection');
