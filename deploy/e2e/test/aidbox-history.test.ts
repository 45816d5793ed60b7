/** Aidbox since release 2609: notifications of a topic, as histories of 20 events. */
import { describeForwarder } from '../src/aidbox.case.ts';

describeForwarder('history');
