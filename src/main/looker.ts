/** The thread that looks through a store beside a scheduler that has begun. */
import { answerLook } from '../adapters/stores/sqlite-look.ts';

answerLook();
